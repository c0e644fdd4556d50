"""Receptor models: which sources the composition of measured samples itself speaks of."""
