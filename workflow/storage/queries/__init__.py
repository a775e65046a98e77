"""What pages, lists and the clock ask of the database, by concept."""
