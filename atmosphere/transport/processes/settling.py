"""Gravitational settling of particles."""

from __future__ import annotations

import torch

from atmosphere.transport.processes import air_properties as air
from atmosphere.transport.processes.weather_fields import WeatherFields
from atmosphere.transport.species import SpeciesTable
from foundation.constants import GRAVITY

__all__ = ["settling_flux", "settling_velocity", "slip_correction"]


def slip_correction(diameter: float, free_path: torch.Tensor) -> torch.Tensor:
    """Cunningham's slip correction, 1 (Seinfeld and Pandis 2006, eq. 9.34).

    Args:
        diameter: of the particle, m.
        free_path: mean free path of the molecules of air, m.
    """
    knudsen = 2 * free_path / diameter
    return 1 + knudsen * (1.257 + 0.4 * torch.exp(-1.1 / knudsen))


def settling_velocity(
    diameter: float, density: float, temperature: torch.Tensor, pressure: torch.Tensor
) -> torch.Tensor:
    """Settling velocity by Stokes' law with slip, m s-1 (Seinfeld and Pandis 2006, eq. 9.42).

    Good to some 20 µm: there the Reynolds number of dust is 0.04, and Stokes' law 2 % too fast.

    Args:
        diameter: of the particle, m.
        density: of the particle, kg m-3.
        temperature: K.
        pressure: Pa.
    """
    viscosity = air.dynamic_viscosity(temperature)
    slip = slip_correction(diameter, air.mean_free_path(temperature, pressure, viscosity))
    return density * diameter**2 * GRAVITY / 18 * slip / viscosity


def settling_flux(fields: WeatherFields, table: SpeciesTable) -> torch.Tensor | None:
    """Air passed by settling particles through the lower face of each layer, kg s-1.

    Density times velocity times area. What leaves the lowest layer reaches the ground.

    Returns:
        (member, settling species, z, y, x) in the order of `table.settling`; None when nothing settles.
    """
    if not table.settling:
        return None
    air_mass = fields.density * fields.area
    fluxes = []
    for place in table.settling:
        one = table.species[place]
        diameter, density = 1e-6 * (one.diameter_um or 0.0), one.density or 0.0
        fluxes.append(air_mass * settling_velocity(diameter, density, fields.temperature, fields.pressure))
    return torch.stack(fluxes, dim=1)
