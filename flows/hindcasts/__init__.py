"""Past forecasts made again with what was known at each issue."""
