"""Conservative regridding to a lon-lat grid, by the area in which cells overlap on the sphere.

Between two lon-lat grids the overlap is a product of two lengths and exact. Any other grid is laid on
Lambert's cylindrical equal-area projection of the sphere (Snyder 1987, USGS Professional Paper 1395, p. 76),
in which the cells of a lon-lat grid are rectangles; its own cells become quadrilaterals that fill the plane.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from atmosphere.meteorology.regridding.overlap import overlap_areas
from atmosphere.meteorology.regridding.weights import Regridding, SourceGrid, cell_edges
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["conservative"]

_SLACK_DEG = 1e-9


def conservative(
    source: SourceGrid, grid: Grid, quantity: Literal["density", "amount"] = "density", inside: bool = True
) -> Regridding:
    """Regridding that keeps the integral over the area that both grids cover.

    Args:
        source: the grid that fields come from; `x` and `y` are the middles of its cells.
        grid: the model's grid.
        quantity: `density` for what is per area (kg m-2 s-1): each cell gets the mean over its area.
            `amount` for what is per cell (kg): each cell gets the sum of its shares.
        inside: whether the model's grid must lie wholly inside the source; without it, what lies outside
            counts as 0, as befits an inventory.

    Raises:
        InputError: when `inside` is asked for and the source does not cover the grid, naming the sides.
    """
    if inside:
        _check_cover(source, grid)
    overlap, source_area = _overlap_lonlat(source, grid) if source.is_lonlat else _overlap_other(source, grid)
    if quantity == "density":
        matrix = overlap / grid.cell_area_m2.ravel()[:, None]
    else:
        matrix = overlap / source_area.ravel()[None, :]
    return Regridding(matrix.tocsr(), source.shape, (grid.shape[1], grid.shape[2]))


def _overlap_lonlat(source: SourceGrid, grid: Grid) -> tuple[Any, np.ndarray]:
    from scipy.sparse import kron

    lon, lat = source.corners()
    turn = 360.0 * np.round((0.5 * (grid.lon_edges[0] + grid.lon_edges[-1]) - lon[0].mean()) / 360.0)
    heights = [np.sin(np.deg2rad(edges)) for edges in (grid.lat_edges, lat[:, 0])]
    lengths_x = sum(
        _overlap_lengths(np.deg2rad(grid.lon_edges), np.deg2rad(lon[0] + turn + more))
        for more in (-360, 0, 360)
    )
    lengths_y = _overlap_lengths(*heights)
    area = EARTH_RADIUS**2 * np.diff(heights[1])[:, None] * np.deg2rad(np.diff(lon[0]))
    return kron(lengths_y, lengths_x, format="coo") * EARTH_RADIUS**2, area


def _overlap_lengths(target: np.ndarray, source: np.ndarray) -> Any:
    """Length that each target interval shares with each source interval, sparse."""
    from scipy.sparse import coo_array

    low = np.maximum(target[:-1, None], source[None, :-1])
    high = np.minimum(target[1:, None], source[None, 1:])
    return coo_array(np.clip(high - low, 0.0, None))


def _overlap_other(source: SourceGrid, grid: Grid) -> tuple[Any, np.ndarray]:
    lon, lat = source.corners()
    middle = 0.5 * (grid.lon_edges[0] + grid.lon_edges[-1])
    lon = lon + 360.0 * np.round((middle - lon.mean()) / 360.0)
    return overlap_areas(
        EARTH_RADIUS * np.deg2rad(lon),
        EARTH_RADIUS * np.sin(np.deg2rad(lat)),
        EARTH_RADIUS * np.deg2rad(grid.lon_edges),
        EARTH_RADIUS * np.sin(np.deg2rad(grid.lat_edges)),
    )


def _check_cover(source: SourceGrid, grid: Grid) -> None:
    sides = (grid.lon_edges, np.full(len(grid.lon_edges), grid.lat_edges[0]))
    lon = np.concatenate([sides[0], sides[0], np.full(len(grid.lat_edges), grid.lon_edges[0]),
                          np.full(len(grid.lat_edges), grid.lon_edges[-1])])  # fmt: skip
    lat = np.concatenate([sides[1], np.full(len(grid.lon_edges), grid.lat_edges[-1]), grid.lat_edges,
                          grid.lat_edges])  # fmt: skip
    x, y = source.project(lon, lat)
    lacking = []
    for values, axis, names in ((x, source.x, ("west", "east")), (y, source.y, ("south", "north"))):
        edges = cell_edges(axis)
        slack = max(_SLACK_DEG, 1e-9 * float(np.abs(edges).max()))
        whole = source.is_lonlat and names[0] == "west" and edges[-1] - edges[0] >= 360.0 - slack
        if not whole:
            lacking += [names[0]] * bool(values.min() < edges[0] - slack)
            lacking += [names[1]] * bool(values.max() > edges[-1] + slack)
    if lacking:
        raise InputError(f"the source does not cover the grid in the {' and '.join(lacking)}",
                         remedy="Get data for a wider area, or choose a smaller domain")  # fmt: skip
