"""Where a step lies in the year, the week and the day."""

from __future__ import annotations

import numpy as np

from forecast.history import day_of_year
from foundation.times import beijing_from_utc

__all__ = ["CALENDAR", "calendar"]

CALENDAR = 5
"""Features of a step."""


def calendar(times: np.ndarray) -> np.ndarray:
    """Season, weekend and clock of steps.

    Args:
        times: ends of the steps, UTC, (time,).

    Returns:
        (time, `CALENDAR`) cosine and sine of the day of the year, weekend, cosine and sine of the hour, in
        Beijing time.
    """
    year = 2 * np.pi * day_of_year(times) / 365.25
    local = beijing_from_utc(times - np.timedelta64(1, "s"))
    day = local.astype("datetime64[D]")
    clock = 2 * np.pi * ((local - day) / np.timedelta64(1, "D"))
    weekend = ((day.astype(int) + 3) % 7 >= 5).astype(float)
    return np.column_stack([np.cos(year), np.sin(year), weekend, np.cos(clock), np.sin(clock)])
