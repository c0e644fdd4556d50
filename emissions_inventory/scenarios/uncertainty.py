"""How well totals are known, from the uncertainties of the sectors.

A sector's total is taken as the mean of a log-normal distribution whose logarithm has the standard deviation
that the inventory gives: as the mean, so that the mean of a sum is the sum. Sectors and species err
independently, and a sector errs alike in all regions and months. Sums and shares of several sectors are
drawn; a single sector has closed ranges.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from emissions_inventory.inventory import SPECIES, Inventory, places_in
from emissions_inventory.labels import source_labels
from emissions_inventory.scenarios.configuration import responses_config
from foundation.errors import InputError

__all__ = ["RANGES", "sector_multipliers", "sector_range", "total_range"]

RANGES = {"range_68": (0.15865525393145707, 0.8413447460685429), "range_95": (0.025, 0.975)}
"""Lower and upper quantile of the ranges that are shown; the first is one standard deviation."""

_DEVIATIONS = {"range_68": 1.0, "range_95": 1.959963984540054}


def sector_multipliers(inventory: Inventory, draws: int | None = None) -> xr.DataArray:
    """Drawn true totals over the inventory's, 1, (draw, sector, species).

    The same draws whatever else the inventory holds, so that two inventories can be laid side by side.

    Args:
        inventory: whose uncertainty is drawn; its sectors and species.
        draws: how many; those of `responses.yaml` by default.

    Raises:
        InputError: when a sector has no finite uncertainty.
    """
    config = responses_config()
    number = draws or config.draws
    every = source_labels().sector_ids()
    normal = np.random.default_rng(config.seed).standard_normal((len(every), len(SPECIES), number))
    sectors, species = list(inventory.sectors()), list(inventory.species)
    sigma = inventory.uncertainty.sel(sector=sectors, species=species).transpose("sector", "species").values
    if not np.isfinite(sigma).all():
        raise InputError("uncertainty: expected a number for every sector and species")
    chosen = normal[places_in(np.array(sectors, dtype=object), every)]
    chosen = chosen[:, places_in(np.array(species, dtype=object), SPECIES)]
    return xr.DataArray(
        np.exp(sigma * chosen.transpose(2, 0, 1) - 0.5 * sigma**2),
        dims=("draw", "sector", "species"),
        coords={"sector": sectors, "species": species},
    )


def total_range(by_sector: xr.DataArray, multipliers: xr.DataArray) -> dict[str, list[float]]:
    """Ranges of a sum over sectors.

    Args:
        by_sector: totals of one species, (sector,).
        multipliers: of that species, (draw, sector).

    Returns:
        `range_68` and `range_95`, each lower and upper bound, in the units of the totals.
    """
    drawn = (by_sector * multipliers).sum("sector").values
    return {name: [float(np.quantile(drawn, one)) for one in RANGES[name]] for name in RANGES}


def sector_range(total: float, sigma: float) -> dict[str, list[float]]:
    """Ranges of one sector's total: the median, over and times the exponential of 1 and 1.96 sigma."""
    median = total * float(np.exp(-0.5 * sigma**2))
    factors = {name: float(np.exp(deviations * sigma)) for name, deviations in _DEVIATIONS.items()}
    return {name: [median / factor, median * factor] for name, factor in factors.items()}
