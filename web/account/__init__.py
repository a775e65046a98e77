"""One's own account: the password, the second factor, and where one is signed in."""
