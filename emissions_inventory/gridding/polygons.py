"""Polygons to cells by exact overlap, or by a proxy such as people within each polygon."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import shapely

from emissions_inventory.gridding.shares import CellShares, refuse_strange_points
from emissions_inventory.gridding.sphere import area_m2
from emissions_inventory.trail import KEPT
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["checked_polygon", "only_polygons", "overlap_with_cells", "polygons_to_cells"]

_TURNS = (-360.0, 0.0, 360.0)
_POLYGONAL = (3, 6)
_NOTHING = 1e-12
_FEW_POINTS = 200


def polygons_to_cells(
    polygons: Sequence[Any],
    grid: Grid,
    proxy: np.ndarray | None = None,
    names: Sequence[str] | None = None,
) -> CellShares:
    """Shares of polygons in the cells of a grid.

    Without a proxy a cell's share is the area it has in common with the polygon. With one, what lies outside
    the grid is taken off by area, and the rest follows the proxy, of which a cell that a polygon covers in
    part gives that part; where the proxy is 0 all over the polygon, area decides and `by_area` says so.

    Args:
        polygons: shapely polygons or multipolygons, degrees; invalid ones are mended with `make_valid`.
        grid: the model's grid.
        proxy: an amount for each cell, such as people, shape (row, column).
        names: of the polygons, for messages; by default their numbers.

    Raises:
        InputError: when a polygon is none, is empty or without area or leaves the earth, or the proxy is
            negative, not finite or of another shape.
    """
    titles = [f"polygon {number}" for number in range(len(polygons))] if names is None else list(names)
    weight = _checked_proxy(proxy, grid)
    cells, numbers, shares = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    outside, by_area = np.ones(len(titles)), np.zeros(len(titles), dtype=bool)
    for number, (polygon, title) in enumerate(zip(polygons, titles, strict=True)):
        sound = checked_polygon(polygon, title)
        cell, share, outside[number] = _area_shares(sound, grid, title)
        if weight is not None and len(cell):
            total = float((share * weight[cell]).sum())
            by_area[number] = total <= 0
            if total > 0:
                share = share * weight[cell] / total * (1.0 - outside[number])
        cells.append(cell)
        numbers.append(np.full(len(cell), number))
        shares.append(share)
    entries = np.concatenate(shares), np.concatenate(cells), np.concatenate(numbers)
    return CellShares.of(entries, grid, outside, by_area)


def checked_polygon(polygon: Any, title: str) -> Any:
    """A polygon made valid.

    Raises:
        InputError: when it is no polygon, is empty or has no area, or leaves the earth.
    """
    if not isinstance(polygon, shapely.Geometry) or shapely.get_type_id(polygon) not in _POLYGONAL:
        kind = getattr(polygon, "geom_type", type(polygon).__name__)
        raise InputError(f"expected a polygon, got {kind}", where=title, remedy="Give polygons")
    refuse_strange_points(polygon, title)
    sound = polygon
    if not shapely.is_valid(polygon):
        sound = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    if shapely.area(sound) <= 0:
        raise InputError(
            "it is empty or has no area", where=title, remedy="Leave it out, or give its outline"
        )
    return sound


def overlap_with_cells(polygon: Any, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Number of each cell (row * columns + column) that a valid polygon overlaps, and that area, m2.

    Cells wholly inside are not cut; a polygon of many points is first cut into columns, which makes it cheap.
    """
    west, south, east, north = shapely.bounds(polygon)
    first, last = _span(grid.lon_edges, west, east)
    low, high = _span(grid.lat_edges, south, north)
    if first >= last or low >= high:
        return np.empty(0, np.int64), np.empty(0)
    column, row = (one.ravel() for one in np.meshgrid(np.arange(first, last), np.arange(low, high)))
    boxes = shapely.box(grid.lon_edges[column], grid.lat_edges[row],
                        grid.lon_edges[column + 1], grid.lat_edges[row + 1])  # fmt: skip
    shapely.prepare(polygon)
    whole = shapely.contains_properly(polygon, boxes)
    area = np.where(whole, grid.cell_area_m2[row, column], 0.0)
    cut = ~whole & shapely.intersects(polygon, boxes)
    if shapely.get_num_coordinates(polygon) <= _FEW_POINTS:
        area[cut] = area_m2(shapely.intersection(polygon, boxes[cut]))
    else:
        for one in np.unique(column[cut]):
            here = np.flatnonzero(cut & (column == one))
            strip = shapely.box(grid.lon_edges[one], south - 1, grid.lon_edges[one + 1], north + 1)
            part = only_polygons(shapely.intersection(polygon, strip))
            area[here] = area_m2(shapely.intersection(part, boxes[here]))
    shared = area > 0
    return (row * grid.shape[2] + column)[shared], area[shared]


def only_polygons(shape: Any) -> Any:
    """The polygons of a geometry as one multipolygon; its points and lines are left out."""
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGONAL[0]])


def _span(edges: np.ndarray, low: float, high: float) -> tuple[int, int]:
    first = max(int(np.searchsorted(edges, low, side="right")) - 1, 0)
    return first, min(int(np.searchsorted(edges, high, side="left")), len(edges) - 1)


def _area_shares(polygon: Any, grid: Grid, title: str) -> tuple[np.ndarray, np.ndarray, float]:
    frame = shapely.box(grid.lon_edges[0], grid.lat_edges[0], grid.lon_edges[-1], grid.lat_edges[-1])
    found, inside = [], 0.0
    total = float(area_m2(np.array([polygon], dtype=object))[0])
    west, _, east, _ = shapely.bounds(polygon)
    for turn in _TURNS:
        if west + turn >= grid.lon_edges[-1] or east + turn <= grid.lon_edges[0]:
            continue
        here = shapely.transform(polygon, partial(np.add, (turn, 0.0))) if turn else polygon
        if shapely.intersects(here, frame):
            found.append(overlap_with_cells(here, grid))
            kept = here if shapely.covers(frame, here) else shapely.intersection(here, frame)
            inside += float(area_m2(np.array([kept], dtype=object))[0])
    cell = np.concatenate([one for one, _ in found]) if found else np.empty(0, np.int64)
    area = np.concatenate([one for _, one in found]) if found else np.empty(0)
    if abs(area.sum() - inside) > KEPT * total:
        raise InputError("its parts in the cells do not add up to it", where=title,
                         remedy="Simplify or mend its outline")  # fmt: skip
    beyond = max(1.0 - inside / total, 0.0)
    beyond = 0.0 if beyond < _NOTHING else beyond
    return cell, area / max(area.sum(), np.finfo(float).tiny) * (1.0 - beyond), beyond


def _checked_proxy(proxy: np.ndarray | None, grid: Grid) -> np.ndarray | None:
    if proxy is None:
        return None
    field = np.asarray(proxy, dtype=float)
    if field.shape != grid.shape[1:]:
        raise InputError(f"proxy: expected shape {grid.shape[1:]}, got {field.shape}")
    if not (np.isfinite(field).all() and (field >= 0).all()):
        raise InputError("proxy: expected 0 or more in every cell", remedy="Fill or mend the proxy")
    return field.ravel()
