"""How emitters are shared among the cells of the grid; what lies outside is kept apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["CellShares", "points_to_cells", "turned"]


@dataclass(frozen=True)
class CellShares:
    """Shares of emitters in the cells of a grid; those of one emitter and its share outside add up to 1.

    Attributes:
        matrix: sparse, shape (row * column, emitter).
        outside: share that lies outside the grid, shape (emitter,).
        shape: rows and columns of the grid.
        by_area: emitters that fell back from the proxy to area, shape (emitter,), true or false.
    """

    matrix: Any
    outside: np.ndarray
    shape: tuple[int, int]
    by_area: np.ndarray

    def spread(self, amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Amounts of emitters, brought into the cells.

        Args:
            amounts: kg or any other amount, shape (..., emitter).

        Returns:
            What is in the cells, shape (..., row, column), and what lies outside, shape (...).

        Raises:
            InputError: when the emitters are not as many, or an amount is no finite number.
        """
        given = np.asarray(amounts, dtype=float)
        if given.shape[-1:] != self.outside.shape:
            raise InputError(f"amounts: expected {len(self.outside)} emitters, got shape {given.shape}")
        if not np.isfinite(given).all():
            first = np.argwhere(~np.isfinite(given))[0]
            raise InputError(f"amounts: emitter {first[-1]} has {given[tuple(first)]}, expected a number",
                             remedy="Correct that amount")  # fmt: skip
        flat = given.reshape(math.prod(given.shape[:-1]), given.shape[-1])
        cells = (self.matrix @ flat.T).T.reshape(*given.shape[:-1], *self.shape)
        return np.ascontiguousarray(cells), np.asarray(given @ self.outside)


def turned(lon: np.ndarray, grid: Grid) -> np.ndarray:
    """Longitudes turned by whole circles to within half a circle of the grid's middle."""
    middle = 0.5 * (grid.lon_edges[0] + grid.lon_edges[-1])
    return np.asarray(lon - 360.0 * np.round((lon - middle) / 360.0))


def points_to_cells(
    lon: np.ndarray, lat: np.ndarray, grid: Grid
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells that hold points; a cell owns its western and southern side, as in `Grid.cell_of`.

    Args:
        lon: degrees east, shape (point,); 0 to 360 is as good as -180 to 180.
        lat: degrees north.
        grid: the model's grid.

    Returns:
        Row, column (both -1 outside) and whether the point lies inside, all of shape (point,).

    Raises:
        InputError: when a coordinate is no number or no latitude.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    wrong = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90) & (np.abs(lon) <= 720))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise InputError(f"point {first}: longitude {lon[first]}, latitude {lat[first]} is no place",
                         remedy="Give degrees east and north")  # fmt: skip
    column = np.searchsorted(grid.lon_edges, turned(lon, grid), side="right") - 1
    row = np.searchsorted(grid.lat_edges, lat, side="right") - 1
    inside = (row >= 0) & (row < grid.shape[1]) & (column >= 0) & (column < grid.shape[2])
    return np.where(inside, row, -1), np.where(inside, column, -1), inside
