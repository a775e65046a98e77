"""Registers: entries that somebody keeps up to date and confirms before they go stale."""
