"""From the choice of a type to a request sent."""
