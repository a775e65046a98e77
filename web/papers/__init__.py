"""Papers of a case for other systems: tagged PDF/A, the same bytes for the same facts."""
