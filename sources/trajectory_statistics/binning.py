"""Points of trajectories in the cells of a grid, kept by trajectory, so that maps are quick to draw again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.errors import InputError
from foundation.grids import Grid
from sources.trajectory_statistics.arrivals import BackwardTrajectories

__all__ = ["Binned", "bin_points", "cell_indices"]

_OUTSIDE, _ABOVE = -1, -2


@dataclass(frozen=True)
class Binned:
    """How many points of each trajectory lie in each cell.

    Attributes:
        points: sparse matrix, shape (cell, trajectory), of float64; cells row by row from the south-west.
        grid: the cells.
        step_h: time that a point stands for, h.
        outside: points beyond the sides of the grid.
        above: points over the grid, but higher than its top.
        total: points that were followed, inside, outside and above.
    """

    points: Any
    grid: Grid
    step_h: float
    outside: int
    above: int
    total: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the map."""
        _, rows, columns = self.grid.shape
        return rows, columns

    @property
    def endpoints(self) -> np.ndarray:
        """Points in each cell, shape (y, x)."""
        return np.asarray(self.points.sum(axis=1)).reshape(self.shape)

    @property
    def passages(self) -> np.ndarray:
        """Trajectories that have a point in each cell, shape (y, x)."""
        return np.asarray(np.diff(self.points.indptr)).reshape(self.shape)

    def summed(self, values: np.ndarray) -> np.ndarray:
        """Sum over points of a value of their trajectory.

        Args:
            values: shape (trajectory,) or (trajectory, map).

        Returns:
            Shape (y, x) or (cell, map).
        """
        total = np.asarray(self.points @ values)
        return total.reshape(self.shape) if values.ndim == 1 else total


def cell_indices(grid: Grid, lon: np.ndarray, lat: np.ndarray, height_m: np.ndarray) -> np.ndarray:
    """Index of the cell that holds each point, row by row from the south-west.

    A cell holds its western and southern sides, not the eastern and northern ones, as `Grid.cell_of` has
    it; the turns of longitude do not matter. The top of the grid's layers is the greatest height that
    counts.

    Returns:
        The same shape; -1 beyond the sides, -2 above the top.
    """
    west = grid.lon_edges[0]
    turned = np.where((lon >= west) & (lon < west + 360.0), lon, west + np.mod(lon - west, 360.0))
    turned = np.where(turned >= west + 360.0, west, turned)
    column = np.searchsorted(grid.lon_edges, turned, side="right") - 1
    row = np.searchsorted(grid.lat_edges, lat, side="right") - 1
    _, rows, columns = grid.shape
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    cell = np.where(inside, row * columns + column, _OUTSIDE)
    return np.where(inside & (height_m > grid.layer_edges_m[-1]), _ABOVE, cell)


def bin_points(trajectories: BackwardTrajectories, grid: Grid) -> Binned:
    """Count the points of each trajectory in each cell, every point once.

    Args:
        trajectories: truncated ones count as far as they were followed.
        grid: cells; its top layer bounds the heights that count.

    Raises:
        InputError: when no point lies in the grid.
    """
    from scipy.sparse import csr_matrix

    followed = np.isfinite(trajectories.lon)
    owner = np.broadcast_to(np.arange(len(trajectories))[:, None], followed.shape)[followed]
    cell = cell_indices(
        grid, trajectories.lon[followed], trajectories.lat[followed], trajectories.height_m[followed]
    )
    held = cell >= 0
    if not held.any():
        raise InputError(
            f"none of the {len(cell)} points lies in the grid: {_extent(grid)}",
            where=f"points: {_range(trajectories.lon, 'E')}, {_range(trajectories.lat, 'N')}, "
            f"{_range(trajectories.height_m, 'm')}",
            remedy="Choose another grid",
        )
    _, rows, columns = grid.shape
    shape = (rows * columns, len(trajectories))
    matrix = csr_matrix((np.ones(int(held.sum())), (cell[held], owner[held])), shape=shape)
    matrix.sum_duplicates()
    return Binned(
        matrix, grid, trajectories.step_h,
        int((cell == _OUTSIDE).sum()), int((cell == _ABOVE).sum()), len(cell),
    )  # fmt: skip


def _extent(grid: Grid) -> str:
    lon, lat, top = grid.lon_edges, grid.lat_edges, grid.layer_edges_m[-1]
    return f"{lon[0]:g} to {lon[-1]:g} E, {lat[0]:g} to {lat[-1]:g} N, to {top:g} m"


def _range(values: np.ndarray, unit: str) -> str:
    return f"{np.nanmin(values):.1f} to {np.nanmax(values):.1f} {unit}"
