"""How emitters are shared among the cells of the grid; what lies outside is kept apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["CellShares", "points_to_cells", "refuse_strange_points", "turned"]


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

    @classmethod
    def of(
        cls, entries: tuple[np.ndarray, np.ndarray, np.ndarray], grid: Grid, outside: np.ndarray,
        by_area: np.ndarray,
    ) -> CellShares:  # fmt: skip
        """Shares from their entries.

        Args:
            entries: share, cell (row * columns + column) and emitter, each (entry,).
            grid: the grid.
            outside: see the attributes.
            by_area: see the attributes.
        """
        from scipy.sparse import coo_array

        share, cell, emitter = entries
        rows, columns = grid.shape[1:]
        matrix = coo_array((share, (cell, emitter)), shape=(rows * columns, len(outside))).tocsr()
        return cls(matrix, outside, (rows, columns), by_area)

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


def refuse_strange_points(geometry: Any, title: str) -> None:
    """Refuse a shape with a point that is no place on the earth.

    Args:
        geometry: of shapely, degrees.
        title: its name, for the message.

    Raises:
        InputError: when there is one.
    """
    import shapely

    points = shapely.get_coordinates(geometry)
    if not np.isfinite(points).all() or (np.abs(points) > (720.0, 90.0)).any():
        raise InputError("it has a point that is no longitude and latitude", where=title,
                         remedy="Give degrees east and north, WGS 84")  # fmt: skip


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
    row, column, inside = grid.cells_of(turned(lon, grid), lat)
    return np.where(inside, row, -1), np.where(inside, column, -1), inside
