"""Wet scavenging in clouds and below them, by rain and by snow.

In clouds every species, and below them gases, by the scavenging ratios of EMEP (Simpson et al. 2012,
doi:10.5194/acp-12-7825-2012, section 9). Below clouds particles by Feng 2007
(doi:10.1016/j.atmosenv.2007.04.046, rain) and Feng 2009 (doi:10.1029/2008JD011012, snow), fine and coarse, as
GEOS-Chem has them.
"""

from __future__ import annotations

import torch

from atmosphere.transport.processes.weather_fields import WeatherFields
from atmosphere.transport.species import SpeciesTable
from atmosphere.transport.species_configuration import SpeciesConfig

__all__ = ["scavenging_rate", "washout_by_particles"]

_WATER_DENSITY = 1000.0


def scavenging_rate(
    fields: WeatherFields, table: SpeciesTable, nitrate_particle_share: torch.Tensor,
    parameters: dict[str, torch.Tensor],
) -> torch.Tensor | None:  # fmt: skip
    """Rate of wet removal, s-1, (member, species, z, y, x); None when nothing falls anywhere.

    The precipitation at the ground is taken to fall through every layer from the highest cloud downward, and
    through all layers where no cloud is seen.

    Args:
        fields: the weather.
        table: the species.
        nitrate_particle_share: (member, z, y, x).
        parameters: from `parameter_values`.
    """
    falling = fields.surface.get("precipitation_rate")
    if falling is None or not bool((falling > 0).any()):
        return None
    at_or_below = fields.cloud.flip(1).cumsum(1).flip(1) > 0
    clear = fields.cloud.sum(dim=1, keepdim=True) == 0
    precipitation = falling[:, None] * (at_or_below | clear)
    cold = fields.temperature < parameters["snow_temperature"]
    # EMEP: ratio * precipitation / (depth * density of water)
    per_ratio = precipitation / (parameters["scavenging_depth"] * _WATER_DENSITY)
    in_cloud, below = per_ratio * fields.cloud, per_ratio * (1 - fields.cloud)
    washout = {
        size: washout_by_particles(size, precipitation, cold, parameters) * (1 - fields.cloud)
        for size in ("fine", "coarse")
    }
    rates = []
    for one in table.species:
        if isinstance(one.below_cloud, str):
            rate = one.in_cloud * in_cloud + washout[one.below_cloud]
        else:
            rate = one.in_cloud * in_cloud + one.below_cloud * below
        rate = rate if one.snow_scavenges else rate * ~cold
        if one.phase == "both":
            rate = _both_phases(one, rate, in_cloud, below, cold, nitrate_particle_share)
        rates.append(rate)
    return torch.stack(rates, dim=1)


def washout_by_particles(
    size: str, precipitation: torch.Tensor, cold: torch.Tensor, parameters: dict[str, torch.Tensor]
) -> torch.Tensor:
    """Rate at which falling rain or snow takes up particles, s-1.

    Args:
        size: fine or coarse.
        precipitation: kg m-2 s-1, which is mm per second of water.
        cold: where it falls as snow.
        parameters: from `parameter_values`.
    """
    millimetres = precipitation * 3600
    exponent = 0.61 if size == "fine" else 0.79
    rain = parameters[f"{size}_rain_rate"] * millimetres**exponent
    return torch.where(cold, parameters[f"{size}_snow_rate"] * millimetres**0.96, rain) / 3600


def _both_phases(
    one: SpeciesConfig, particle: torch.Tensor, in_cloud: torch.Tensor, below: torch.Tensor,
    cold: torch.Tensor, share: torch.Tensor,
) -> torch.Tensor:  # fmt: skip
    gas = (one.in_cloud_gas * in_cloud + one.below_cloud_gas * below) * (~cold)
    return share * particle + (1 - share) * gas
