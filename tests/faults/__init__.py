"""Processes that die, servers that go away: what was due happens all the same, once."""
