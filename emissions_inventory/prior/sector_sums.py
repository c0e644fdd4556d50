"""What plants, fuels and every other sector of Xinjiang emit in a year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emissions_inventory.prior.configuration import PriorConfig
from emissions_inventory.prior.plants import Plant, prior_plants
from emissions_inventory.prior.years import in_year
from foundation.errors import ConfigurationError, InputError

__all__ = ["sector_sums"]

_KG_PER_KT = 1e6
_T_PER_MT = 1e6


def sector_sums(config: PriorConfig, year: int, plants: Sequence[Plant]) -> dict[str, np.ndarray]:
    """Kilograms of each area sector in a year, (species,): fuels, then what is left of the totals by share.

    After the last year with totals what is left stays as it was then, and the totals follow plants and fuels.

    Args:
        config: the prior.
        year: the year.
        plants: those that run in it.

    Raises:
        ConfigurationError: when plants and fuels emit more than a total.
        InputError: when the year lies before the first with totals.
    """
    first, last = min(config.totals_kt), max(config.totals_kt)
    if year < first:
        raise InputError(f"no prior for {year}", remedy=f"It begins in {first}; import an inventory instead")
    sums = _fuels(config, year)
    left = _left(config, year, plants) if year <= last else _left(config, last, prior_plants(config, last))
    for sector, shares in config.remainder.items():
        sums[sector] = left * np.array([shares[name] for name in config.species])
    return sums


def _fuels(config: PriorConfig, year: int) -> dict[str, np.ndarray]:
    control = in_year(config.control, year, config.species)
    return {
        sector: fuel.coal_mt
        * _T_PER_MT
        * control
        * np.array([fuel.g_per_kg[name] for name in config.species])
        for sector, fuel in config.fuels.items()
    }


def _left(config: PriorConfig, year: int, plants: Sequence[Plant]) -> np.ndarray:
    """What is left of the totals of a year without its plants and fuels, kg."""
    values = {known: total.values for known, total in config.totals_kt.items()}
    totals = in_year(values, year, config.species) * _KG_PER_KT
    left = totals - sum(plant.emission for plant in plants) - sum(_fuels(config, year).values())
    if (left < 0).any():
        place = int(np.argmin(left))
        raise ConfigurationError(
            f"plants and fuels emit more {config.species[place]} in {year} than the total of "
            f"{totals[place] / _KG_PER_KT:g} kt",
            where="configs/inventory/prior.yaml", remedy="Correct totals_kt or the factors",
        )  # fmt: skip
    return np.asarray(left)
