"""The tagged, differentiable transport model and its adjoint."""
