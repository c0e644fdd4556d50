"""The distribution that quantiles stand for: between their levels, and in the tails beyond them.

Between two levels the distribution function is straight in the value. Beyond the outermost levels ln(value)
goes on straight against the standard normal score of the level, through the two outermost quantiles: the
tail of the lognormal distribution that has these two. Where they are equal the tail is a step: all that is
left lies there, as with an index at its cap of 500.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from foundation.errors import ContractError

SMALLEST = 1e-6
"""Value below which nothing is told apart when logarithms are taken, in display units."""

_STEP = 1e-9


def checked_levels(levels: np.ndarray) -> np.ndarray:
    """Levels as an increasing array of at least two within (0, 1).

    Raises:
        ContractError: when they are not.
    """
    array = np.asarray(levels, dtype=float)
    sound = array.ndim == 1 and len(array) > 1 and bool((np.diff(array) > 0).all())
    if not sound or array[0] <= 0 or array[-1] >= 1:
        raise ContractError(f"expected two or more increasing levels within 0 and 1, got {levels}")
    return array


def share_below(quantiles: np.ndarray, levels: np.ndarray, values: np.ndarray | float) -> np.ndarray:
    """Distribution function of quantiles at some values.

    Args:
        quantiles: (..., level) not decreasing, 0 or more.
        levels: (level,).
        values: broadcast against the leading axes of `quantiles`.

    Returns:
        The probability of a value not above `values`, 0 to 1; NaN where a quantile or the value is missing.
    """
    levels = checked_levels(levels)
    wanted, first = np.broadcast_arrays(np.asarray(values, dtype=float), quantiles[..., 0])
    table = np.broadcast_to(quantiles, (*first.shape, len(levels)))
    lower = np.clip((table <= wanted[..., None]).sum(axis=-1) - 1, 0, len(levels) - 2)
    low, high = _pair(table, lower)
    apart = np.where(high > low, high - low, 1.0)
    along = np.where(high > low, np.clip((wanted - low) / apart, 0.0, 1.0), wanted >= low)
    inside = levels[lower] + along * (levels[lower + 1] - levels[lower])
    outside = ndtr(_tail_score(table, levels, lower, wanted))
    beyond = (wanted < table[..., 0]) | (wanted > table[..., -1])
    known = np.isfinite(table).all(axis=-1) & np.isfinite(wanted)
    return np.where(known, np.where(beyond, outside, inside), np.nan)


def quantile_at(quantiles: np.ndarray, levels: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Value at other levels; the inverse of `share_below`.

    Args:
        quantiles: (..., level) not decreasing, 0 or more.
        levels: (level,).
        wanted: levels within (0, 1), broadcast against the leading axes of `quantiles`.

    Returns:
        Values on the scale of `quantiles`, not decreasing in `wanted`; NaN where a quantile is missing.
    """
    levels = checked_levels(levels)
    wanted, first = np.broadcast_arrays(np.asarray(wanted, dtype=float), quantiles[..., 0])
    table = np.broadcast_to(quantiles, (*first.shape, len(levels)))
    lower = np.clip(np.searchsorted(levels, wanted, side="right") - 1, 0, len(levels) - 2)
    low, high = _pair(table, lower)
    along = (wanted - levels[lower]) / (levels[lower + 1] - levels[lower])
    inside = low + along * (high - low)
    scores = ndtri(levels)
    end, slope = _tail(low, high, scores, lower, wanted > 0.5)
    outside = np.exp(end + slope * (ndtri(wanted) - np.where(wanted > 0.5, scores[-1], scores[0])))
    return np.asarray(np.where((wanted < levels[0]) | (wanted > levels[-1]), outside, inside))


def _pair(table: np.ndarray, lower: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low = np.take_along_axis(table, lower[..., None], -1)[..., 0]
    high = np.take_along_axis(table, lower[..., None] + 1, -1)[..., 0]
    return low, high


def _tail_score(table: np.ndarray, levels: np.ndarray, lower: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Standard normal score of values beyond the outermost quantiles."""
    scores = ndtri(levels)
    upper = wanted > table[..., -1]
    end, slope = _tail(*_pair(table, lower), scores, lower, upper)
    away = np.log(np.maximum(wanted, SMALLEST)) - end
    return np.asarray(np.where(upper, scores[-1], scores[0]) + away / np.maximum(slope, _STEP))


def _tail(
    low: np.ndarray, high: np.ndarray, scores: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Logarithm of the outermost quantile, and its change with the normal score."""
    inner, outer = np.log(np.maximum(low, SMALLEST)), np.log(np.maximum(high, SMALLEST))
    slope = (outer - inner) / (scores[lower + 1] - scores[lower])
    return np.where(upper, outer, inner), slope
