"""Yesterday: the latest forecast of one day beside what was measured, place by place."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from forecast.models import PUBLISHED
from foundation.times import shown
from standards.levels import level_of


def yesterday(hindcast: xr.Dataset, day: np.datetime64) -> list[dict[str, Any]]:
    """The shortest forecast of one day beside what was measured, place by place.

    Args:
        hindcast: with the models `published` and `persistence`.
        day: start of the day, UTC.
    """
    lead = int(hindcast["lead"].values[0])
    at = hindcast.sel(lead=lead).isel(issue=np.flatnonzero(hindcast["valid_time"].sel(lead=lead) == day))
    if at.sizes["issue"] == 0:
        return []
    at = at.isel(issue=0)
    return [_at_place(at.sel(place=place), day) for place in at["place"].values]


def _at_place(at: xr.Dataset, day: np.datetime64) -> dict[str, Any]:
    published = at.sel(model=PUBLISHED)
    fine = published["concentration"].sel(pollutant="pm25")
    aqi, observed = _number(published["aqi"].sel(quantile=0.5, method="nearest")), _number(at["aqi_observed"])
    low, high = _number(published["range_low"]), _number(published["range_high"])
    both = aqi is not None and observed is not None
    levels = [None if value is None else int(level_of(int(value)).number) for value in (aqi, observed)]
    primary = (published["primary"] * at["primary_observed"]).values.any()
    return {
        "place": str(at["place"].values), "valid_day": shown(day, minutes=False), "pollutant": "pm25",
        "forecast": _number(fine.sel(quantile=0.5, method="nearest")),
        "low": _number(fine.sel(quantile=0.1, method="nearest")),
        "high": _number(fine.sel(quantile=0.9, method="nearest")),
        "observed": _number(at["observed"].sel(pollutant="pm25")),
        "persistence": _number(
            at["concentration"].sel(model="persistence", pollutant="pm25").sel(quantile=0.5, method="nearest")
        ),
        "aqi_forecast": aqi, "aqi_low": low, "aqi_high": high, "aqi_observed": observed,
        "level_forecast": levels[0], "level_observed": levels[1],
        "level_hit": levels[0] == levels[1] if both else None,
        "range_hit": None if low is None or high is None or observed is None else low <= observed <= high,
        "primary_hit": bool(primary) if aqi is not None and observed is not None and observed > 50 else None,
    }  # fmt: skip


def _number(value: xr.DataArray) -> float | None:
    number = float(value)
    return round(number, 3) if np.isfinite(number) else None
