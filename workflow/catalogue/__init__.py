"""Definitions as files: read strictly, checked whole, turned into values."""
