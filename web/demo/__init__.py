"""The demo: made-up people of a real network, and cases at interesting moments."""
