"""How does air move and mix? Weather, the tagged transport model and trajectories."""
