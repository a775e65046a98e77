"""Everything that can be done to a case: each act a pure function from a case to a `Change`."""
