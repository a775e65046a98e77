"""What those who run an installation watch it by: its health, its figures, its log."""
