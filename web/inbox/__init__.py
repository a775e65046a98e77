"""The lists an officer works from."""
