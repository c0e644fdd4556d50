"""Quantiles at other levels than a model gives."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm


def at_levels(quantiles: np.ndarray, levels: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Quantiles of positive numbers at the levels wanted.

    The logarithm is taken to be linear in the normal deviate between the levels given, so that a log-normal
    distribution comes out exactly; beyond the outer levels the outermost line goes on. At a level that is
    given, its quantile comes back; the order of quantiles is kept.

    Args:
        quantiles: (..., level), positive; NaN where missing.
        levels: (level,) increasing, in (0, 1), two at least.
        wanted: (quantile,) in (0, 1).

    Returns:
        (..., quantile).
    """
    given, asked = norm.ppf(levels), norm.ppf(wanted)
    right = np.clip(np.searchsorted(given, asked), 1, len(given) - 1)
    weight = (asked - given[right - 1]) / (given[right] - given[right - 1])
    logarithm = np.log(quantiles)
    low, high = logarithm[..., right - 1], logarithm[..., right]
    exact = np.isclose(weight, 0.0) | np.isclose(weight, 1.0)
    between = np.exp(low + weight * (high - low))
    given_ones = np.where(np.isclose(weight, 0.0), quantiles[..., right - 1], quantiles[..., right])
    return np.asarray(np.where(exact, given_ones, between))
