"""A vertical section through gridded weather, on heights above the sea."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.bilinear import Corners, corners_of, node
from atmosphere.meteorology.diagnostics.profile_of_grid import chosen_time, profile_at
from atmosphere.meteorology.diagnostics.thermodynamics import potential_temperature
from foundation.errors import InputError

_FEWEST_KM = 1.0
_POINTS = 161
_LEVELS = 161
_LOWEST_STEP = 5.0


@dataclass(frozen=True)
class Section:
    """Values on a vertical plane from one point to another.

    Attributes:
        time: UTC.
        lon: degrees east, shape (point,).
        lat: degrees north, shape (point,).
        distance_km: from the first point, shape (point,).
        ground: height of the ground above the sea, m, shape (point,).
        height: above the sea, m, shape (level,).
        potential_temperature: K, shape (level, point); NaN below the ground and above the highest level.
        along_wind: wind towards the end of the section, m s-1, shape (level, point); NaN likewise.
        across_wind: wind from the right to the left of somebody who walks it, m s-1; NaN likewise.
        mixing_height: above the sea, m, shape (point,); NaN where the weather gives none.
    """

    time: np.datetime64
    lon: np.ndarray
    lat: np.ndarray
    distance_km: np.ndarray
    ground: np.ndarray
    height: np.ndarray
    potential_temperature: np.ndarray
    along_wind: np.ndarray
    across_wind: np.ndarray
    mixing_height: np.ndarray


def section(
    weather: xr.Dataset, start: tuple[float, float], end: tuple[float, float],
    time: np.datetime64 | None = None, top: float = 5000.0,
) -> Section:  # fmt: skip
    """Cut a section along the great circle between two points.

    The columns of the grid are cut first, each with its own surface values, and put on heights above their
    ground, linearly between their levels; then they are interpolated bilinearly. So the cold air near the
    ground follows the slopes instead of breaking off where a pressure level meets them.

    Args:
        weather: of the contract METEOROLOGY, with `surface_height`.
        start: longitude and latitude, degrees.
        end: longitude and latitude, degrees.
        time: UTC; None for the first.
        top: height above the sea up to which it reaches, m.

    Raises:
        InputError: when a point of it lies outside the grid, the ends are one point, the time is not there,
            or the weather has no height of the ground.
    """
    where = str(weather.attrs.get("source", ""))
    if "surface_height" not in weather:
        raise InputError("section: the weather gives no height of the ground", where=where)
    moment = chosen_time(weather, time)
    for end_point in (start, end):
        corners_of(weather, *end_point)
    lon, lat, distance, bearing = _great_circle(start, end)
    if distance[-1] < _FEWEST_KM:
        raise InputError("section: expected two points at least 1 km apart", where=where)
    points = [corners_of(weather, *point) for point in zip(lon.tolist(), lat.tolist(), strict=True)]
    ground = np.array([float(corners.value(weather["surface_height"])) for corners in points])
    if ground.min() >= top:
        raise InputError(f"section: the ground lies above its top, {top:g} m, everywhere", where=where)
    above = np.concatenate([[0.0], np.geomspace(_LOWEST_STEP, top - ground.min(), _LEVELS)])
    columns = _Columns(weather.sel(time=moment), above)
    height = np.linspace(min(0.0, float(ground.min())), top, _LEVELS)
    values = np.array(
        [columns.at(corners, height - low) for corners, low in zip(points, ground, strict=True)]
    )
    theta, eastward, northward = np.moveaxis(values, 1, 0).transpose(0, 2, 1)
    east, north = np.sin(bearing), np.cos(bearing)
    return Section(
        time=moment, lon=lon, lat=lat, distance_km=distance, ground=ground, height=height,
        potential_temperature=theta, along_wind=eastward * east + northward * north,
        across_wind=northward * east - eastward * north,
        mixing_height=ground + _mixing_height(weather.sel(time=moment), points),
    )  # fmt: skip


class _Columns:
    """Columns of the grid on heights above ground, cut when first asked for."""

    def __init__(self, there: xr.Dataset, above: np.ndarray) -> None:
        self._there, self._above = there, above
        self._cut: dict[tuple[int, int], np.ndarray] = {}

    def at(self, corners: Corners, height: np.ndarray) -> np.ndarray:
        """Potential temperature and both winds at a point, shape (3, height); NaN below the ground."""
        around = [
            [self._node(row, column) for column in corners.columns.tolist()] for row in corners.rows.tolist()
        ]
        mixed = np.tensordot(corners.weights, np.array(around), axes=2)
        inside = (height >= 0.0) & (height <= self._above[-1])
        return np.array([np.where(inside, np.interp(height, self._above, part), np.nan) for part in mixed])

    def _node(self, row: int, column: int) -> np.ndarray:
        if (row, column) not in self._cut:
            lon, lat = (float(self._there[name][row, column]) for name in ("lon", "lat"))
            profile = profile_at(self._there, node(row, column), lon, lat)
            self._cut[row, column] = _column(profile, self._above)
        return self._cut[row, column]


def _mixing_height(there: xr.Dataset, points: list[Corners]) -> np.ndarray:
    if "boundary_layer_height" not in there:
        return np.full(len(points), np.nan)
    return np.array([float(corners.value(there["boundary_layer_height"])) for corners in points])


def _great_circle(
    start: tuple[float, float], end: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Longitudes, latitudes, distances (km) and directions (rad from north to east) of points on the way."""
    import pyproj

    from foundation.constants import EARTH_RADIUS

    sphere = pyproj.Geod(a=EARTH_RADIUS, b=EARTH_RADIUS)
    forward, _, length = sphere.inv(*start, *end)
    steps = np.linspace(0.0, length, _POINTS)
    begin_lon, begin_lat = (np.full(_POINTS, value) for value in start)
    lon, lat, back = sphere.fwd(begin_lon, begin_lat, np.full(_POINTS, forward), steps)
    bearing = np.deg2rad(np.where(steps > 0.0, np.asarray(back) + 180.0, forward))
    return np.asarray(lon), np.asarray(lat), steps / 1000.0, bearing


def _column(profile: Profile, above: np.ndarray) -> np.ndarray:
    """Potential temperature and winds of a profile at heights above ground, shape (3, height)."""
    theta = potential_temperature(profile.pressure, profile.temperature)
    own = (
        (profile.height, theta),
        *((profile.wind_height, wind) for wind in (profile.eastward_wind, profile.northward_wind)),
    )
    inside = above <= profile.height[-1]
    return np.array([np.where(inside, np.interp(above, at, values), np.nan) for at, values in own])
