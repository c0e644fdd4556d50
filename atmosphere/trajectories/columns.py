"""Columns of the weather with the ground as their lowest node, in height above ground or in pressure.

The vertical coordinate grows upward: height above ground, m, or minus the pressure, Pa. It varies in space
and time as the weather's levels do, and it stands in the data, so that any kind of level serves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY
from foundation.errors import InputError

__all__ = ["Columns", "air_density", "ground_pressure", "read_columns"]

_OMEGA = "lagrangian_tendency_of_air_pressure"
_APART = {"height": 1.0, "pressure": 10.0}
"""Least distance of two nodes of a column, m and Pa; levels below the ground are gathered there."""


@dataclass(frozen=True)
class Columns:
    """Nodes of all columns, the ground first; all of shape (time, level, row, column).

    Attributes:
        east: eastward wind, m s-1.
        north: northward wind, m s-1.
        rise: rate of the vertical coordinate, m s-1 or Pa s-1.
        coordinate: the vertical coordinate, strictly growing with level, m or Pa.
        companion: the other coordinate: logarithm of the pressure in Pa, or height above ground in m.
    """

    east: np.ndarray
    north: np.ndarray
    rise: np.ndarray
    coordinate: np.ndarray
    companion: np.ndarray


def read_columns(
    weather: xr.Dataset, coordinate: str, vertical_motion: str, index_rates: np.ndarray
) -> Columns:
    """Take the columns from a meteorology data set.

    Args:
        weather: keeps the contract `METEOROLOGY`.
        coordinate: `height` or `pressure`.
        vertical_motion: `wind` or `none`.
        index_rates: of `HorizontalGrid.index_rates`, for the slope of the ground.

    Raises:
        InputError: when vertical motion is asked for and the weather has none, when the slope of the ground
            is unknown, or when a column lies wholly below the ground.
    """
    height = weather["height_above_ground"].values
    log_ground = np.log(ground_pressure(weather))
    log_pressure = np.log(weather["air_pressure"].values)
    if coordinate == "height":
        own, other = height, log_pressure
        own_ground, other_ground = np.zeros_like(log_ground), log_ground
    else:
        own, other = -weather["air_pressure"].values, height
        own_ground, other_ground = -np.exp(log_ground), np.zeros_like(log_ground)
    below = own <= own_ground[:, None] + _APART[coordinate] * np.arange(1, own.shape[1] + 1)[:, None, None]
    east, north = (_grounded(weather, name, below) for name in ("eastward_wind", "northward_wind"))
    rise = _rise(weather, coordinate, vertical_motion, index_rates)
    own_floor = own_ground[:, None] + _APART[coordinate] * np.arange(own.shape[1] + 1)[:, None, None]
    own = np.maximum(np.concatenate([own_ground[:, None], own], axis=1), own_floor)
    ground_rise = _ground_rise(own_ground, [east, north], index_rates, weather, vertical_motion)
    return Columns(
        east, north, _with_ground(rise, ground_rise, below), own, _with_ground(other, other_ground, below)
    )


def air_density(weather: xr.Dataset) -> np.ndarray:
    """Density of moist air, kg m-3, shape (time, level, y, x)."""
    virtual = weather["air_temperature"].values
    if "specific_humidity" in weather:
        virtual = virtual * (1.0 + 0.608 * weather["specific_humidity"].values)
    return np.asarray(weather["air_pressure"].values / (DRY_AIR_GAS_CONSTANT * virtual))


def ground_pressure(weather: xr.Dataset) -> np.ndarray:
    """Pressure at the ground, Pa, shape (time, y, x); hydrostatic from the lowest level above the ground."""
    if "surface_pressure" in weather:
        return np.asarray(weather["surface_pressure"].values)
    height = weather["height_above_ground"].values
    lowest = _lowest_above(height <= 0.0)
    pressure = np.take_along_axis(weather["air_pressure"].values, lowest, 1)
    density = np.take_along_axis(air_density(weather), lowest, 1)
    above = np.take_along_axis(height, lowest, 1)
    return np.asarray((pressure * np.exp(GRAVITY * density * above / pressure))[:, 0])


def _lowest_above(below: np.ndarray) -> np.ndarray:
    if below.all(axis=1).any():
        raise InputError("weather: a column has no level above the ground", remedy="Check the heights")
    return np.asarray(np.argmin(below, axis=1)[:, None])


def _with_ground(values: np.ndarray, ground: np.ndarray, below: np.ndarray) -> np.ndarray:
    """A field with the ground's value beneath it, and in place of what lies below the ground."""
    aloft = np.where(below, ground[:, None], values)
    return np.concatenate([ground[:, None], aloft], axis=1)


def _grounded(weather: xr.Dataset, name: str, below: np.ndarray) -> np.ndarray:
    values = weather[name].values
    if f"{name}_10m" in weather:
        ground = weather[f"{name}_10m"].values
    else:
        ground = np.take_along_axis(values, _lowest_above(below), 1)[:, 0]
    return _with_ground(values, ground, below)


def _rise(weather: xr.Dataset, coordinate: str, vertical_motion: str, index_rates: np.ndarray) -> np.ndarray:
    if vertical_motion == "none":
        return np.zeros(weather["eastward_wind"].shape)
    if _OMEGA not in weather and "upward_air_velocity" not in weather:
        raise InputError(
            f"weather: expected 'upward_air_velocity' or {_OMEGA!r}, got neither",
            remedy="Choose vertical motion 'none' to keep the height above ground or the pressure",
        )
    if coordinate == "pressure":
        return np.asarray(-weather[_OMEGA].values) if _OMEGA in weather else _lift(weather)
    if "upward_air_velocity" in weather:
        upward = weather["upward_air_velocity"].values
    else:
        upward = -weather[_OMEGA].values / (GRAVITY * air_density(weather))
    if "surface_height" not in weather:
        raise InputError(
            "weather: expected 'surface_height', for the slope of the ground",
            remedy="Choose coordinate 'pressure', or vertical motion 'none'",
        )
    winds = [weather[name].values for name in ("eastward_wind", "northward_wind")]
    return np.asarray(upward - _along(weather["surface_height"].values, winds, index_rates))


def _lift(weather: xr.Dataset) -> np.ndarray:
    return np.asarray(GRAVITY * air_density(weather) * weather["upward_air_velocity"].values)


def _along(field: np.ndarray, winds: list[np.ndarray], index_rates: np.ndarray) -> np.ndarray:
    """Change of a horizontal field that the wind meets: wind times gradient."""
    by_row, by_column = np.gradient(field, axis=(-2, -1))
    per_metre = [by_column * index_rates[0, axis] + by_row * index_rates[1, axis] for axis in (0, 1)]
    return np.asarray(winds[0] * per_metre[0] + winds[1] * per_metre[1])


def _ground_rise(
    ground: np.ndarray, winds: list[np.ndarray], index_rates: np.ndarray, weather: xr.Dataset, motion: str
) -> np.ndarray:
    """Rate of the coordinate for air that follows the ground: its change in time and along the wind."""
    if motion == "none":
        return np.zeros_like(ground)
    seconds = (weather["time"].values - weather["time"].values[0]) / np.timedelta64(1, "s")
    in_time = np.gradient(ground, seconds, axis=0) if len(seconds) > 1 else np.zeros_like(ground)
    lowest = ([wind[time, 0] for wind in winds] for time in range(len(ground)))
    along = [_along(part, pair, index_rates) for part, pair in zip(ground, lowest, strict=True)]
    return np.asarray(in_time + np.stack(along))
