"""What people changed, agreed, signed and issued: an append-only record, chained by hash."""
