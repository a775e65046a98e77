"""The agreement as joeflow has it."""
