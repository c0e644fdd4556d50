"""How are learned models made? Data sets, losses, the fit, tracking and release."""
