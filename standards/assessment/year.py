"""Statistics of a year at one place: days by level, means, percentiles, with their limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import xarray as xr

from foundation.pollutants import DAILY, POLLUTANTS
from foundation.times import beijing_day
from foundation.units import to_display
from standards.limits import limit, limit_book, validity

GOOD_UP_TO, HEAVY_ABOVE = 100, 200
"""Index up to which a day is good, and above which it is heavily polluted."""

_MEANS = ("pm25", "pm10", "so2", "no2")
"""Pollutants that GB 3095 limits by the year."""


def percentile(values: np.ndarray, percent: float) -> float:
    """The p-th percentile of daily values as HJ 663 takes it; NaN of nothing.

    Values in ascending order; k = 1 + (n - 1) p, linear between the two neighbours of k. That formula is
    remembered, not read.

    Args:
        values: finite values, any order.
        percent: 0 to 100.
    """
    if values.size == 0:
        return math.nan
    ordered = np.sort(values)
    k = (ordered.size - 1) * percent / 100
    lower = math.floor(k)
    upper = min(lower + 1, ordered.size - 1)
    return float(ordered[lower] + (ordered[upper] - ordered[lower]) * (k - lower))


def year_of_place(days: xr.Dataset, index: xr.Dataset, valid: np.ndarray, elapsed: int) -> dict[str, Any]:
    """One place in one year or part of it.

    Args:
        days: daily means of the place, dim time, kg m-3.
        index: what `standards.aqi.air_quality_index` makes of them.
        valid: whether the day's index counts, shape (time,).
        elapsed: days of the period, those without measurements too.

    Returns:
        `days`, `means` and `percentiles`, as plain data.
    """
    return {
        "days": _days(index, valid, elapsed),
        "means": {name: _mean(days, name) for name in _MEANS if name in days},
        "percentiles": {name: _percentile(days, name) for name in DAILY if name in days},
    }


def _days(index: xr.Dataset, valid: np.ndarray, elapsed: int) -> dict[str, Any]:
    aqi, level = index["aqi"].values[valid], index["level"].values[valid]
    good, count = int((aqi <= GOOD_UP_TO).sum()), int(valid.sum())
    primary = index["primary"].values[valid].astype(bool)
    return {
        "elapsed": elapsed,
        "valid": count,
        "good": good,
        "good_share": round(100 * good / count, 1) if count else None,
        "heavy": int((aqi > HEAVY_ABOVE).sum()),
        "by_level": {str(number): int((level == number).sum()) for number in range(1, 7)},
        "primary": {
            str(name): int(primary[:, n].sum())
            for n, name in enumerate(index["pollutant"].values)
            if primary[:, n].any()
        },
    }


def _shown(days: xr.Dataset, pollutant: str) -> tuple[np.ndarray, np.ndarray]:
    """Finite values in the unit people read, and their days."""
    values = np.asarray(to_display(days[pollutant].values.astype(float), pollutant))
    known = np.isfinite(values)
    return values[known], beijing_day(days["time"].values[known])


def _mean(days: xr.Dataset, pollutant: str) -> dict[str, Any]:
    values, dates = _shown(days, pollutant)
    last = beijing_day(days["time"].values[-1])
    bound = limit(pollutant, "year", np.datetime64(last.item(), "D"))
    mean = float(values.mean()) if values.size else None
    reported = None if mean is None else round(mean)
    return {
        "mean": None if mean is None else round(mean, 1), "reported": reported, "days": int(values.size),
        "whole_year": _is_whole_year(dates), "unit": bound.unit, "limit": bound.value,
        "standard": bound.standard, "within_limit": None if reported is None else reported <= bound.value,
    }  # fmt: skip


def _percentile(days: xr.Dataset, pollutant: str) -> dict[str, Any]:
    values, _ = _shown(days, pollutant)
    gas = pollutant.removesuffix("_8h")
    percent = limit_book().annual_percentile[gas]
    last = np.datetime64(beijing_day(days["time"].values[-1]).item(), "D")
    bound = limit(pollutant, "8h" if pollutant == "o3_8h" else "day", last)
    found = percentile(values, percent)
    decimals = POLLUTANTS[pollutant].decimals
    reported = None if not values.size else (round(found, decimals) if decimals else round(found))
    return {
        "percentile": percent, "value": reported, "days": int(values.size), "unit": bound.unit,
        "limit": bound.value, "within_limit": None if reported is None else reported <= bound.value,
    }  # fmt: skip


def _is_whole_year(dates: np.ndarray) -> bool:
    """Whether there are enough days, in the year and in each of its months (GB 3095)."""
    needed = validity()
    months = dates.astype("datetime64[M]").astype(int) % 12 + 1
    return len(dates) >= needed.days_of_a_year and all(
        int((months == month).sum()) >= needed.days_needed(month) for month in range(1, 13)
    )
