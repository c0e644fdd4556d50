"""What do people read and sign? Warning proposals and the bulletin."""
