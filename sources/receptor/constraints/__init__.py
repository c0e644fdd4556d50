"""Constraints on named elements of profiles and contributions, and the fits that keep them."""
