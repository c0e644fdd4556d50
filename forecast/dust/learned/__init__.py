"""Dust foreseen from measurements up to an issue, and from the transport model where it ran."""
