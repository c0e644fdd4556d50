"""Emissions corrected by measurements: factors of the tagged sources, how sure they are, what was seen."""
