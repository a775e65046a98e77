"""The faces of the workflow: pages, command line, clock."""
