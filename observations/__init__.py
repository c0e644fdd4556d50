"""What was measured? Readers, stations, quality control, city means, dust hours."""
