"""Round numbers for the ends of scales."""

from __future__ import annotations

import numpy as np

__all__ = ["rounded_up"]


def rounded_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten; 1 for what is not above 0."""
    if not value > 0:
        return 1.0
    decade = float(10.0 ** np.floor(np.log10(value)))
    return next(step * decade for step in (1.0, 2.0, 5.0, 10.0) if value <= step * decade * (1 + 1e-12))
