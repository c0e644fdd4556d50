"""Errors of a factorisation: bootstrap, displacement, both together, and how often their intervals hold."""
