"""How fast a case is, beside the least that a database needs and beside other engines."""
