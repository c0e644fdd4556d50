"""Which source a factor is: its profile held against published profiles."""
