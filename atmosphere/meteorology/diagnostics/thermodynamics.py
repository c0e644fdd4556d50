"""Temperatures of moist air on plain arrays in SI units; MetPy does the physics."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from atmosphere.meteorology.readers.moist_air import dew_point, vapour_pressure
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY


def _calculated(function: Any, *quantities: tuple[np.ndarray, str], unit: str) -> np.ndarray:
    from metpy.units import units

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # MetPy warns of NaN, which stays NaN here
        found = function(*(np.asarray(values, dtype=float) * units(name) for values, name in quantities))
    return np.asarray(found.to(unit).magnitude, dtype=float)


def potential_temperature(pressure: np.ndarray, temperature: np.ndarray) -> np.ndarray:
    """Potential temperature, K, for pressure in Pa (reference 1000 hPa) and temperature in K."""
    from metpy import calc

    return _calculated(calc.potential_temperature, (pressure, "Pa"), (temperature, "K"), unit="K")


def mixing_ratio(pressure: np.ndarray, dew_point: np.ndarray) -> np.ndarray:
    """Mass of vapour over mass of dry air, 1, for pressure in Pa and dew point over water in K."""
    from metpy import calc

    return _calculated(calc.saturation_mixing_ratio, (pressure, "Pa"), (dew_point, "K"), unit="dimensionless")


def virtual_temperature(pressure: np.ndarray, temperature: np.ndarray, dew_point: np.ndarray) -> np.ndarray:
    """Virtual temperature, K; where the dew point is missing the air counts as dry."""
    from metpy import calc

    ratio = np.nan_to_num(mixing_ratio(pressure, dew_point), nan=0.0)
    return _calculated(calc.virtual_temperature, (temperature, "K"), (ratio, "dimensionless"), unit="K")


def virtual_potential_temperature(
    pressure: np.ndarray, temperature: np.ndarray, dew_point: np.ndarray
) -> np.ndarray:
    """Virtual potential temperature, K; where the dew point is missing the air counts as dry."""
    return potential_temperature(pressure, virtual_temperature(pressure, temperature, dew_point))


def dew_point_of_specific_humidity(pressure: np.ndarray, humidity: np.ndarray) -> np.ndarray:
    """Dew point over water, K, for pressure in Pa and specific humidity in kg kg-1; NaN where it is 0.

    The exact inverse of the saturation pressure that MetPy uses. MetPy's `dewpoint_from_specific_humidity`
    inverts another one (Bolton 1980) and is off by 0.4 K at 200 K.
    """
    positive = np.where(np.asarray(humidity) > 0.0, humidity, np.nan)
    return dew_point(vapour_pressure(np.asarray(pressure, dtype=float), positive))


def relative_humidity(temperature: np.ndarray, dew_point: np.ndarray) -> np.ndarray:
    """Relative humidity over water, 1, for temperature and dew point in K."""
    from metpy import calc

    return _calculated(
        calc.relative_humidity_from_dewpoint, (temperature, "K"), (dew_point, "K"), unit="dimensionless"
    )


def hydrostatic_height(pressure: np.ndarray, virtual: np.ndarray, first_height: float = 0.0) -> np.ndarray:
    """Height of levels, m, by the hypsometric equation with the mean virtual temperature of each layer.

    Args:
        pressure: Pa, falling, shape (level,).
        virtual: virtual temperature, K, shape (level,).
        first_height: height of the first level, m.
    """
    means = 0.5 * (virtual[1:] + virtual[:-1])
    steps = DRY_AIR_GAS_CONSTANT / GRAVITY * means * np.log(pressure[:-1] / pressure[1:])
    return first_height + np.concatenate([[0.0], np.cumsum(steps)])
