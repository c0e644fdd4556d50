"""Regressions on recent measurements, fitted only on what was known at their date of fit."""
