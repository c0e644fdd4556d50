"""Which share of every cell of a foreign grid lies in which region."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from atmosphere.meteorology.regridding import SourceGrid
from emissions_inventory.gridding.boundaries import Boundaries
from emissions_inventory.gridding.polygons import only_polygons
from emissions_inventory.gridding.sphere import area_m2
from foundation.errors import InputError

__all__ = ["cell_polygons", "region_shares"]

_NOTHING = 1e-12


def region_shares(source: SourceGrid, boundaries: Boundaries, cells: np.ndarray | None = None) -> Any:
    """Share of each native cell's area on the sphere in each region; the masks of an inventory.

    Args:
        source: the grid the inventory comes on.
        boundaries: the regions.
        cells: numbers (row * columns + column) of the cells wanted, by default all; other rows are empty.

    Returns:
        Sparse, shape (row * columns, region + 1); the last column is `beyond`, what no region covers. The
        rows of the cells wanted sum to 1.

    Raises:
        InputError: when the regions overlap each other.
    """
    from scipy.sparse import csr_array

    count = source.shape[0] * source.shape[1]
    wanted = np.arange(count) if cells is None else np.unique(np.asarray(cells, dtype=np.int64))
    shapes = cell_polygons(source, wanted)
    cell, region, area = _overlaps(shapes, boundaries)
    share = area / area_m2(shapes)[cell]
    covered = np.bincount(cell, share, minlength=len(wanted))
    if covered.max(initial=0.0) > 1.0 + 1e-6:
        raise InputError("regions overlap each other", where=boundaries.source, remedy="Use `apart` on them")
    beyond = np.where(covered < 1.0 - _NOTHING, 1.0 - covered, 0.0)
    share = share / (covered + beyond)[cell]
    open_cells = np.flatnonzero(beyond > 0)
    rows = wanted[np.concatenate([cell, open_cells])]
    columns = np.concatenate([region, np.full(len(open_cells), len(boundaries.regions))])
    values = np.concatenate([share, beyond[open_cells]])
    return csr_array((values, (rows, columns)), shape=(count, len(boundaries.regions) + 1))


def cell_polygons(source: SourceGrid, cells: np.ndarray) -> np.ndarray:
    """Native cells as polygons with corners half-way between centres, degrees, shape (cell,).

    Args:
        source: the grid.
        cells: numbers of the cells, row * columns + column.
    """
    lon, lat = source.corners()
    row, column = np.divmod(np.asarray(cells, dtype=np.int64), source.shape[1])
    around = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    corners = np.stack(
        [np.stack([one[row + up, column + over] for up, over in around], axis=1) for one in (lon, lat)],
        axis=-1,
    )
    if len(corners):
        corners[..., 0] -= 360.0 * np.round(corners[..., 0].mean(axis=1) / 360.0)[:, None]
    return np.asarray(shapely.polygons(corners))


def _overlaps(shapes: np.ndarray, boundaries: Boundaries) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cell, region and shared area, m2, of every pair that overlaps."""
    cell, region = boundaries.tree.query(shapes, predicate="intersects")
    area = np.zeros(len(cell))
    for one in np.unique(region):
        here = np.flatnonzero(region == one)
        polygon = boundaries.polygons[one]
        shapely.prepare(polygon)
        whole = shapely.contains_properly(polygon, shapes[cell[here]])
        area[here[whole]] = area_m2(shapes[cell[here[whole]]])
        area[here[~whole]] = _cut(polygon, shapes[cell[here[~whole]]])
    kept = area > 0
    return cell[kept], region[kept], area[kept]


def _cut(polygon: Any, shapes: np.ndarray) -> np.ndarray:
    """Areas shared with cells on a polygon's edge; it is first cut into strips, which makes that cheap."""
    if not len(shapes):
        return np.zeros(0)
    bounds = shapely.bounds(shapes)
    strip = np.floor(bounds[:, 0] / max(np.median(bounds[:, 2] - bounds[:, 0]), 1e-6)).astype(np.int64)
    area = np.zeros(len(shapes))
    for one in np.unique(strip):
        here = np.flatnonzero(strip == one)
        around = shapely.box(bounds[here, 0].min(), bounds[here, 1].min() - 1.0,
                             bounds[here, 2].max(), bounds[here, 3].max() + 1.0)  # fmt: skip
        area[here] = area_m2(
            shapely.intersection(only_polygons(shapely.intersection(polygon, around)), shapes[here])
        )
    return area
