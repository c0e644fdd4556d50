"""Shares of months of a year's emission."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from emissions_inventory.timing.clock import days_in_months
from emissions_inventory.timing.configuration import timing_config
from emissions_inventory.timing.factors import hour_weights, known_place
from emissions_inventory.timing.heating_configuration import heating_config
from emissions_inventory.timing.temperature import DailyTemperature

__all__ = ["month_shares"]


def month_shares(
    sector: str, year: int, region: str | None = None, temperature: DailyTemperature | None = None
) -> np.ndarray:
    """Shares of a year's emission by calendar month in Beijing time.

    A profile of months gives rates: a month's share goes with its rate times its days. Where a sector emits
    by degree days, a month's share is what its hours weigh, so that hours run on across its edges.

    Args:
        sector: id.
        year: 1900 to 2199.
        region: id, for its heating season and normals; those of Urumqi by default.
        temperature: mean temperatures of days, for heating; normals for the days that it does not hold.

    Returns:
        Shares, 0 or more, that add up to 1, (12,); not to be written to.

    Raises:
        InputError: when sector, region or year is not known.
    """
    place = known_place(sector, region)
    return (
        _usual_shares(sector, year, place)
        if temperature is None
        else _shares(sector, year, place, temperature)
    )


@lru_cache(maxsize=4096)
def _usual_shares(sector: str, year: int, place: str) -> np.ndarray:
    shares = _shares(sector, year, place, None)
    shares.flags.writeable = False
    return shares


def _shares(sector: str, year: int, place: str, temperature: DailyTemperature | None) -> np.ndarray:
    days = days_in_months(year).astype(np.float64)
    if heating_config().sector(sector) is None:
        config = timing_config()
        return _exact(config.months[config.sectors[sector].months].weights() * days)
    names = [f"{year}-{month:02d}" for month in range(1, 13)]
    return _exact(np.array([hour_weights(sector, name, place, temperature).sum() for name in names]))


def _exact(weights: np.ndarray) -> np.ndarray:
    shares = weights / weights.sum()
    shares[np.argmax(shares)] += 1.0 - math.fsum(shares)
    return np.asarray(shares)
