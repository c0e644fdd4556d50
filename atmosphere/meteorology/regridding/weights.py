"""The grid that fields come from, and a regridding as a sparse matrix that serves any number of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from foundation.errors import InputError

__all__ = ["Regridding", "SourceGrid"]

_LEAST_WEIGHT = 0.5


@dataclass(frozen=True)
class Regridding:
    """Turns fields on one grid into fields on another.

    Attributes:
        matrix: sparse, shape (target rows * columns, source rows * columns).
        source_shape: rows and columns of the source.
        target_shape: rows and columns of the target.
    """

    matrix: Any
    source_shape: tuple[int, int]
    target_shape: tuple[int, int]

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Fields on the target grid.

        Args:
            values: shape (..., y, x) of the source; the floating type is kept.

        Raises:
            InputError: when the last two dimensions are not the source's.
        """
        if values.shape[-2:] != self.source_shape:
            raise InputError(f"regridding: expected fields of {self.source_shape}, got {values.shape[-2:]}")
        flat = np.ascontiguousarray(values.reshape(-1, self.matrix.shape[1]).T)
        made = (self.matrix.astype(values.dtype) @ flat).T
        return np.ascontiguousarray(made).reshape(*values.shape[:-2], *self.target_shape)

    def over_gaps(self, values: np.ndarray) -> np.ndarray:
        """Fields with gaps: the mean of what is there, missing where that is less than half."""
        there = np.isfinite(values)
        share = self(there.astype(values.dtype))
        with np.errstate(divide="ignore", invalid="ignore"):
            filled = self(np.where(there, values, 0).astype(values.dtype)) / share
        return np.where(share >= _LEAST_WEIGHT, filled, np.nan).astype(values.dtype)


@dataclass(frozen=True)
class SourceGrid:
    """A grid with straight axes in some projection.

    Attributes:
        x: of the columns' centres, degrees or the projection's metres, ascending, shape (x,).
        y: of the rows' centres, ascending, shape (y,).
        crs: anything that `pyproj.CRS.from_user_input` reads.
    """

    x: np.ndarray
    y: np.ndarray
    crs: str = "EPSG:4326"

    def __post_init__(self) -> None:
        """Refuse axes that are too short or do not grow."""
        for name, axis in (("x", self.x), ("y", self.y)):
            if axis.ndim != 1 or len(axis) < 2 or not (np.diff(axis) > 0).all():
                raise InputError(f"{name}: expected two or more growing values, got {axis.shape}")

    @classmethod
    def of(cls, dataset: xr.Dataset) -> SourceGrid:
        """The horizontal grid of a data set with coordinates `x` and `y` and an attribute `crs`.

        Raises:
            InputError: when one of these is absent.
        """
        for name, there in (
            *((axis, axis in dataset.coords) for axis in "xy"),
            ("crs", "crs" in dataset.attrs),
        ):
            if not there:
                raise InputError(f"weather: {name!r} is missing, its grid cannot be placed")
        return cls(dataset["x"].values.astype(float), dataset["y"].values.astype(float), dataset.attrs["crs"])

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.y), len(self.x)

    @property
    def is_lonlat(self) -> bool:
        """Whether x and y are degrees."""
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        try:
            return bool(CRS.from_user_input(self.crs).is_geographic)
        except CRSError as error:
            raise InputError(f"crs: {str(self.crs)[:60]!r} is not a coordinate system") from error

    def project(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of places in this grid's projection; longitudes are turned towards the grid."""
        if self.is_lonlat:
            middle = 0.5 * (self.x[0] + self.x[-1])
            return middle + np.mod(lon - middle + 180.0, 360.0) - 180.0, np.asarray(lat)
        from pyproj import Proj

        x, y = Proj(self.crs)(lon, lat)
        return np.asarray(x), np.asarray(y)

    def corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude of the cells' corners, half-way between centres, shape (y + 1, x + 1)."""
        across, up = np.meshgrid(cell_edges(self.x), cell_edges(self.y))
        if self.is_lonlat:
            return across, np.clip(up, -90.0, 90.0)
        from pyproj import Proj

        lon, lat = Proj(self.crs)(across, up, inverse=True)
        return np.unwrap(np.unwrap(np.asarray(lon), period=360.0, axis=0), period=360.0, axis=1), np.asarray(
            lat
        )


def cell_edges(centres: np.ndarray) -> np.ndarray:
    """Edges half-way between centres; the outermost cells reach as far out as in."""
    middle = 0.5 * (centres[1:] + centres[:-1])
    first, last = 2.0 * centres[0] - middle[0], 2.0 * centres[-1] - middle[-1]
    return np.concatenate([[first], middle, [last]])
