"""Who emits what, where and when, on the grid of the model."""
