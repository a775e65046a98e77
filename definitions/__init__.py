"""Request types, network, calendars and counting rules, as data."""
