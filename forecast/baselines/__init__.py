"""Forecasts anyone can make, beside which every score is shown."""
