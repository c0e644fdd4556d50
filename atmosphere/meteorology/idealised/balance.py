"""Makes the idealised winds carry air in agreement with continuity, and finds the vertical motion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.column_balance import ColumnBalance, column_correction
from atmosphere.meteorology.idealised.winds import Ground, westerlies
from atmosphere.meteorology.mass_fluxes import air_mass, face_fluxes, outflow, upward_flux
from foundation.grids import Grid

__all__ = ["Balance", "Flow"]

_PASSES = 24
_CLOSED = ColumnBalance(top_error_m_s=0.0)


@dataclass(frozen=True)
class Flow:
    """Wind in the middle of the cells, m s-1, shape (z, y, x)."""

    east: np.ndarray
    north: np.ndarray
    upward: np.ndarray


class Balance:
    """Gives every column a flow without divergence, but for the air that it gains or loses.

    The low-level winds are kept; the winds of the upper layers take up what the column carries too much or
    too little of, as the return flow above a cold surge does in nature.
    """

    def __init__(self, grid: Grid, ground: Ground) -> None:
        """Find the westerly flow over and around the mountains that all winds are added to."""
        self._grid, self._ground = grid, ground
        self._height = grid.layer_height_m[:, None, None]
        relative = (self._height / grid.layer_edges_m[-1] - 0.12) / 0.25
        self._upper = np.clip(relative, 0.0, 1.0) + 1e-6
        self._area = grid.layer_thickness_m[:, None, None] * grid.cell_area_m2
        temperature = 272.0 - 0.006 * (ground.height + self._height)
        pressure = 102500.0 * (temperature / 272.0) ** 5.69
        density = air_mass(pressure, temperature, None, grid) / self._area
        self._carried = self._without_divergence(
            self._carry(density * westerlies(self._height, ground)), None
        )

    def flow(self, wind: tuple[np.ndarray, np.ndarray], mass: np.ndarray, mass_change: np.ndarray) -> Flow:
        """Balanced winds.

        Args:
            wind: eastward and northward, m s-1, shape (z, y, x).
            mass: air in the cells, kg.
            mass_change: what they gain, kg s-1.
        """
        density = mass / self._area
        wanted = self._without_divergence(self._carried, mass_change.sum(axis=0))
        east, north = (
            part + self._upper * (aim - self._carry(density * part)) / self._carry(density * self._upper)
            for part, aim in zip(wind, wanted, strict=True)
        )
        sides = outflow(*face_fluxes(density * east, density * north, self._grid))
        through = upward_flux(sides, mass_change) / self._grid.cell_area_m2
        across_layers = 0.5 * (through[1:] + through[:-1]) / density
        rise_x, rise_y = _rise(self._ground.height, self._grid)
        return Flow(east, north, across_layers + east * rise_x + north * rise_y)

    def _carry(self, momentum: np.ndarray) -> np.ndarray:
        """What a column carries, kg m-1 s-1, (y, x)."""
        return np.asarray((momentum * self._grid.layer_thickness_m[:, None, None]).sum(axis=0))

    def _without_divergence(
        self, carried: np.ndarray | tuple[np.ndarray, np.ndarray], gain: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Column flow whose outflow through the faces is the loss of mass of the column."""
        east, north = carried if isinstance(carried, tuple) else (carried, np.zeros_like(carried))
        column = Grid(self._grid.lon_edges, self._grid.lat_edges, np.array([0.0, 1.0]))
        for _ in range(_PASSES if gain is None else 2):
            excess = outflow(*face_fluxes(east[None], north[None], column))[0] + (
                0.0 if gain is None else gain
            )
            change_x, change_y = column_correction(excess, self._grid, _CLOSED)
            change_x, change_y = (
                change_x / self._grid.x_face_length_m[:, None],
                change_y / self._grid.y_face_length_m,
            )
            east = east + 0.5 * (change_x[:, 1:] + change_x[:, :-1])
            north = north + 0.5 * (change_y[1:] + change_y[:-1])
        return east, north


def _rise(height: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Rise of the model's ground, m per m, by central differences."""
    metres = 0.5 * (grid.y_face_length_m[1:] + grid.y_face_length_m[:-1])
    east = np.gradient(height, axis=1) / metres
    north = np.gradient(height, axis=0) / grid.x_face_length_m[:, None]
    return east, north
