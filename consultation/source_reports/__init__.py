"""Reports of where pollution came from: a week, or an episode from its first rise to its clearing."""
