"""Humidity, density and height of moist air, as the readers need them.

Constants as in the international formulation that MetPy follows; the saturation vapour pressure is the
closed form of Ambaum (2020, doi:10.1002/qj.3899) with constant heat capacities.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY, ZERO_CELSIUS

VAPOUR_RATIO = 18.015268 / 28.96546
"""Molar mass of water over that of dry air, 1 (IAPWS 2018; Picard et al. 2008)."""

_VAPOUR_GAS_CONSTANT = DRY_AIR_GAS_CONSTANT / VAPOUR_RATIO
_VAPOUR_HEAT_CAPACITY = 1860.078011865639
_LIQUID_HEAT_CAPACITY = 4219.4
_ICE_HEAT_CAPACITY = 2090.0
_TRIPLE_TEMPERATURE = 273.16
_TRIPLE_PRESSURE = 611.2
_VAPORISATION_HEAT = 2500840.0
_SUBLIMATION_HEAT = 2834540.0

Phase = Literal["liquid", "ice", "gfs", "ecmwf"]
"""What saturation is over; `gfs` and `ecmwf` are the mixtures of water and ice of those models."""

_MIXTURES = {"gfs": (253.16, 1.0), "ecmwf": (250.16, 2.0)}
"""Temperature (K) below which all is ice, and power of the linear weight of water up to 273.16 K."""


def saturation_vapour_pressure(temperature: np.ndarray, phase: Phase = "liquid") -> np.ndarray:
    """Saturation vapour pressure, Pa.

    Args:
        temperature: K, any shape.
        phase: over liquid water, over ice, or over the mixture by which a model defines its relative
            humidity: NCEP's (function `fpvsx` of its model: linear from 253.16 to 273.16 K) or ECMWF's
            (IFS documentation CY47R3, part IV, chapter 12: quadratic from 250.16 to 273.16 K).
    """
    if phase in _MIXTURES:
        ice_below, power = _MIXTURES[phase]
        weight = np.clip((temperature - ice_below) / (_TRIPLE_TEMPERATURE - ice_below), 0.0, 1.0) ** power
        liquid, ice = (saturation_vapour_pressure(temperature, part) for part in _PURE)
        return np.asarray(weight * liquid + (1.0 - weight) * ice)
    heat, capacity = _PURE[phase]
    change = capacity - _VAPOUR_HEAT_CAPACITY
    latent = heat - change * (temperature - _TRIPLE_TEMPERATURE)
    exponent = (heat / _TRIPLE_TEMPERATURE - latent / temperature) / _VAPOUR_GAS_CONSTANT
    power = change / _VAPOUR_GAS_CONSTANT
    return np.asarray(_TRIPLE_PRESSURE * (_TRIPLE_TEMPERATURE / temperature) ** power * np.exp(exponent))


_PURE: dict[Literal["liquid", "ice", "gfs", "ecmwf"], tuple[float, float]] = {
    "liquid": (_VAPORISATION_HEAT, _LIQUID_HEAT_CAPACITY),
    "ice": (_SUBLIMATION_HEAT, _ICE_HEAT_CAPACITY),
}


def specific_humidity(
    pressure: np.ndarray, temperature: np.ndarray, relative_humidity: np.ndarray, phase: Phase
) -> np.ndarray:
    """Specific humidity, kg kg-1, from relative humidity.

    Args:
        pressure: Pa.
        temperature: K.
        relative_humidity: 1; below 0 counts as 0.
        phase: over what the relative humidity is meant.
    """
    vapour = np.maximum(relative_humidity, 0.0) * saturation_vapour_pressure(temperature, phase)
    vapour = np.minimum(vapour, pressure)
    return np.asarray(VAPOUR_RATIO * vapour / (pressure - (1.0 - VAPOUR_RATIO) * vapour))


def dew_point(vapour_pressure: np.ndarray) -> np.ndarray:
    """Temperature at which air is saturated over water, K; inverts `saturation_vapour_pressure`.

    Args:
        vapour_pressure: Pa, above 0.
    """
    logarithm = np.log(np.asarray(vapour_pressure, dtype=float) / 611.2)
    found = ZERO_CELSIUS + 243.5 * logarithm / (17.67 - logarithm)  # Bolton (1980), a first guess
    for _ in range(6):
        saturation = saturation_vapour_pressure(found)
        latent = _VAPORISATION_HEAT - (_LIQUID_HEAT_CAPACITY - _VAPOUR_HEAT_CAPACITY) * (
            found - _TRIPLE_TEMPERATURE
        )
        found = found - np.log(saturation / vapour_pressure) * _VAPOUR_GAS_CONSTANT * found**2 / latent
    return np.asarray(found)


def vapour_pressure(pressure: np.ndarray, humidity: np.ndarray) -> np.ndarray:
    """Partial pressure of water vapour, Pa, from pressure (Pa) and specific humidity (kg kg-1)."""
    return np.asarray(pressure * humidity / (VAPOUR_RATIO + (1.0 - VAPOUR_RATIO) * humidity))


def virtual_temperature(temperature: np.ndarray, humidity: np.ndarray | float) -> np.ndarray:
    """Temperature of dry air as dense as the moist air, K; `humidity` is specific, kg kg-1."""
    return temperature * (1.0 + (1.0 / VAPOUR_RATIO - 1.0) * humidity)


def upward_air_velocity(
    omega: np.ndarray, pressure: np.ndarray, temperature: np.ndarray, humidity: np.ndarray | float
) -> np.ndarray:
    """Vertical wind, m s-1, from the pressure tendency of moving air, by the hydrostatic relation.

    Args:
        omega: lagrangian tendency of pressure, Pa s-1, positive downward.
        pressure: Pa.
        temperature: K.
        humidity: specific humidity, kg kg-1.
    """
    density = pressure / (DRY_AIR_GAS_CONSTANT * virtual_temperature(temperature, humidity))
    return -omega / (density * GRAVITY)


def hypsometric_height(
    pressure: np.ndarray, surface_pressure: np.ndarray, virtual: np.ndarray, axis: int = 1
) -> np.ndarray:
    """Height above ground of levels, m, by the hypsometric equation with layer means.

    Args:
        pressure: Pa, falling along `axis`.
        surface_pressure: Pa, without `axis`.
        virtual: virtual temperature, K; below the first level it is taken as constant.
        axis: the axis of the levels.
    """
    log_pressure = np.log(np.moveaxis(pressure, axis, 0))
    temperature = np.moveaxis(virtual, axis, 0)
    first = temperature[0] * (np.log(surface_pressure) - log_pressure[0])
    steps = 0.5 * (temperature[1:] + temperature[:-1]) * (log_pressure[:-1] - log_pressure[1:])
    depth = np.cumsum(np.concatenate([first[None], steps]), axis=0)
    return np.moveaxis(DRY_AIR_GAS_CONSTANT / GRAVITY * depth, 0, axis)


def humid_above(humidity: np.ndarray, pressure: np.ndarray, temperature: np.ndarray) -> np.ndarray:
    """Specific humidity on all levels where the file gives it on the lower ones only.

    Above, the value of the highest level given is kept (the stratosphere is close to that), but never more
    than saturation over ice.

    Args:
        humidity: kg kg-1 on the lower levels, shape (time, given, y, x).
        pressure: Pa, shape (time, level, y, x).
        temperature: K, shape (time, level, y, x).
    """
    given = humidity.shape[1]
    if given == temperature.shape[1]:
        return humidity
    above = slice(given, None)
    full = np.ones_like(temperature[:, above])
    most = specific_humidity(pressure[:, above], temperature[:, above], full, "ice")
    return np.concatenate([humidity, np.minimum(humidity[:, -1:], most)], axis=1)
