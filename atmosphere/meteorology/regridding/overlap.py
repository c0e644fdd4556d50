"""Areas in which quadrilaterals overlap the rectangles of a grid in a plane, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["overlap_areas"]


def overlap_areas(
    corner_x: np.ndarray, corner_y: np.ndarray, edges_x: np.ndarray, edges_y: np.ndarray
) -> tuple[Any, np.ndarray]:
    """Overlap of every cell of a curved grid with every rectangle.

    Args:
        corner_x: of the curved grid's corners, shape (rows + 1, columns + 1).
        corner_y: likewise.
        edges_x: of the rectangles, growing, shape (x + 1,).
        edges_y: growing, shape (y + 1,).

    Returns:
        Sparse matrix of areas (y * x, rows * columns), and the areas of the curved cells (rows, columns).
    """
    from scipy.sparse import coo_array

    around = [(0, 0), (0, 1), (1, 1), (1, 0)]
    rows, columns = corner_x.shape[0] - 1, corner_x.shape[1] - 1
    quads = np.stack(
        [
            np.stack([corner[up : up + rows, over : over + columns].ravel() for up, over in around], axis=1)
            for corner in (corner_x, corner_y)
        ]
    )
    area = _signed_area(quads)
    sign = np.sign(area)
    cell, column, row = _candidates(quads, edges_x, edges_y)
    left, right = edges_x[column], edges_x[column + 1]
    shared = sign[cell] * _clipped_area(quads[:, cell], (left, right), (edges_y[row], edges_y[row + 1]))
    width, kept = len(edges_x) - 1, shared > 0
    shape = ((len(edges_y) - 1) * width, rows * columns)
    matrix = coo_array((shared[kept], ((row * width + column)[kept], cell[kept])), shape=shape)
    return matrix, (sign * area).reshape(rows, columns)


def _candidates(
    quads: np.ndarray, edges_x: np.ndarray, edges_y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every pair of a quadrilateral and a rectangle whose bounds meet: cell, column and row."""
    spans = []
    for values, edges in zip(quads, (edges_x, edges_y), strict=True):
        first = np.clip(np.searchsorted(edges, values.min(axis=1), side="right") - 1, 0, len(edges) - 1)
        last = np.clip(np.searchsorted(edges, values.max(axis=1), side="left"), 0, len(edges) - 1)
        spans.append((first, np.maximum(last - first, 0)))
    (first_x, count_x), (first_y, count_y) = spans
    count = count_x * count_y
    cell = np.repeat(np.arange(len(count)), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return cell, first_x[cell] + number % count_x[cell], first_y[cell] + number // count_x[cell]


def _clipped_area(
    quads: np.ndarray, bounds_x: tuple[np.ndarray, np.ndarray], bounds_y: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Signed area of polygons inside rectangles, by Green's theorem.

    Clamping a polygon's boundary to the rectangle leaves the boundary of the part inside, and lines along the
    rectangle's sides that enclose nothing. Along one edge the clamped coordinates are linear between the
    points at which the edge crosses the four lines, so the integral of x dy is exact.

    Args:
        quads: x and y of the corners, shape (2, pair, corner).
        bounds_x: left and right of the rectangles, shape (pair,).
        bounds_y: bottom and top.
    """
    begin, step = quads, np.roll(quads, -1, axis=2) - quads
    crossings = [np.zeros_like(step[0]), np.ones_like(step[0])]
    for axis, bounds in enumerate((bounds_x, bounds_y)):
        for bound in bounds:
            with np.errstate(divide="ignore", invalid="ignore"):
                share = (bound[:, None] - begin[axis]) / step[axis]
            crossings.append(np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0))
    shares = np.sort(np.stack(crossings, axis=-1), axis=-1)
    x, y = (
        np.clip(
            begin[axis][..., None] + shares * step[axis][..., None], low[:, None, None], high[:, None, None]
        )
        - low[:, None, None]
        for axis, (low, high) in enumerate((bounds_x, bounds_y))
    )
    pieces = 0.5 * (x[..., 1:] + x[..., :-1]) * np.diff(y, axis=-1)
    return np.asarray(pieces.sum(axis=(-1, -2)))


def _signed_area(quads: np.ndarray) -> np.ndarray:
    x, y = quads - quads[:, :, :1]
    return np.asarray(0.5 * (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1))
