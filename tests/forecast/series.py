"""Histories made from arrays."""

from __future__ import annotations

import numpy as np

from forecast.history import History
from foundation.times import DAY, HOUR, start_of_day

FIRST_DAY = np.datetime64("2024-10-01")


def history_of(values: np.ndarray, *, steps_per_day: int = 1, delay: int = 0) -> History:
    """A history whose row `i` is `values[i]`, (time, place), natural logarithms."""
    step = DAY if steps_per_day == 1 else HOUR
    times = start_of_day(FIRST_DAY) + DAY + np.arange(len(values)) * step
    return History(values, values, times, steps_per_day, delay)
