"""The agreement as django-viewflow has it."""
