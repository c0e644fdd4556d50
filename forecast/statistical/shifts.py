"""Series looked at from each of their rows: earlier values, changes, and means of what is there."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecast.history import sums_before


def earlier(values: np.ndarray, steps: int) -> np.ndarray:
    """The value `steps` rows before each row; NaN before the first."""
    if steps == 0:
        return values
    shifted = np.full_like(values, np.nan)
    shifted[steps:] = values[:-steps]
    return shifted


def changed(values: np.ndarray, steps: int) -> np.ndarray:
    """The value less the one `steps` rows before; NaN where one is missing."""
    return np.asarray(values - earlier(values, steps))


def trailing_mean(values: np.ndarray, length: int) -> np.ndarray:
    """Mean of what is there in the `length` rows that end at each row; NaN where nothing is."""
    known = np.isfinite(values)
    total, count = (
        _trailing_sum(part, length) for part in (np.where(known, values, 0.0), known.astype(float))
    )
    return np.where(count > 0.5, total / np.maximum(count, 1.0), np.nan)


def _trailing_sum(values: np.ndarray, length: int) -> np.ndarray:
    sums = sums_before(values)
    rows = np.arange(1, len(values) + 1)
    return np.asarray(sums[rows] - sums[np.maximum(rows - length, 0)])


def extreme(values: np.ndarray, length: int, choose: Any) -> np.ndarray:
    """Smallest (`np.fmin`) or largest (`np.fmax`) of what is there in the `length` rows up to each row."""
    reached, result = 1, values
    while reached < length:
        step = min(reached, length - reached)
        result = choose(result, earlier(result, step))
        reached += step
    return np.asarray(result)
