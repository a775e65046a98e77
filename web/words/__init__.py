"""How the program speaks: languages, phrases, dates, and the values of fields in words."""
