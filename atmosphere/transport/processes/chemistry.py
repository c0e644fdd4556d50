"""First-order rates of conversion from the weather: sulfate, nitrate, secondary organics.

Hydroxyl follows the sun (Rohrer and Berresheim 2006, doi:10.1038/nature04924). Gas-phase constants are those
of JPL Publication 15-10. What no weather tells (ozone at night, particle surface) stands in the table of
parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from atmosphere.transport.processes import air_properties as air
from atmosphere.transport.processes.sunlight import cloud_transmission, cosine_of_zenith, ozone_photolysis
from atmosphere.transport.processes.weather_fields import WeatherFields
from atmosphere.transport.species import SpeciesTable
from foundation.constants import GAS_CONSTANT, MOLAR_MASS
from foundation.errors import ConfigurationError

__all__ = ["RATES", "Conditions", "conditions", "conversion_rates", "termolecular"]


@dataclass(frozen=True)
class Conditions:
    """What the rates depend on; volumes (member, z, y, x).

    Attributes:
        temperature: K.
        relative_humidity: over water, 0 to 1.
        molecules: of air, cm-3.
        hydroxyl: cm-3.
        darkness: 1 at night, 0 once the sun is up, (member, 1, y, x).
        liquid_cloud: share of liquid in cloud or fog, 0 where there is none.
        particle_surface: m2 m-3.
    """

    temperature: torch.Tensor
    relative_humidity: torch.Tensor
    molecules: torch.Tensor
    hydroxyl: torch.Tensor
    darkness: torch.Tensor
    liquid_cloud: torch.Tensor
    particle_surface: torch.Tensor


def conditions(fields: WeatherFields, parameters: dict[str, torch.Tensor]) -> Conditions:
    """Gather what the rates depend on."""
    cosine = cosine_of_zenith(fields.times, fields.lon, fields.lat)
    light = ozone_photolysis(cosine) * cloud_transmission(fields, cosine)
    hydroxyl = parameters["hydroxyl"] * (light / 1e-5) ** 0.93 + parameters["hydroxyl_without_sun"]
    fading = torch.exp(-fields.height / parameters["particle_surface_scale_height"])
    return Conditions(
        fields.temperature, fields.relative_humidity, air.number_density(fields.temperature, fields.pressure),
        hydroxyl[:, None].expand(fields.temperature.shape), (1 - cosine / 0.1).clamp(0.0, 1.0)[:, None],
        fields.cloud * air.liquid_fraction(fields.temperature),
        parameters["particle_surface"] * fading[:, None, None],
    )  # fmt: skip


def termolecular(
    low: torch.Tensor, high: torch.Tensor, molecules: torch.Tensor, broadening: float = 0.6
) -> torch.Tensor:
    """Rate constant of a reaction with a third body, cm3 s-1 (JPL Publication 15-10, section 2.1).

    Args:
        low: limit at low pressure, cm6 s-1.
        high: limit at high pressure, cm3 s-1.
        molecules: of air, cm-3.
        broadening: F_c.
    """
    ratio = low * molecules / high
    return high * ratio / (1 + ratio) * broadening ** (1 / (1 + torch.log10(ratio.clamp_min(1e-30)) ** 2))


def sulfur_dioxide_oxidation(now: Conditions, parameters: dict[str, torch.Tensor]) -> torch.Tensor:
    """Rate of sulfur dioxide to sulfate, s-1: hydroxyl, wet particles, and liquid cloud or fog.

    On particles: uptake coefficient * mean molecular speed * surface / 4, the coefficient constant up to 50 %
    humidity and linear to saturation (Zheng et al. 2015, doi:10.5194/acp-15-2031-2015).
    """
    warmth = now.temperature
    gas = termolecular(3.3e-31 * (warmth / 300) ** -4.3, torch.full_like(warmth, 1.6e-12), now.molecules)
    wet = ((now.relative_humidity - 0.5) / 0.5).clamp(0.0, 1.0)
    uptake = parameters["so2_uptake_dry"] * (1 - wet) + parameters["so2_uptake_saturated"] * wet
    speed = torch.sqrt(8 * GAS_CONSTANT / (torch.pi * MOLAR_MASS["so2"]) * warmth)
    on_particles = uptake * speed * now.particle_surface / 4
    return gas * now.hydroxyl + on_particles + parameters["fog_oxidation"] * now.liquid_cloud


def nitrogen_oxide_oxidation(now: Conditions, parameters: dict[str, torch.Tensor]) -> torch.Tensor:
    """Rate of nitrogen oxides to nitrate, s-1: hydroxyl by day, N2O5 on wet particles by night.

    At night NO2 + O3 makes NO3, each of which ends with a second NO2 in N2O5 and two nitrates.
    """
    warmth, share = now.temperature, parameters["no2_share"]
    high = torch.full_like(warmth, 2.8e-11)
    day = termolecular(1.8e-30 * (warmth / 300) ** -3.0, high, now.molecules) * now.hydroxyl
    ozone = parameters["night_ozone"] * 1e-9 * now.molecules
    humid = (now.relative_humidity / parameters["n2o5_relative_humidity"]).clamp(0.0, 1.0)
    night = 2 * 1.2e-13 * torch.exp(-2450 / warmth) * ozone * parameters["n2o5_hydrolysis"] * humid
    return share * (day + night * now.darkness)


def organic_vapour_oxidation(now: Conditions, parameters: dict[str, torch.Tensor]) -> torch.Tensor:
    """Rate at which organic vapours are used up, s-1, by hydroxyl."""
    return parameters["organic_hydroxyl_rate"] * now.hydroxyl


Rate = Callable[[Conditions, dict[str, torch.Tensor]], torch.Tensor]

RATES: dict[str, Rate] = {
    "sulfur_dioxide_oxidation": sulfur_dioxide_oxidation,
    "nitrogen_oxide_oxidation": nitrogen_oxide_oxidation,
    "organic_vapour_oxidation": organic_vapour_oxidation,
}
"""Rates by the names that the table of reactions uses."""


def conversion_rates(
    fields: WeatherFields, table: SpeciesTable, parameters: dict[str, torch.Tensor]
) -> torch.Tensor | None:
    """Rate of each reaction of the table, s-1, (member, reaction, z, y, x); None when there is none.

    Raises:
        ConfigurationError: when a reaction names a rate that does not exist.
    """
    if not table.reaction_rules:
        return None
    now = conditions(fields, parameters)
    rates = []
    for rule in table.reaction_rules:
        if rule.rate not in RATES:
            raise ConfigurationError(f"reaction {rule.name!r}: unknown rate {rule.rate!r}",
                                     remedy=f"Known rates: {', '.join(RATES)}")  # fmt: skip
        rates.append(RATES[rule.rate](now, parameters))
    return torch.stack(rates, dim=1)
