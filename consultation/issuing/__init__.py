"""From the record to what goes out: issued warnings, signed forecasts, and their way to every target once."""
