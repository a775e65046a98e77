"""Pages for whoever administers the installation: calendars, and changes that move deadlines."""
