"""Means over days at a place, from weather on a grid."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.times import HOUR

__all__ = ["covers", "day_means", "nearest_cell", "temperature_near_ground"]

_LONGEST_STEP = np.timedelta64(6, "h")
_FEWEST_HOURS = 18
_LONE_CELL_DEGREES = 0.5


def nearest_cell(lons: np.ndarray, lats: np.ndarray, lon: float, lat: float) -> tuple[int, int]:
    """Row and column of the cell nearest to a place.

    Args:
        lons: of the cells, degrees east, (y, x).
        lats: of the cells, degrees north, (y, x).
        lon: of the place.
        lat: of the place.

    Raises:
        InputError: when the place is farther from it than its neighbours are.
    """

    def away(other_lon: np.ndarray, other_lat: np.ndarray, at: tuple[float, float]) -> np.ndarray:
        east = (other_lon - at[0] + 180.0) % 360.0 - 180.0
        return np.asarray(np.hypot(east * np.cos(np.deg2rad(at[1])), other_lat - at[1]))

    distance = away(lons, lats, (lon, lat))
    row, column = map(int, np.unravel_index(int(np.argmin(distance)), distance.shape))
    around = np.s_[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
    spacing = away(lons[around], lats[around], (float(lons[row, column]), float(lats[row, column])))
    reach = float(spacing.max()) if spacing.size > 1 else _LONE_CELL_DEGREES
    if not distance[row, column] <= reach:
        raise InputError(
            f"no weather at {lon:g}°E {lat:g}°N: the nearest cell is {distance[row, column]:.1f}° away",
            remedy="Give weather of a larger area, or no temperature: normals stand in",
        )
    return row, column


def covers(weather: xr.Dataset, lon: float, lat: float) -> bool:
    """Whether weather has a cell at a place.

    Args:
        weather: keeps `METEOROLOGY`.
        lon: of the place, degrees east.
        lat: of the place, degrees north.
    """
    try:
        nearest_cell(weather["lon"].values, weather["lat"].values, lon, lat)
    except InputError:
        return False
    return True


def temperature_near_ground(weather: xr.Dataset, place: tuple[int, int]) -> np.ndarray:
    """2 m temperature in a cell, or that of the lowest level above ground, K, (time,)."""
    cell = {"y": place[0], "x": place[1]}
    if "air_temperature_2m" in weather:
        return np.asarray(weather["air_temperature_2m"].isel(cell).values, dtype=np.float64)
    height = weather["height_above_ground"].isel(cell).values
    volume = weather["air_temperature"].isel(cell).values
    if not (height >= 0).any(axis=1).all():
        raise InputError("weather: no level above ground", remedy="Give weather with 2 m temperature")
    lowest = np.argmin(np.where(height >= 0, height, np.inf), axis=1)
    return np.asarray(volume[np.arange(len(lowest)), lowest], dtype=np.float64)


def day_means(times: np.ndarray, values: np.ndarray, offset_h: int) -> tuple[np.ndarray, np.ndarray]:
    """Means over days of regional time, linear between instants.

    Args:
        times: growing, UTC, (time,).
        values: at those instants, (time,).
        offset_h: regional time less UTC, h.

    Returns:
        Dates and means of the days of which at least 18 h lie between instants at most 6 h apart.
    """
    instants = times.astype("datetime64[ns]") + np.timedelta64(offset_h, "h")
    if len(instants) < 2:
        return np.empty(0, "datetime64[D]"), np.empty(0)
    first, last = instants[0].astype("datetime64[h]"), instants[-1].astype("datetime64[h]")
    middles = np.arange(first, last + 1, HOUR).astype("datetime64[ns]") + np.timedelta64(30, "m")
    after = np.searchsorted(instants, middles)
    inside = (after > 0) & (after < len(instants))
    middles, after = middles[inside], after[inside]
    near = instants[after] - instants[after - 1] <= _LONGEST_STEP
    middles = middles[near]
    hourly = np.interp(middles.astype(np.int64), instants.astype(np.int64), values)
    days, which, count = np.unique(middles.astype("datetime64[D]"), return_inverse=True, return_counts=True)
    means = np.bincount(which, hourly, len(days)) / np.maximum(count, 1)
    whole = count >= _FEWEST_HOURS
    return days[whole], means[whole]
