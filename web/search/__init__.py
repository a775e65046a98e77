"""The search over all cases: its page, its counts and its excerpts."""
