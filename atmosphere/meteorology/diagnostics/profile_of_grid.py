"""A profile cut from gridded weather by bilinear interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.diagnostics.air_profile import ANEMOMETER_HEIGHT, SCREEN_HEIGHT, Profile
from atmosphere.meteorology.diagnostics.bilinear import Corners, corners_of
from atmosphere.meteorology.diagnostics.thermodynamics import dew_point_of_specific_humidity
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY
from foundation.errors import InputError

_LEVEL = {
    "pressure": "air_pressure", "temperature": "air_temperature", "height": "height_above_ground",
    "eastward_wind": "eastward_wind", "northward_wind": "northward_wind",
}  # fmt: skip
_SURFACE_POINT = ("air_temperature_2m", "eastward_wind_10m", "northward_wind_10m")


def chosen_time(weather: xr.Dataset, time: np.datetime64 | None) -> np.datetime64:
    """The time asked for, or the first of the data set when none is.

    Raises:
        InputError: when the data set does not hold it.
    """
    held = weather["time"].values.astype("datetime64[ns]")
    if time is None:
        return np.datetime64(held[0].item(), "ns")
    if time not in held:
        first, last = (str(value.astype("datetime64[m]")) for value in (held[0], held[-1]))
        span = f"{first}Z" if first == last else f"{len(held)} times from {first}Z to {last}Z"
        raise InputError(
            f"no weather at {str(time)[:16]}Z; the file holds {span}",
            where=str(weather.attrs.get("source", "")), remedy="Choose one of its times",
        )  # fmt: skip
    return time


def profile_of_grid(
    weather: xr.Dataset, lon: float, lat: float, time: np.datetime64 | None = None
) -> Profile:
    """Cut a profile at a point.

    All values are interpolated bilinearly in the grid's own coordinates. Levels at or below 10 m above the
    (interpolated) ground, or at a pressure above the surface's, are left out; the values at 2 m and 10 m are
    the lowest point. Without them the profile begins at the lowest level.

    Args:
        weather: of the contract METEOROLOGY.
        lon: degrees east.
        lat: degrees north.
        time: UTC; None for the first.

    Raises:
        InputError: when the point lies outside the grid, or the time is not there.
    """
    moment = chosen_time(weather, time)
    return profile_at(weather.sel(time=moment), corners_of(weather, lon, lat), lon, lat)


def profile_at(there: xr.Dataset, corners: Corners, lon: float, lat: float) -> Profile:
    """Cut a profile from weather of one time, `there`, at a point whose place in the grid is known."""
    source = str(there.attrs.get("source", ""))
    columns: dict[str, Any] = {name: corners.value(there[held]) for name, held in _LEVEL.items()}
    if "specific_humidity" in there:
        humidity = corners.value(there["specific_humidity"])
        columns["dew_point"] = dew_point_of_specific_humidity(columns["pressure"], humidity)
    else:
        columns["dew_point"] = np.full(len(columns["pressure"]), np.nan)
    surface = _surface(there, corners)
    above = columns["height"] > ANEMOMETER_HEIGHT
    above &= columns["pressure"] < surface.get("surface_pressure", np.inf)
    columns = {name: values[above] for name, values in columns.items()}
    if not above.any():
        raise InputError(f"no level above the ground at lon {lon:g}, lat {lat:g}", where=source)
    complete = all(name in surface for name in _SURFACE_POINT)
    if complete:
        columns = _with_surface(columns, surface)
    return Profile(
        lon=lon, lat=lat, time=np.datetime64(there["time"].values.item(), "ns"), source=source,
        starts_at_surface=complete, surface_height=surface.get("surface_height", float("nan")),
        surface=surface, remarks=() if complete else (_NO_SURFACE,), **columns,
    )  # fmt: skip


_NO_SURFACE = (
    "资料无2米气温或10米风，廓线自最低模式层起，贴地逆温可能漏判",
    "without 2 m temperature and 10 m wind the lowest level comes first; a surface inversion may be missed",
)


def _surface(there: xr.Dataset, corners: Corners) -> dict[str, float]:
    """All single-level values at the point that are numbers."""
    found = {}
    for name in map(str, there.data_vars):
        if there[name].dims == ("y", "x"):
            value = float(corners.value(there[name]))
            if np.isfinite(value):
                found[name] = value
    return found


def _with_surface(columns: dict[str, np.ndarray], surface: dict[str, float]) -> dict[str, np.ndarray]:
    temperature = surface["air_temperature_2m"]
    if "surface_pressure" in surface:
        anchor, rise, mean = surface["surface_pressure"], SCREEN_HEIGHT, temperature
    else:
        anchor, rise = float(columns["pressure"][0]), SCREEN_HEIGHT - float(columns["height"][0])
        mean = 0.5 * (temperature + float(columns["temperature"][0]))
    first = {
        "pressure": anchor * np.exp(-GRAVITY * rise / (DRY_AIR_GAS_CONSTANT * mean)),
        "temperature": temperature, "height": SCREEN_HEIGHT, "dew_point": surface.get("dew_point_2m", np.nan),
        "eastward_wind": surface["eastward_wind_10m"], "northward_wind": surface["northward_wind_10m"],
    }  # fmt: skip
    kept = columns["pressure"] < first["pressure"]
    return {name: np.concatenate([[first[name]], values[kept]]) for name, values in columns.items()}
