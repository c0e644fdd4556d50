"""Figures of contributions: stacked charts, the transmission matrix, maps."""
