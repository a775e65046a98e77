"""The help: short articles for the people who use the program, in each of its languages."""
