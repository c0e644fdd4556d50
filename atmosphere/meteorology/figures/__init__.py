"""Figures of profiles and sections, lettered in Chinese with English beside it."""
