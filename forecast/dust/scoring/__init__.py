"""Dust forecasts judged by event and by day, beside persistence, damped persistence and climatology."""
