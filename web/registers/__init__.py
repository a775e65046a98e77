"""Pages of the registers: lists, entries, what is to be confirmed."""
