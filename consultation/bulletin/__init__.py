"""The bulletin: one page a forecaster can show, print and sign."""

from consultation.bulletin.page import write_bulletin

__all__ = ["write_bulletin"]
