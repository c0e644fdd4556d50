"""Contributions of sources to the published forecast, from the tags of the transport model."""
