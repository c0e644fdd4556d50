"""How much of total nitrate is particle: the equilibrium of ammonium nitrate with ammonia and nitric acid."""

from __future__ import annotations

import torch

__all__ = ["deliquescence_humidity", "dissociation_constant", "particle_share"]


def deliquescence_humidity(temperature: torch.Tensor) -> torch.Tensor:
    """Relative humidity, 0 to 1, at which ammonium nitrate dissolves (Mozurkewich 1993)."""
    return torch.exp(618.3 / temperature - 2.551).clamp_max(1.0)


def dissociation_constant(temperature: torch.Tensor, relative_humidity: torch.Tensor) -> torch.Tensor:
    """Product of ammonia and nitric acid over ammonium nitrate, ppb2 at 1 atm.

    Mozurkewich 1993, doi:10.1016/0960-1686(93)90356-4: over the solid ln K = 118.87 - 24084 / T - 6.025 ln T;
    over a solution K times (p1 - p2 a + p3 a2) a^1.75 with a = 1 - relative humidity.

    Args:
        temperature: K.
        relative_humidity: 0 to 1.
    """
    log = torch.log(temperature)
    solid = torch.exp(118.87 - 24084.0 / temperature - 6.025 * log)
    p1 = torch.exp(-135.94 + 8763.0 / temperature + 19.12 * log)
    p2 = torch.exp(-122.65 + 9969.0 / temperature + 16.22 * log)
    p3 = torch.exp(-182.61 + 13875.0 / temperature + 24.46 * log)
    dry = (1 - relative_humidity).clamp(0.0, 1.0)
    solution = solid * (p1 - p2 * dry + p3 * dry**2).clamp_min(0.0) * dry**1.75
    return torch.where(relative_humidity >= deliquescence_humidity(temperature), solution, solid)


def particle_share(
    temperature: torch.Tensor, relative_humidity: torch.Tensor, parameters: dict[str, torch.Tensor],
    total_nitrate: torch.Tensor | None = None, free_ammonia: torch.Tensor | None = None,
) -> torch.Tensor:  # fmt: skip
    """Share of total nitrate that is particle, 0 to 1.

    The root of (ammonia - x) (nitrate - x) = K, and 0 where their product stays below K. Without
    concentrations those of the table of parameters are taken, so that the share depends on the weather alone
    and the model stays linear in its emissions.

    Args:
        temperature: K.
        relative_humidity: 0 to 1.
        parameters: from `parameter_values`.
        total_nitrate: nitric acid and particle nitrate, ppb.
        free_ammonia: ammonia and ammonium beyond what sulfate binds, ppb.
    """
    nitrate = parameters["reference_nitrate"] if total_nitrate is None else total_nitrate.clamp_min(1e-6)
    ammonia = parameters["free_ammonia"] if free_ammonia is None else free_ammonia
    product = dissociation_constant(temperature, relative_humidity)
    spread = torch.sqrt((ammonia - nitrate) ** 2 + 4 * product)
    # the smaller root as (2 c) / (b + sqrt(...)), which loses no digits where K is small
    particle = 2 * (ammonia * nitrate - product) / (ammonia + nitrate + spread)
    return (particle / nitrate).clamp(0.0, 1.0)
