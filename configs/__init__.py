"""Choices, not code: YAML for places, stations, standards, vocabularies and cases."""
