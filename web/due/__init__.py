"""What falls due: as a list, as a month, as what time alone will do, in calendars outside."""
