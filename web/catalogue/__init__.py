"""Pages of the services of the network."""
