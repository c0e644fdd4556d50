"""Properties of air: density, viscosity, mean free path, saturation."""

from __future__ import annotations

import math

import torch

from foundation.constants import DRY_AIR_GAS_CONSTANT, GAS_CONSTANT

__all__ = [
    "BOLTZMANN", "air_density", "dynamic_viscosity", "liquid_fraction", "mean_free_path", "number_density",
    "saturation_pressure_ice", "saturation_pressure_water", "vapour_pressure",
]  # fmt: skip

BOLTZMANN = 1.380649e-23
"""Boltzmann constant, J K-1 (CODATA 2018, exact)."""

MOLAR_MASS_DRY_AIR = GAS_CONSTANT / DRY_AIR_GAS_CONSTANT
"""Molar mass of dry air, kg mol-1."""

WATER_TO_DRY_AIR = 0.0180153 / MOLAR_MASS_DRY_AIR
"""Molar mass of water over that of dry air, 1 (IUPAC standard atomic weights 2021)."""


def air_density(
    temperature: torch.Tensor, pressure: torch.Tensor, humidity: torch.Tensor | float
) -> torch.Tensor:
    """Density of moist air, kg m-3, from temperature (K), pressure (Pa) and specific humidity (kg kg-1)."""
    virtual = temperature * (1 + (1 / WATER_TO_DRY_AIR - 1) * humidity)
    return pressure / (DRY_AIR_GAS_CONSTANT * virtual)


def number_density(temperature: torch.Tensor, pressure: torch.Tensor) -> torch.Tensor:
    """Molecules of air per cubic centimetre, cm-3."""
    return pressure / (BOLTZMANN * 1e6) / temperature


def dynamic_viscosity(temperature: torch.Tensor) -> torch.Tensor:
    """Dynamic viscosity of air, kg m-1 s-1, by Sutherland's law (U.S. Standard Atmosphere 1976, eq. 51)."""
    return 1.458e-6 * temperature**1.5 / (temperature + 110.4)


def mean_free_path(
    temperature: torch.Tensor, pressure: torch.Tensor, viscosity: torch.Tensor
) -> torch.Tensor:
    """Mean free path of the molecules of air, m (Seinfeld and Pandis 2006, eq. 9.6)."""
    speed = torch.sqrt(8 * MOLAR_MASS_DRY_AIR / (math.pi * GAS_CONSTANT) / temperature)
    return 2 * viscosity / (pressure * speed)


def vapour_pressure(humidity: torch.Tensor, pressure: torch.Tensor) -> torch.Tensor:
    """Vapour pressure, Pa, from specific humidity (kg kg-1) and pressure (Pa)."""
    return humidity * pressure / (WATER_TO_DRY_AIR + (1 - WATER_TO_DRY_AIR) * humidity)


def saturation_pressure_water(temperature: torch.Tensor) -> torch.Tensor:
    """Saturation pressure over water, Pa, also below freezing (Buck 1981, as ECMWF IFS, part IV)."""
    return 611.21 * torch.exp(17.502 * (temperature - 273.16) / (temperature - 32.19))


def saturation_pressure_ice(temperature: torch.Tensor) -> torch.Tensor:
    """Saturation pressure over ice, Pa (Alduchov and Eskridge 1996, as ECMWF IFS, part IV)."""
    return 611.21 * torch.exp(22.587 * (temperature - 273.16) / (temperature + 0.7))


def liquid_fraction(temperature: torch.Tensor) -> torch.Tensor:
    """Liquid share of a cloud: 1 above 0 °C, 0 below -23 °C, between as a square (ECMWF IFS, part IV)."""
    return ((temperature - 250.16) / 23.0).clamp(0.0, 1.0) ** 2
