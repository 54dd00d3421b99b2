"""What the end-to-end tests have in common: running the program, captures and packets, TAP."""
