"""Winds that carry away exactly the air that a column gains or loses: a variational correction.

Winds interpolated from another model have column divergences that disagree with the tendency of surface
pressure, and continuity would carry the disagreement out through the top of the model. Following Heimann and
Keeling (1989, doi:10.1029/GM055p0237), as used in TM2 and its successors, the column-integrated flow is
corrected by the gradient of a potential. Here the top is open: of all corrections the one is taken that
minimises, over faces and columns and weighted with the mass of air,

    sum (change of the horizontal wind / wind_error)² + sum (flow through the top / top_error)²

which is a screened Poisson equation: divergence on scales below the screening length is corrected in the
horizontal wind, while slow ascent or descent over a wider region may pass through the top, as in nature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from foundation.constants import EARTH_RADIUS
from foundation.grids import Grid

__all__ = ["ColumnBalance", "balanced", "column_correction"]

_SCALE_HEIGHT_M = 8000.0


@dataclass(frozen=True)
class ColumnBalance:
    """How far the winds and the flow through the top are trusted.

    Attributes:
        wind_error_m_s: error of the column-mean horizontal wind, m s-1.
        top_error_m_s: vertical velocity through the top that is believed, m s-1; 0 closes the top.
    """

    wind_error_m_s: float = 0.5
    top_error_m_s: float = 0.01

    def screening_length_m(self, top_m: float) -> float:
        """Scale above which divergence leaves through the top rather than being corrected, m."""
        if self.top_error_m_s == 0.0:
            return float("inf")
        column_over_top = _SCALE_HEIGHT_M * np.expm1(top_m / _SCALE_HEIGHT_M)
        return float(self.wind_error_m_s / self.top_error_m_s * column_over_top)


def column_correction(
    excess: np.ndarray, grid: Grid, balance: ColumnBalance | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Column-integrated mass fluxes to add to the flow, kg s-1.

    Args:
        excess: outflow through the sides of the whole column plus its gain of mass, kg s-1, (..., y, x);
            this is what would have to come in through the top.
        grid: the model's grid.
        balance: how far winds and flow through the top are trusted.

    Returns:
        Change of the eastward flux (..., y, x + 1) and of the northward flux (..., y + 1, x).
    """
    balance = balance or ColumnBalance()
    length = balance.screening_length_m(float(grid.layer_edges_m[-1]))
    solve = _solver(
        np.asarray(grid.lon_edges, float).tobytes(), np.asarray(grid.lat_edges, float).tobytes(), length
    )
    _, rows, columns = grid.shape
    flat = np.asarray(excess, float).reshape(-1, rows * columns)
    potential = solve(flat.T).T.reshape(*excess.shape)
    weight_x, weight_y = _face_weights(grid.lon_edges, grid.lat_edges)
    around = [(0, 0)] * (potential.ndim - 2)
    change_x = weight_x * np.diff(np.pad(potential, [*around, (0, 0), (1, 1)]), axis=-1)
    change_y = weight_y * np.diff(np.pad(potential, [*around, (1, 1), (0, 0)]), axis=-2)
    return change_x, change_y


def balanced(
    flux_x: np.ndarray, flux_y: np.ndarray, mass: np.ndarray, excess: np.ndarray, grid: Grid,
    balance: ColumnBalance | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Fluxes with the correction spread over the layers as one change of wind for the whole column.

    Args:
        flux_x: eastward mass flux, kg s-1, shape (..., z, y, x + 1).
        flux_y: northward mass flux, (..., z, y + 1, x).
        mass: air in the cells, kg, (..., z, y, x).
        excess: see `column_correction`.
        grid: the model's grid.
        balance: how far winds and flow through the top are trusted.
    """
    change_x, change_y = column_correction(excess, grid, balance)
    share_x, share_y = _layer_shares(mass, -1), _layer_shares(mass, -2)
    return flux_x + share_x * change_x[..., None, :, :], flux_y + share_y * change_y[..., None, :, :]


def _layer_shares(mass: np.ndarray, axis: int) -> np.ndarray:
    """Share of each layer in the air of the columns on both sides of a face."""
    mass = np.moveaxis(mass, axis, -1)
    sides = np.concatenate([mass[..., :1], mass[..., 1:] + mass[..., :-1], mass[..., -1:]], axis=-1)
    sides = np.moveaxis(sides, -1, axis)
    return np.asarray(sides / sides.sum(axis=-3, keepdims=True))


def _face_weights(lon_edges: np.ndarray, lat_edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Length of a face over the distance it lies across; the potential is 0 on the edge of the domain."""
    lon, lat = np.deg2rad(lon_edges), np.deg2rad(lat_edges)
    width, height = np.diff(lon), np.diff(lat)
    across_x = _distances(width)
    weight_x = height[:, None] / (np.cos(0.5 * (lat[1:] + lat[:-1]))[:, None] * across_x)
    weight_y = np.cos(lat)[:, None] * width / _distances(height)[:, None]
    return weight_x, weight_y


def _distances(width: np.ndarray) -> np.ndarray:
    """Distance between the centres on both sides of each face, at the ends from the centre to the face."""
    half = 0.5 * np.concatenate([[0.0], width, [0.0]])
    return np.asarray(half[1:] + half[:-1])


@lru_cache(maxsize=4)
def _solver(lon_edges: bytes, lat_edges: bytes, length_m: float) -> Callable[[np.ndarray], np.ndarray]:
    """Solve for the potential, given the excess of every column; the factors are kept for the grid."""
    from scipy.sparse import diags_array
    from scipy.sparse.linalg import splu

    lon, lat = np.frombuffer(lon_edges), np.frombuffer(lat_edges)
    weight_x, weight_y = _face_weights(lon, lat)
    area = EARTH_RADIUS**2 * np.diff(np.sin(np.deg2rad(lat)))[:, None] * np.deg2rad(np.diff(lon))
    middle = weight_x[:, 1:] + weight_x[:, :-1] + weight_y[1:] + weight_y[:-1] + area / length_m**2
    east = weight_x[:, 1:].copy()
    east[:, -1] = 0.0
    columns = len(lon) - 1
    sideways, upward = -east.ravel()[:-1], -weight_y[1:-1].ravel()
    matrix = diags_array(
        [middle.ravel(), sideways, sideways, upward, upward], offsets=[0, 1, -1, columns, -columns]
    )
    factors = splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})

    def solve(excess: np.ndarray) -> np.ndarray:
        return np.asarray(factors.solve(excess))

    return solve
