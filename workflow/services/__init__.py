"""Use cases: one function each, one unit of work, no commit of their own."""
