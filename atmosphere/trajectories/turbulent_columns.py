"""What turbulence is made of at each place: depth and strength of mixing, from the weather's surface fields.

Eddy diffusivity in the boundary layer, at height z below its top h:

    K(z) = k w z (1 - z / h)^2 / (1 + 5 z / L)

with the von Kármán constant k and the turbulent velocity w: the friction velocity u* in neutral and stable
air (L the Obukhov length, stable air only), (u*^3 + 0.6 w*^3)^(1/3) in unstable air with the convective
velocity w* (Troen and Mahrt 1986, doi:10.1007/BF00122760; Holtslag and Boville 1993,
doi:10.1175/1520-0442(1993)006<1825:LVNBLD>2.0.CO;2; the turbulent Prandtl number is taken as one).
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.trajectories.columns import air_density, ground_pressure
from atmosphere.trajectories.configuration import TurbulenceConfig
from foundation.constants import DRY_AIR_GAS_CONSTANT, DRY_AIR_HEAT_CAPACITY, GRAVITY, VON_KARMAN
from foundation.errors import InputError

__all__ = ["turbulent_columns"]

_CONVECTIVE_SHARE = 0.6
_STABLE_SLOPE = 5.0
_THINNING_TOP_M = 3000.0
"""The fall of density with height is taken from the ground to here, exponential."""


def turbulent_columns(weather: xr.Dataset, config: TurbulenceConfig, index_rates: np.ndarray) -> np.ndarray:
    """Eight numbers for each column.

    Args:
        weather: keeps the contract `METEOROLOGY`, with `boundary_layer_height`.
        config: bounds and the roughness length.
        index_rates: of `HorizontalGrid.index_rates`.

    Returns:
        Shape (time, row, column, 8): mixing height, m; k w, m s-1; 5 / L, m-1; fall of density, m-1; change
        of the column and of the row index per metre, m-1; twice nothing.

    Raises:
        InputError: when the weather has no boundary-layer height.
    """
    if "boundary_layer_height" not in weather:
        raise InputError(
            "weather: expected 'boundary_layer_height' for turbulence", remedy="Run without turbulence"
        )
    depth = np.maximum(weather["boundary_layer_height"].values, config.lowest_mixing_height_m)
    friction = np.maximum(_friction_velocity(weather, config.roughness_length_m), 1e-3)
    temperature = weather["air_temperature"].values[:, 0]
    if "air_temperature_2m" in weather:
        temperature = weather["air_temperature_2m"].values
    flux = _temperature_flux(weather, temperature)
    convective = GRAVITY / temperature * np.maximum(flux, 0.0) * depth
    speed = np.cbrt(friction**3 + _CONVECTIVE_SHARE * convective)
    inverse_obukhov = VON_KARMAN * GRAVITY * np.maximum(-flux, 0.0) / (temperature * friction**3)
    scale = np.broadcast_to(np.hypot(index_rates[:, 0], index_rates[:, 1])[:, None], (2, *depth.shape))
    nothing = np.zeros_like(depth)
    parts = (depth, VON_KARMAN * speed, _STABLE_SLOPE * np.minimum(inverse_obukhov, 1.0), _thinning(weather),
             *scale, nothing, nothing)  # fmt: skip
    return np.stack(parts, axis=-1)


def _friction_velocity(weather: xr.Dataset, roughness: float) -> np.ndarray:
    """From the weather, or from the 10 m or lowest wind by the neutral logarithmic law."""
    if "friction_velocity" in weather:
        return np.asarray(weather["friction_velocity"].values)
    if "eastward_wind_10m" in weather and "northward_wind_10m" in weather:
        speed = np.hypot(weather["eastward_wind_10m"].values, weather["northward_wind_10m"].values)
        return np.asarray(VON_KARMAN * speed / np.log(10.0 / roughness))
    height = weather["height_above_ground"].values
    lowest = np.argmax(height > 2.0 * roughness, axis=1)[:, None]
    at, east, north = (
        np.take_along_axis(values, lowest, 1)[:, 0]
        for values in (height, weather["eastward_wind"].values, weather["northward_wind"].values)
    )
    logarithm = np.log(np.maximum(at, 3.0 * roughness) / roughness)
    return np.asarray(VON_KARMAN * np.hypot(east, north) / logarithm)


def _temperature_flux(weather: xr.Dataset, temperature: np.ndarray) -> np.ndarray:
    """Kinematic heat flux, K m s-1; none where the weather gives no heat flux (neutral air)."""
    if "sensible_heat_flux" not in weather:
        return np.zeros_like(temperature)
    density = ground_pressure(weather) / (DRY_AIR_GAS_CONSTANT * temperature)
    return np.asarray(weather["sensible_heat_flux"].values / (density * DRY_AIR_HEAT_CAPACITY))


def _thinning(weather: xr.Dataset) -> np.ndarray:
    """Relative fall of density with height, m-1, shape (time, y, x)."""
    height = weather["height_above_ground"].values
    logarithm = np.log(air_density(weather))
    low = np.argmax(height > 0.0, axis=1)[:, None]
    high = np.maximum(np.argmin(np.abs(height - _THINNING_TOP_M), axis=1)[:, None], low + 1)
    high = np.minimum(high, height.shape[1] - 1)
    rise = np.take_along_axis(height, high, 1) - np.take_along_axis(height, low, 1)
    fall = np.take_along_axis(logarithm, low, 1) - np.take_along_axis(logarithm, high, 1)
    return np.asarray((fall / np.maximum(rise, 1.0))[:, 0])
