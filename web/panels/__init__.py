"""Panels: what stands where in the network, each number with the way to its list."""
