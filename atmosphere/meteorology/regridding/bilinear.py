"""Bilinear interpolation from a lon-lat or projected grid to places."""

from __future__ import annotations

import numpy as np

from atmosphere.meteorology.regridding.weights import Regridding, SourceGrid
from foundation.errors import InputError

__all__ = ["bilinear"]

_SLACK = 1e-6
"""Cells by which a place may lie outside, for rounding in a projection."""


def bilinear(source: SourceGrid, lon: np.ndarray, lat: np.ndarray) -> Regridding:
    """Interpolation between the four nodes around each place; exact for fields linear in x, y and x times y.

    On a lon-lat grid around the whole earth the last column is joined to the first.

    Args:
        source: the grid that fields come from.
        lon: degrees east of the places, shape (y, x).
        lat: degrees north.

    Raises:
        InputError: when places lie outside the source, naming the sides.
    """
    x, y = source.project(np.asarray(lon, float), np.asarray(lat, float))
    around = source.is_lonlat and _goes_around(source.x)
    axis_x = np.append(source.x, source.x[0] + 360.0) if around else source.x
    if around:
        x = source.x[0] + np.mod(x - source.x[0], 360.0)
    _check_cover(source, (x, y), (axis_x, source.y))
    column, share_x = _between(axis_x, x.ravel())
    row, share_y = _between(source.y, y.ravel())
    columns = len(source.x)
    nodes = [(row + up) * columns + (column + across) % columns for up in (0, 1) for across in (0, 1)]
    shares = [
        (1 - share_y) * (1 - share_x),
        (1 - share_y) * share_x,
        share_y * (1 - share_x),
        share_y * share_x,
    ]
    return Regridding(_matrix(nodes, shares, source.shape), source.shape, (x.shape[0], x.shape[1]))


def _matrix(nodes: list[np.ndarray], shares: list[np.ndarray], shape: tuple[int, int]) -> object:
    from scipy.sparse import csr_array

    places = len(nodes[0])
    pointers = np.arange(0, 4 * places + 1, 4)
    data, indices = np.stack(shares, axis=1).ravel(), np.stack(nodes, axis=1).ravel()
    matrix = csr_array((data, indices, pointers), shape=(places, shape[0] * shape[1]))
    matrix.sum_duplicates()
    return matrix


def _between(axis: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the node below each value, and how far it lies towards the next, 0 to 1."""
    lower = np.clip(np.searchsorted(axis, values, side="right") - 1, 0, len(axis) - 2)
    share = (values - axis[lower]) / (axis[lower + 1] - axis[lower])
    return lower, np.clip(share, 0.0, 1.0)


def _goes_around(lon: np.ndarray) -> bool:
    step = lon[1] - lon[0]
    return bool(abs(lon[-1] + step - lon[0] - 360.0) < 0.01 * step)


def _check_cover(
    source: SourceGrid, places: tuple[np.ndarray, np.ndarray], axes: tuple[np.ndarray, np.ndarray]
) -> None:
    if not (np.isfinite(places[0]).all() and np.isfinite(places[1]).all()):
        raise InputError("the source's projection does not reach the whole grid", remedy="Get other weather")
    unit = "°" if source.is_lonlat else " m"
    lacking = []
    for values, axis, (low_side, high_side) in zip(
        places, axes, (("west", "east"), ("south", "north")), strict=True
    ):
        slack = _SLACK * (axis[1] - axis[0])
        if values.min() < axis[0] - slack:
            lacking.append(f"{axis[0] - values.min():.4g}{unit} in the {low_side}")
        if values.max() > axis[-1] + slack:
            lacking.append(f"{values.max() - axis[-1]:.4g}{unit} in the {high_side}")
    if lacking:
        raise InputError(f"the source does not cover the grid: it lacks {' and '.join(lacking)}",
                         remedy="Get weather for a wider area, or choose a smaller domain")  # fmt: skip
