"""Air mass of terrain-following layers and its flow through their faces, in NumPy.

The layers have fixed thickness above ground, so that the Jacobian of the terrain-following coordinate is 1:
a side face between two columns has the area of its length times the layer's thickness, however steep the
ground is, and only the flow *across* layers (not the vertical velocity itself) must be found from continuity.
"""

from __future__ import annotations

import numpy as np

from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY
from foundation.grids import Grid

__all__ = ["air_mass", "face_fluxes", "outflow", "upward_flux", "virtual_temperature"]

_VAPOUR = 0.6078
"""Gas constant of water vapour over that of dry air, less 1 (molar masses 28.96546 and 18.01528)."""


def virtual_temperature(temperature: np.ndarray, specific_humidity: np.ndarray | None = None) -> np.ndarray:
    """Temperature of dry air as dense as the moist air, K (AMS Glossary of Meteorology)."""
    if specific_humidity is None:
        return temperature
    return np.asarray(temperature * (1.0 + _VAPOUR * specific_humidity))


def air_mass(
    pressure: np.ndarray, temperature: np.ndarray, specific_humidity: np.ndarray | None, grid: Grid
) -> np.ndarray:
    """Air in each cell, kg.

    Hydrostatic from the middle of each layer to its edges at the layer's own virtual temperature:
    the pressure difference between the edges, over gravity, times the area.

    Args:
        pressure: in the middle of the layers, Pa, shape (..., z, y, x).
        temperature: there, K.
        specific_humidity: there, kg kg-1, or None for dry air.
        grid: the model's grid.
    """
    virtual = virtual_temperature(temperature, specific_humidity)
    half = 0.5 * GRAVITY / DRY_AIR_GAS_CONSTANT * grid.layer_thickness_m[:, None, None]
    return np.asarray(2.0 / GRAVITY * pressure * np.sinh(half / virtual) * grid.cell_area_m2)


def face_fluxes(momentum_x: np.ndarray, momentum_y: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Mass flux through the sides of the cells, kg s-1, from density times wind in their middles.

    Between two cells the mean of both is taken; at the edge of the domain the cell's own.

    Args:
        momentum_x: density times eastward wind, kg m-2 s-1, shape (..., z, y, x).
        momentum_y: density times northward wind.
        grid: the model's grid.

    Returns:
        Eastward flux (..., z, y, x + 1) and northward flux (..., z, y + 1, x).
    """
    thickness = grid.layer_thickness_m[:, None, None]
    flux_x = _between(momentum_x, -1) * (thickness * grid.x_face_length_m[:, None])
    flux_y = _between(momentum_y, -2) * (thickness * grid.y_face_length_m)
    return flux_x, flux_y


def outflow(flux_x: np.ndarray, flux_y: np.ndarray) -> np.ndarray:
    """Flow out of the cells through their sides less the flow into them, kg s-1, (..., y, x)."""
    return np.asarray(np.diff(flux_x, axis=-1) + np.diff(flux_y, axis=-2))


def upward_flux(side_outflow: np.ndarray, mass_change: np.ndarray) -> np.ndarray:
    """Mass flux through the lower and upper faces, from continuity upward from 0 at the ground, kg s-1.

    Args:
        side_outflow: from `outflow`, kg s-1, shape (..., z, y, x).
        mass_change: what the cells gain, kg s-1, same shape.

    Returns:
        Upward flux, shape (..., z + 1, y, x).
    """
    shape = (*side_outflow.shape[:-3], side_outflow.shape[-3] + 1, *side_outflow.shape[-2:])
    flux = np.zeros(shape, side_outflow.dtype)
    np.cumsum(-(side_outflow + mass_change), axis=-3, out=flux[..., 1:, :, :])
    return flux


def _between(values: np.ndarray, axis: int) -> np.ndarray:
    """Means of neighbours along an axis, with the first and the last value at the ends."""
    values = np.moveaxis(values, axis, -1)
    faces = np.empty((*values.shape[:-1], values.shape[-1] + 1), values.dtype)
    faces[..., 1:-1] = 0.5 * (values[..., 1:] + values[..., :-1])
    faces[..., 0], faces[..., -1] = values[..., 0], values[..., -1]
    return np.moveaxis(faces, -1, axis)
