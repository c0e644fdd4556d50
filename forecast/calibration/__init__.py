"""How sure is it? Intervals from a model's own past errors, and how often they hold."""
