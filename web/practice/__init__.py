"""A practice installation: exercises for each of the people, and a button that begins anew."""
