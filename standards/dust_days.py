"""The daily report with and without dust: both numbers, and the rule by which it was left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from foundation.times import shown
from foundation.units import to_display
from standards.aqi import air_quality_index

LEFT_OUT = "-"
"""What stands in place of PM2.5 and PM10 of a day that is left out."""

_PARTICLES = ("pm25", "pm10")


def reports_with_and_without_dust(whole: xr.Dataset, without: xr.Dataset) -> list[dict[str, Any]]:
    """Index, level and primary pollutants of every day with dust, as measured and as assessed.

    Args:
        whole: daily means as measured, dims (time, place), kg m-3.
        without: the same with PM2.5 and PM10 NaN or recomputed where dust was left out, with `dust_hours`
            (time, place) and the attributes `dust_rule` and `dust_rule_verified`.

    Returns:
        One entry for each place and day with dust-affected hours: `measured` and `assessed`, each with `aqi`,
        `level`, `primary`, `pm25`, `pm10` (µg/m³, rounded; "-" where left out, None where not measured),
        `rule`, `verified`, `dust_hours`, and `left_out`, whether the day lost its PM2.5 or PM10.
    """
    reports = {"measured": whole, "assessed": without}
    indices = {
        name: air_quality_index(data.drop_vars("dust_hours", errors="ignore"), None, "day")
        for name, data in reports.items()
    }
    hours = without["dust_hours"].values
    found: list[dict[str, Any]] = []
    for row, column in np.argwhere(hours > 0):
        cell = {"time": int(row), "place": int(column)}
        entry: dict[str, Any] = {
            "place": str(without["place"].values[column]),
            "day": shown(without["time"].values[row], minutes=False),
            "dust_hours": int(hours[row, column]),
            "rule": without.attrs["dust_rule"],
            "verified": without.attrs["dust_rule_verified"] == "true",
        }
        for name, data in reports.items():
            entry[name] = _report(data.isel(cell), indices[name].isel(cell))
        lost = [
            name
            for name in _PARTICLES
            if entry["assessed"][name] is None and entry["measured"][name] is not None
        ]
        for name in lost:
            entry["assessed"][name] = LEFT_OUT
        found.append({**entry, "left_out": bool(lost)})
    return found


def _report(day: xr.Dataset, index: xr.Dataset) -> dict[str, Any]:
    known = bool(np.isfinite(index["aqi"].item()))
    values = {name: to_display(float(day[name].item()), name) for name in _PARTICLES}
    pollutants = index["pollutant"].values
    return {
        "aqi": int(index["aqi"].item()) if known else None,
        "level": int(index["level"].item()) if known else None,
        "primary": [str(name) for name in pollutants[index["primary"].values.astype(bool)]],
        **{name: round(value) if np.isfinite(value) else None for name, value in values.items()},
    }
