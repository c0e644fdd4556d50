"""Quantiles from a model's own past errors.

Errors of the logarithm are scaled by their mean size at each place and pooled over places (split
conformal prediction with a normalised score; Angelopoulos and Bates 2023, doi:10.1561/2200000101),
each place drawn to all places while its record is short. The median of the dressed forecast is the
point forecast itself.
"""

from __future__ import annotations

import numpy as np

QUANTILES = np.round(np.arange(0.05, 0.951, 0.05), 2)
"""Levels of the published quantiles."""

_DRAWN_CASES = 30.0
"""Cases with which the error size of a place is drawn to that of all places."""

MINIMUM_CASES = 20
"""Past errors, over all places, below which no quantile is estimated."""


MINIMUM_ISSUES = 15
"""Past issues below which no quantile is estimated: places err together, so many places do not help."""


def error_quantiles(errors: np.ndarray, levels: np.ndarray = QUANTILES) -> np.ndarray:
    """Quantiles of past errors about their median.

    Args:
        errors: (case, lead, place) measured minus forecast, of the logarithm; NaN where unknown.
        levels: (quantile,) in (0, 1).

    Returns:
        (lead, place, quantile); NaN for leads with fewer than `MINIMUM_ISSUES` issues judged.
    """
    judged = np.isfinite(errors).any(axis=2).sum(axis=0)
    errors = np.where((judged >= MINIMUM_ISSUES)[:, None], errors, np.nan)
    size = _error_size(errors)
    scaled = errors / np.where(size > 0, size, 1.0)
    pooled = np.moveaxis(scaled, 1, 0).reshape(errors.shape[1], -1)
    quantiles = sorted_quantiles(pooled, levels)
    middle = sorted_quantiles(pooled, np.array([0.5]))
    return np.asarray(size[:, :, None] * (quantiles - middle)[:, None, :])


def _error_size(errors: np.ndarray) -> np.ndarray:
    """Mean absolute error (lead, place), drawn to the mean of all places."""
    known = np.isfinite(errors)
    count, total = known.sum(axis=0), np.nansum(np.abs(errors), axis=0)
    overall = total.sum(axis=1) / np.maximum(count.sum(axis=1), 1)
    return np.asarray((total + _DRAWN_CASES * overall[:, None]) / (count + _DRAWN_CASES))


def sorted_quantiles(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Linear quantiles of each row, leaving out NaN (the definition of NumPy's default).

    Args:
        values: (row, case).
        levels: (quantile,).

    Returns:
        (row, quantile); NaN for rows with fewer than `MINIMUM_CASES` values.
    """
    if values.shape[1] == 0:
        return np.full((len(values), len(levels)), np.nan)
    ordered = np.sort(values, axis=1)
    count = np.isfinite(values).sum(axis=1)
    position = levels[None, :] * np.maximum(count - 1, 0)[:, None]
    lower = np.floor(position).astype(int)
    upper = np.minimum(lower + 1, np.maximum(count - 1, 0)[:, None])
    low, high = np.take_along_axis(ordered, lower, 1), np.take_along_axis(ordered, upper, 1)
    quantiles = low + (position - lower) * (high - low)
    return np.where((count >= MINIMUM_CASES)[:, None], quantiles, np.nan)
