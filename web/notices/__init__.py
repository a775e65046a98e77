"""What officers are told: the bell, the letters, and the process that sends them."""
