"""Dry deposition by resistances: turbulence, the thin layer at the surface, the surface.

Gases after Wesely 1989 (doi:10.1016/0004-6981(89)90153-4), on snow as EMEP does it (Simpson et al. 2012,
doi:10.5194/acp-12-7825-2012, section 8). Particles after Zhang et al. 2001
(doi:10.1016/S1352-2310(00)00326-5) with the collection efficiencies of Emerson et al. 2020
(doi:10.1073/pnas.2014761117) for desert and snow. Uptake by stomata is left out: in winter there is none.
"""

from __future__ import annotations

import math

import torch

from atmosphere.transport.processes import air_properties as air
from atmosphere.transport.processes.settling import settling_velocity, slip_correction
from atmosphere.transport.processes.surface_layer import SurfaceLayer, heat_stability
from atmosphere.transport.processes.weather_fields import WeatherFields
from atmosphere.transport.species import SpeciesTable
from atmosphere.transport.species_configuration import GasConfig, SpeciesConfig
from foundation.constants import GRAVITY, VON_KARMAN, ZERO_CELSIUS

__all__ = ["aerodynamic_resistance", "deposition_flux", "gas_velocity", "particle_velocity"]

_NEVER = 1e-9


def deposition_flux(
    fields: WeatherFields, layer: SurfaceLayer, table: SpeciesTable, nitrate_particle_share: torch.Tensor,
    parameters: dict[str, torch.Tensor],
) -> torch.Tensor:  # fmt: skip
    """Air cleaned of each species by dry deposition in the lowest layer, kg s-1, (member, species, y, x).

    Density times velocity times area. For a species that settles only what turbulence brings down, because
    settling through the lower face of the lowest layer is a process of its own.

    Args:
        fields: the weather.
        layer: scales of the surface layer.
        table: the species.
        nitrate_particle_share: in the lowest layer, (member, y, x).
        parameters: from `parameter_values`.
    """
    resistance = aerodynamic_resistance(fields, layer)
    velocities = []
    for one in table.species:
        if not one.deposits:
            velocities.append(torch.zeros_like(resistance))
            continue
        total = torch.zeros_like(resistance)
        if one.phase != "gas":
            share = nitrate_particle_share if one.phase == "both" else 1.0
            total = total + share * particle_velocity(one, resistance, fields, layer, parameters)
        if one.gas is not None:
            share = 1 - nitrate_particle_share if one.phase == "both" else 1.0
            acid = one.phase == "both"
            total = total + share * gas_velocity(one.gas, resistance, fields, layer, parameters, acid=acid)
        velocities.append(total)
    return fields.density[:, :1] * torch.stack(velocities, dim=1) * fields.area


def aerodynamic_resistance(fields: WeatherFields, layer: SurfaceLayer) -> torch.Tensor:
    """Resistance between the middle of the lowest layer and the surface, s m-1.

    Seinfeld and Pandis 2006, eq. 19.14.
    """
    height, inverse, rough = fields.height[0], layer.inverse_obukhov_length, layer.roughness_length
    profile = torch.log(height / rough) - heat_stability(height * inverse) + heat_stability(rough * inverse)
    return profile.clamp_min(0.1) / (VON_KARMAN * layer.friction_velocity)


def gas_velocity(
    gas: GasConfig, resistance: torch.Tensor, fields: WeatherFields, layer: SurfaceLayer,
    parameters: dict[str, torch.Tensor], *, acid: bool = False,
) -> torch.Tensor:  # fmt: skip
    """Deposition velocity of a gas, m s-1, (member, y, x); `acid` is nitric acid, which sticks anywhere."""
    warmth, pressure = fields.temperature_2m, fields.pressure[:, 0]
    water = 2.178e-5 * (warmth / ZERO_CELSIUS) ** 1.81 * (101325.0 / pressure)  # Massman 1998
    schmidt = air.dynamic_viscosity(warmth) / fields.density[:, 0] / (water / gas.diffusivity_ratio)
    thin = 5 * schmidt ** (2 / 3) / layer.friction_velocity  # Seinfeld and Pandis 2006, eq. 19.17
    celsius = warmth - ZERO_CELSIUS
    if acid:
        return 1 / (resistance + thin + torch.maximum(-2 * celsius, parameters["nitric_acid_resistance"]))
    sulfur, ozone = _ground_conductances(celsius, fields.snow_cover, parameters)
    conductance = 1e-5 * gas.henry * sulfur + gas.reactivity * ozone
    return 1 / (resistance + thin + 1 / conductance.clamp_min(_NEVER))


def particle_velocity(
    one: SpeciesConfig, resistance: torch.Tensor, fields: WeatherFields, layer: SurfaceLayer,
    parameters: dict[str, torch.Tensor],
) -> torch.Tensor:  # fmt: skip
    """Deposition velocity of a particle, m s-1, (member, y, x); what turbulence brings when it settles."""
    diameter, density = 1e-6 * (one.diameter_um or 0.0), one.density or 0.0
    warmth, pressure = fields.temperature_2m, fields.pressure[:, 0]
    viscosity = air.dynamic_viscosity(warmth)
    kinematic = viscosity / fields.density[:, 0]
    slip = slip_correction(diameter, air.mean_free_path(warmth, pressure, viscosity))
    fall = settling_velocity(diameter, density, warmth, pressure)
    brownian = air.BOLTZMANN / (3 * math.pi * diameter) * warmth * slip / viscosity
    friction = layer.friction_velocity
    stokes = fall * friction**2 / (GRAVITY * kinematic)
    collected = parameters["brownian_collection"] * (kinematic / brownian) ** (-2 / 3)
    impaction = (stokes / (parameters["impaction_parameter"] + stokes)) ** 1.7
    collected = collected + parameters["impaction_collection"] * impaction
    thin = 1 / (3 * friction * collected * torch.exp(-torch.sqrt(stokes))).clamp_min(_NEVER)
    brought = 1 / (resistance + thin + resistance * thin * fall)
    return brought if one.settles else brought + fall


def _ground_conductances(
    celsius: torch.Tensor, snow: torch.Tensor, parameters: dict[str, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor]:
    """What the ground takes up of sulfur dioxide and of ozone, m s-1, as EMEP has it."""
    cold = torch.exp(0.2 * (-1 - celsius)).clamp(1.0, 2.0)
    largest = parameters["so2_snow_resistance"]
    sulfur_on_snow = torch.where(
        celsius < -1, largest, torch.minimum((70 * (2 - celsius)).clamp_min(70.0), largest)
    )
    sulfur = (1 - snow) / (parameters["so2_ground_resistance"] * cold) + snow / sulfur_on_snow
    ozone = (1 - snow) / parameters["ozone_ground_resistance"] + snow / parameters["ozone_snow_resistance"]
    return sulfur, ozone / cold
