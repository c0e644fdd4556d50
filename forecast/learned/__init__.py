"""A network over stations that gives quantiles, and the sources of its median."""

NAME = "learned network"
"""Name of the learned model in scores."""
