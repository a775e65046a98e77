"""What pages, acts and sweeps cost in an installation of a thousand cases and of a million."""
