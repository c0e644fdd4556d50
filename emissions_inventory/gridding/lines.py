"""Lines to cells by their length on the sphere, split exactly at the sides of the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from emissions_inventory.gridding.shares import CellShares, points_to_cells, refuse_strange_points
from emissions_inventory.gridding.sphere import path_length_m
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["lines_to_cells"]

_LINEAR = (1, 5)
_LONGEST_STEP_DEG = 0.5


def lines_to_cells(lines: Sequence[Any], grid: Grid, names: Sequence[str] | None = None) -> CellShares:
    """Shares of lines in the cells of a grid, by length.

    A line goes straight in longitude and latitude from point to point. A part that runs along the side of two
    cells belongs to the eastern or northern of them, as points do, and is counted once.

    Args:
        lines: shapely line strings or multi-line strings, degrees.
        grid: the model's grid.
        names: of the lines, for messages; by default their numbers.

    Raises:
        InputError: when a line is none, has no length or leaves the earth.
    """
    titles = [f"line {number}" for number in range(len(lines))] if names is None else list(names)
    begin, end, line = _segments(lines, titles)
    middle = 0.5 * (grid.lon_edges[0] + grid.lon_edges[-1])
    turn = 360.0 * np.round((0.5 * (begin[:, 0] + end[:, 0]) - middle) / 360.0)
    for points in (begin, end):
        points[:, 0] -= turn
    begin, end, piece = _split(begin, end, grid)
    line, length = line[piece], path_length_m(begin, end)
    middles = 0.5 * (begin + end)
    row, column, inside = points_to_cells(middles[:, 0], middles[:, 1], grid)
    whole = np.bincount(line, length, minlength=len(titles))
    if (whole <= 0).any():
        raise InputError("it has no length", where=titles[int(np.argmin(whole))], remedy="Leave it out")
    share = length / whole[line]
    outside = np.bincount(line, np.where(inside, 0.0, share), minlength=len(titles))
    entries = share[inside], (row * grid.shape[2] + column)[inside], line[inside]
    return CellShares.of(entries, grid, outside, np.zeros(len(titles), dtype=bool))


def _segments(lines: Sequence[Any], titles: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Beginning, end and line of every straight part."""
    for line, title in zip(lines, titles, strict=True):
        if not isinstance(line, shapely.Geometry) or shapely.get_type_id(line) not in _LINEAR:
            kind = getattr(line, "geom_type", type(line).__name__)
            raise InputError(f"expected a line, got {kind}", where=title, remedy="Give line strings")
        refuse_strange_points(line, title)
    parts, of_line = shapely.get_parts(np.array(list(lines), dtype=object), return_index=True)
    points, of_part = shapely.get_coordinates(parts, return_index=True)
    same = of_part[1:] == of_part[:-1]
    return points[:-1][same], points[1:][same], of_line[of_part[:-1][same]]


def _split(begin: np.ndarray, end: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Segments split at every side they cross and into short steps, with the segment of each piece."""
    steps = np.ceil(np.abs(end - begin).max(axis=1, initial=0.0) / _LONGEST_STEP_DEG).astype(int)
    segment = np.repeat(np.arange(len(begin)), np.maximum(steps, 1))
    number = _count_up(np.maximum(steps, 1))
    found = [(segment, number / np.maximum(steps, 1)[segment])]
    for axis, edges in enumerate((grid.lon_edges, grid.lat_edges)):
        low, high = np.minimum(begin, end)[:, axis], np.maximum(begin, end)[:, axis]
        first = np.searchsorted(edges, low, side="right")
        count = np.maximum(np.searchsorted(edges, high, side="left") - first, 0)
        segment = np.repeat(np.arange(len(begin)), count)
        edge = edges[first[segment] + _count_up(count)]
        found.append((segment, (edge - begin[segment, axis]) / (end - begin)[segment, axis]))
    segment, at = (np.concatenate(one) for one in zip(*found, strict=True))
    order = np.lexsort((at, segment))
    segment, at = segment[order], np.clip(at[order], 0.0, 1.0)
    until = np.where(np.r_[segment[1:] == segment[:-1], False], np.r_[at[1:], 1.0], 1.0)
    way = (end - begin)[segment]
    return begin[segment] + at[:, None] * way, begin[segment] + until[:, None] * way, segment


def _count_up(counts: np.ndarray) -> np.ndarray:
    """0, 1, ... up to each count, one after the other."""
    return np.asarray(np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts))
