"""Clocks: calendar months of statistics in Beijing time, days and hours of life in regional time.

Statistics are kept by Beijing months (UTC+8). Xinjiang lives two hours behind (UTC+6, near solar time at
87.6° east), so that weekdays and hours of profiles are those of the region, whatever a plant's clock shows.
"""

from __future__ import annotations

import re

import numpy as np

from foundation.errors import InputError
from foundation.times import BEIJING_OFFSET, HOUR, beijing_from_utc

__all__ = ["checked_hours", "days_in_months", "hours_of_month", "month_of", "week_places"]

_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")
_MONDAY = 3
"""Weekday of 1970-01-01, a Thursday, counted from Monday."""


def hours_of_month(month: str) -> np.ndarray:
    """All hours of a calendar month in Beijing time.

    Args:
        month: such as `2026-01`.

    Returns:
        Starts of the hours, UTC, `datetime64[ns]`, shape (hour,): 672 to 744.

    Raises:
        InputError: when it is no month of 1900 to 2199.
    """
    if not _MONTH.fullmatch(month):
        raise InputError(f"expected a month such as 2026-01, got {month!r}", remedy="Write year and month")
    first = np.datetime64(month, "M")
    edges = np.array([first, first + 1]).astype("datetime64[ns]") - BEIJING_OFFSET
    return np.arange(edges[0], edges[1], HOUR)


def month_of(times: np.ndarray) -> np.ndarray:
    """The calendar month in Beijing time, such as `2026-01`, of each UTC instant; text, the same shape."""
    return np.asarray(beijing_from_utc(times).astype("datetime64[M]").astype("U7"))


def checked_hours(times: np.ndarray) -> np.ndarray:
    """Starts of hours, UTC, as `datetime64[ns]`.

    Args:
        times: UTC, in any order, shape (time,).

    Raises:
        InputError: when there is more than one dimension, a time is missing, no whole hour, or outside 1900
            to 2199.
    """
    hours = np.atleast_1d(np.asarray(times))
    if hours.ndim != 1 or hours.dtype.kind != "M":
        raise InputError(f"times: expected a list of UTC times, got shape {hours.shape} of {hours.dtype}")
    if np.isnat(hours).any():
        raise InputError(f"times: {int(np.isnat(hours).sum())} of {hours.size} are missing")
    years = hours.astype("datetime64[Y]").astype(np.int64) + 1970
    if hours.size and (years.min() < 1900 or years.max() > 2199):
        raise InputError(f"times: expected years 1900 to 2199, got {years.min()} to {years.max()}")
    whole = hours.astype("datetime64[h]")
    if (whole != hours).any():
        first = hours[np.argmax(whole != hours)]
        raise InputError(f"times: expected starts of whole hours, got {first}", remedy="Give hours of UTC")
    return whole.astype("datetime64[ns]")


def week_places(times: np.ndarray, offset_h: int) -> np.ndarray:
    """Place of each hour in the week: 0 is Monday 00:00 in regional time, 167 Sunday 23:00.

    Args:
        times: starts of hours, UTC, shape (time,).
        offset_h: regional time less UTC, h.
    """
    hours = times.astype("datetime64[h]").astype(np.int64) + offset_h
    return np.asarray((hours + 24 * _MONDAY) % 168)


def days_in_months(year: int) -> np.ndarray:
    """Days of the twelve months of a year, shape (12,).

    Raises:
        InputError: when it is no year of 1899 to 2200; the first and the last serve at the edges only.
    """
    if not 1899 <= year <= 2200:
        raise InputError(f"expected a year of 1900 to 2199, got {year}")
    months = np.arange(f"{year}-01", f"{year + 1}-02", dtype="datetime64[M]").astype("datetime64[D]")
    return np.asarray(np.diff(months).astype(np.int64))
