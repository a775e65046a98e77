"""Definitions and uploads that were tampered with, read in a process of their own."""
