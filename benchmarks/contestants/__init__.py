"""Whoever does the work: one module for each, with a class `Contestant`."""
