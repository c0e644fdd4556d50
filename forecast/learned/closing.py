"""The published median is the sum of its sources, in double precision."""

from __future__ import annotations

import numpy as np

from foundation.errors import ContractError

__all__ = ["ROUNDING", "closed_on_sources"]

ROUNDING = 1e-5
"""Largest relative difference of a network's median from the sum of its parts in single precision.

The logarithm of at most 10,000 is kept to 5e-7 and members are averaged; what is larger is no rounding."""


def closed_on_sources(quantiles: np.ndarray, sources: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Quantiles whose PM2.5 median is the sum of its sources to the last digit.

    Args:
        quantiles: (issue, lead, station, pollutant, level) display units, PM2.5 first.
        sources: (issue, lead, station, source + 1) µg m-3.
        levels: (level,) that hold 0.5.

    Returns:
        The quantiles of PM2.5 all moved by the factor that closes the median; the others as they were.

    Raises:
        ContractError: when more than rounding has to be closed.
    """
    total = sources.astype(float).sum(axis=-1)
    middle = int(np.abs(levels - 0.5).argmin())
    factor = total / quantiles[..., 0, middle]
    worst = float(np.abs(factor - 1.0).max(initial=0.0))
    if not worst <= ROUNDING:
        raise ContractError(
            f"sources of the PM2.5 median: expected them to sum to it within {ROUNDING:g}, got {worst:.2g}"
        )
    closed = quantiles.astype(float)
    closed[..., 0, :] *= factor[..., None]
    closed[..., 0, middle] = total
    return closed
