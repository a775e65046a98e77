"""Pages of registers: lists, entries, the forms that write them, what is to be confirmed."""
