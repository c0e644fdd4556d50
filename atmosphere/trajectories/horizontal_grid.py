"""Places as indices of a grid, and winds as rates of those indices, on any projection.

A particle moves in index space, where the grid is regular. The wind is turned into rates of the two indices
at the nodes, exactly, so that map factor and convergence of the meridians are in the data and no trigonometry
is left for the step. HYSPLIT does the same (Draxler and Hess 1998, Aust. Meteorol. Mag. 47, 295-308).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError

__all__ = ["HorizontalGrid", "without_poles"]

_NEAR_POLE = 89.0
"""Degrees: rows nearer to a pole are left out of longitude-latitude grids, where their columns converge."""


@dataclass(frozen=True)
class HorizontalGrid:
    """A regular grid on a projection, or in longitude and latitude.

    Attributes:
        first_x: coordinate of the first column, metres or degrees.
        first_y: coordinate of the first row.
        step_x: from column to column.
        step_y: from row to row.
        columns: number of columns; on a grid round the earth the first is repeated at the end.
        rows: number of rows.
        round: whether the columns go round the earth.
        projection: turns longitude and latitude into x and y; None where they are the same.
    """

    first_x: float
    first_y: float
    step_x: float
    step_y: float
    columns: int
    rows: int
    round: bool = False
    projection: Any = field(default=None, compare=False)

    @classmethod
    def of(cls, weather: xr.Dataset) -> HorizontalGrid:
        """The grid of a meteorology data set.

        Raises:
            InputError: when `x` or `y` is not evenly spaced, or `crs` is no coordinate system.
        """
        from pyproj import CRS, Transformer
        from pyproj.exceptions import CRSError

        try:
            crs = CRS.from_user_input(weather.attrs["crs"])
        except CRSError as error:
            raise InputError(f"crs: {str(weather.attrs['crs'])[:60]!r} is not a coordinate system") from error
        (first_x, step_x), (first_y, step_y) = _spacing(weather, "x"), _spacing(weather, "y")
        columns, rows = weather.sizes["x"], weather.sizes["y"]
        if crs.is_geographic:
            whole = abs(columns * step_x - 360.0) < 1e-3 * step_x
            return cls(first_x, first_y, step_x, step_y, columns + whole, rows, whole)
        projection = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
        return cls(first_x, first_y, step_x, step_y, columns, rows, projection=projection)

    def indices(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Column and row, fractional, of places in degrees; outside the grid they lie outside its range."""
        lon, lat = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        if self.projection is not None:
            x, y = self.projection.transform(lon, lat)
            return (np.asarray(x) - self.first_x) / self.step_x, (np.asarray(y) - self.first_y) / self.step_y
        middle = self.first_x + 0.5 * (self.columns - 1) * self.step_x
        near = middle + (lon - middle + 180.0) % 360.0 - 180.0
        return (near - self.first_x) / self.step_x, (lat - self.first_y) / self.step_y

    def places(self, column: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Longitude (-180 to 180) and latitude, degrees, of fractional indices."""
        x = self.first_x + np.asarray(column, dtype=float) * self.step_x
        y = self.first_y + np.asarray(row, dtype=float) * self.step_y
        if self.projection is not None:
            x, y = map(np.asarray, self.projection.transform(x, y, direction="INVERSE"))
        return (x + 180.0) % 360.0 - 180.0, y

    def index_rates(self) -> np.ndarray:
        """Change of the indices per metre eastward and northward at the nodes.

        Returns:
            Shape (2, 2, row, column), m-1: first axis column and row, second axis east and north.
        """
        column, row = np.meshgrid(np.arange(self.columns, dtype=float), np.arange(self.rows, dtype=float))
        half = 0.005
        lon, lat = self.places(column, row)
        jacobian = np.empty((*lon.shape, 2, 2))
        for axis, (east, north) in enumerate(((half, 0.0), (0.0, half))):
            lon_after, lat_after = self.places(column + east, row + north)
            lon_before, lat_before = self.places(column - east, row - north)
            turned = (lon_after - lon_before + 180.0) % 360.0 - 180.0
            jacobian[..., 0, axis] = EARTH_RADIUS * np.cos(np.deg2rad(lat)) * np.deg2rad(turned) / (2 * half)
            jacobian[..., 1, axis] = EARTH_RADIUS * np.deg2rad(lat_after - lat_before) / (2 * half)
        return np.moveaxis(np.linalg.inv(jacobian), (2, 3), (0, 1))


def without_poles(weather: xr.Dataset) -> xr.Dataset:
    """The weather without the rows of a longitude-latitude grid that touch a pole."""
    from pyproj import CRS

    if not CRS.from_user_input(weather.attrs["crs"]).is_geographic:
        return weather
    return weather.isel(y=np.flatnonzero(np.abs(weather["y"].values) <= _NEAR_POLE))


def _spacing(weather: xr.Dataset, axis: str) -> tuple[float, float]:
    if axis not in weather.coords or weather.sizes[axis] < 2:
        raise InputError(f"weather: expected a coordinate {axis!r} with two values or more")
    values = weather[axis].values.astype(float)
    steps = np.diff(values)
    step = (values[-1] - values[0]) / (len(values) - 1)
    if not np.allclose(steps, step, rtol=2e-3) or step == 0.0:
        raise InputError(
            f"weather: expected evenly spaced {axis!r}, got steps from {steps.min():g} to {steps.max():g}",
            remedy="Regrid the weather first",
        )
    return float(values[0]), float(step)
