"""Legal terms: rules and calendars as data, the count, its day-by-day trace and its checker."""
