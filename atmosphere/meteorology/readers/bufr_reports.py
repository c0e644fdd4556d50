"""Surface reports (SYNOP) and soundings (TEMP) from BUFR, to the contracts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.bufr import SOUNDING, SURFACE, Subset, subsets
from atmosphere.meteorology.readers.report_table import ReportTable, sounding_dataset
from foundation.constants import GRAVITY
from foundation.errors import InputError

_SURFACE_ELEMENTS = {
    "air_temperature_2m": ("airTemperatureAt2M", "airTemperature"),
    "dew_point_2m": ("dewpointTemperatureAt2M", "dewpointTemperature"),
    "wind_speed_10m": ("windSpeedAt10M", "windSpeed"),
    "wind_from_direction_10m": ("windDirectionAt10M", "windDirection"),
    "surface_pressure": ("nonCoordinatePressure",),
    "sea_level_pressure": ("pressureReducedToMeanSeaLevel",),
    "visibility": ("horizontalVisibility",),
    "present_weather": ("presentWeather",),
    "total_cloud": ("cloudCoverTotal",),
}
_PLACE = {
    "lon": ("longitude",),
    "lat": ("latitude",),
    "station_height": ("heightOfStationGroundAboveMeanSeaLevel", "heightOfStation"),
}
_OBSCURED_PERCENT = 113.0
_NO_WEATHER_CODE = 508.0
"""Code table 0 20 003: 508 to 511, nothing to report, or nothing observed."""


def read_synop(path: str | Path) -> xr.Dataset:
    """Read surface reports from BUFR.

    Returns:
        A data set of the contract SURFACE_REPORTS; the attribute `refused` says what was not taken.

    Raises:
        InputError: when the file is no BUFR, is truncated, or holds no surface report.
    """
    names = {**_PLACE, **_SURFACE_ELEMENTS}
    refused: list[str] = []
    stations, times, rows = [], [], []
    for report in subsets(path, SURFACE, refused):
        try:
            times.append(report.time())
        except InputError as error:
            refused.append(str(error))
            continue
        stations.append(report.station())
        rows.append([report.value(*elements) for elements in names.values()])
    table = ReportTable(str(path), stations, np.array(times, dtype="datetime64[ns]"))
    table.refused.extend(refused)
    for name, column in zip(names, np.array(rows).T, strict=True):
        table.put(name, _plain(name, column))
    return table.dataset("SYNOP BUFR")


def _plain(name: str, values: np.ndarray) -> np.ndarray:
    if name == "total_cloud":
        return np.where(values == _OBSCURED_PERCENT, np.nan, np.minimum(values, 100.0) / 100.0)
    if name == "present_weather":
        return np.where(values >= _NO_WEATHER_CODE, np.nan, values)
    return values


def read_temp(path: str | Path) -> xr.Dataset:
    """Read soundings from BUFR, each from the ground upward.

    Levels that the report gives below the station (standard pressures, without temperature) are left out.
    Heights are the reported geopotential heights; levels between the standard ones often have none, and a
    station that moved may carry the old height: `profile_of_sounding` computes heights anew.

    Returns:
        A data set of the contract SOUNDINGS; the attribute `refused` says what was not taken.

    Raises:
        InputError: when the file is no BUFR, is truncated, or holds no sounding.
    """
    refused: list[str] = []
    stations: list[dict[str, object]] = []
    columns: list[dict[str, np.ndarray]] = []
    for report in subsets(path, SOUNDING, refused):
        try:
            levels = _levels(report)
            place = {name: report.value(*elements) for name, elements in _PLACE.items()}
            stations.append({"station": report.station(), "time": report.time(), **place})
            columns.append(levels)
        except InputError as error:
            refused.append(str(error))
    if not stations:
        raise InputError(
            f"no sounding can be used; {len(refused)} refused: {refused[0] if refused else 'none'}",
            where=str(path),
        )
    return sounding_dataset(str(path), stations, columns, refused)


def _levels(report: Subset) -> dict[str, np.ndarray]:
    temperature = report.values("airTemperature")
    count = len(temperature)
    pressure = report.values("pressure")[:count]
    if count == 0 or len(pressure) < count:
        raise InputError("expected a pressure and a temperature at every level", where=report.where)
    direction, speed = (_padded(report.values(name), count) for name in ("windDirection", "windSpeed"))
    height = report.values("nonCoordinateGeopotentialHeight")
    if not height.size:
        height = report.values("nonCoordinateGeopotential") / GRAVITY
    found = {
        "air_pressure": pressure,
        "air_temperature": temperature,
        "dew_point": _padded(report.values("dewpointTemperature"), count),
        "height_above_sea": _padded(height, count),
        "eastward_wind": -speed * np.sin(np.deg2rad(direction)),
        "northward_wind": -speed * np.cos(np.deg2rad(direction)),
    }
    order = _upward(report, pressure, temperature)
    return {name: values[order] for name, values in found.items()}


def _padded(values: np.ndarray, count: int) -> np.ndarray:
    """The first `count` values; missing where the report has none at all."""
    return values[:count] if len(values) >= count else np.full(count, np.nan)


def _upward(report: Subset, pressure: np.ndarray, temperature: np.ndarray) -> np.ndarray:
    """Indices of the levels from the ground upward."""
    at_ground = _surface_flag(report, len(pressure))
    known = np.isfinite(pressure)
    measured = known & np.isfinite(temperature)
    if not measured.any():
        raise InputError("no level has both pressure and temperature", where=report.where)
    flagged = at_ground & known
    ground = pressure[flagged].max() if flagged.any() else pressure[measured].max()
    kept = np.flatnonzero(known & (pressure <= ground) & (flagged | (pressure < ground) | measured))
    return kept[np.argsort(-pressure[kept], kind="stable")]


def _surface_flag(report: Subset, count: int) -> np.ndarray:
    """Whether each level is the station's own: bit 1 of flag table 0 08 001 (7 bits) or 0 08 042 (18)."""
    for name, bit in (
        ("extendedVerticalSoundingSignificance", 1 << 17),
        ("verticalSoundingSignificance", 64),
    ):
        flags = report.values(name)[:count]
        if len(flags) == count:
            missing = ~np.isfinite(flags)
            return np.where(missing, 0, flags).astype(int) & bit > 0
    return np.zeros(count, dtype=bool)
