"""The proof of a definition: played over everything that can matter, before anybody uses it."""
