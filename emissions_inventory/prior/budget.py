"""What each county emits in a year, fitted to the published shares of some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emissions_inventory.facts import County, counties
from emissions_inventory.prior.balancing import balanced
from emissions_inventory.prior.configuration import PriorConfig
from emissions_inventory.prior.plants import Plant, prior_plants
from emissions_inventory.prior.proxies import people_of, sector_people
from emissions_inventory.prior.sector_sums import sector_sums
from foundation.errors import ConfigurationError

__all__ = ["YearBudget", "year_budget"]

_T_PER_MT = 1e6


@dataclass(frozen=True)
class YearBudget:
    """What all Xinjiang emits in a year, whatever the grid.

    Attributes:
        year: the year.
        species: names.
        plants: the points.
        counties: the counties.
        sectors: ids of the area sectors.
        areas: kg, (sector, county, people, species); people are townspeople and villagers.
        inside: whether a county is of those whose shares are published, (county,).
        plant_inside: the same of each plant, (plant,).
        coal_t: raw coal of plants and fuels, t, in those counties and elsewhere, (2,).
        heat_coal_t: raw coal of power plants and heating boilers, t.
    """

    year: int
    species: tuple[str, ...]
    plants: tuple[Plant, ...]
    counties: tuple[County, ...]
    sectors: tuple[str, ...]
    areas: np.ndarray
    inside: np.ndarray
    plant_inside: np.ndarray
    coal_t: np.ndarray
    heat_coal_t: float

    @property
    def totals(self) -> np.ndarray:
        """Kilograms of each species in all, (species,)."""
        return np.asarray(self.areas.sum((0, 1, 2)) + _emissions(self.plants).sum(0))

    @property
    def shares(self) -> np.ndarray:
        """Share of each species that the counties with published shares emit, (species,)."""
        held = self.areas[:, self.inside].sum((0, 1, 2)) + _emissions(self.plants)[self.plant_inside].sum(0)
        return np.asarray(held / self.totals)


def year_budget(config: PriorConfig, year: int) -> YearBudget:
    """The budget of a year.

    Args:
        config: the prior.
        year: the year.

    Raises:
        ConfigurationError: when plants and fuels emit more than a total, or a sector more fine particles than
            particles.
        InputError: when totals and shares cannot both be met, or the year lies before the first known.
    """
    known, plants = counties(), prior_plants(config, year)
    people, rows = _people(config, known), sector_sums(config, year, plants)
    inside = np.array([_is_inside(county.adcode, config) for county in known])
    plant_inside = np.array([_is_inside(plant.county, config) for plant in plants])
    areas = _fitted(config, rows, people, inside, _wanted(config, rows, plants, plant_inside))
    fuel = np.array(
        [config.fuels[name].coal_mt * _T_PER_MT if name in config.fuels else 0.0 for name in rows]
    )
    by_people = np.array([fuel @ part for part in (_side_shares(people, inside).T)])
    coal = np.array([plant.coal_t for plant in plants])
    at_plants = np.array([coal[plant_inside].sum(), coal[~plant_inside].sum()])
    power = np.array([plant.sector == "power" for plant in plants])
    heat = float(coal[power].sum()) + config.fuels["heating"].coal_mt * _T_PER_MT
    return YearBudget(
        year,
        config.species,
        plants,
        known,
        tuple(rows),
        areas,
        inside,
        plant_inside,
        at_plants + by_people,
        heat,
    )


def _emissions(plants: Sequence[Plant]) -> np.ndarray:
    return np.array([plant.emission for plant in plants])


def _people(config: PriorConfig, known: Sequence[County]) -> np.ndarray:
    """People that count for each area sector, (sector, county, 2)."""
    everyone = np.array([people_of(county) for county in known])
    gas = np.array([county.adcode.startswith(config.gas_heated.members) for county in known])
    counted = []
    for sector in (*config.fuels, *config.remainder):
        weighted = everyone * sector_people(sector, config)
        left = np.where(gas & (sector == "heating"), config.gas_heated.coal_left, 1.0)
        counted.append(weighted * left[:, None])
    return np.array(counted)


def _is_inside(county: str, config: PriorConfig) -> bool:
    return county.startswith(config.balance.members)


def _side_shares(people: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Share of each sector's people inside and outside the counties with published shares, (sector, 2)."""
    by_county = people.sum(-1)
    sides = np.stack([by_county[:, inside].sum(-1), by_county[:, ~inside].sum(-1)], axis=-1)
    return np.asarray(sides / sides.sum(-1, keepdims=True))


def _wanted(
    config: PriorConfig, rows: dict[str, np.ndarray], plants: Sequence[Plant], plant_inside: np.ndarray
) -> np.ndarray:
    """Kilograms that area sectors should emit inside and outside, (2, species); NaN: nothing published."""
    shares = np.array([config.balance.shares.get(name, np.nan) for name in config.species])
    points = _emissions(plants)
    sides = np.stack([points[plant_inside].sum(0), points[~plant_inside].sum(0)])
    total = sum(rows.values()) + sides.sum(0)
    return np.asarray(total * np.stack([shares, 1.0 - shares]) - sides)


def _fitted(
    config: PriorConfig,
    rows: dict[str, np.ndarray],
    people: np.ndarray,
    inside: np.ndarray,
    wanted: np.ndarray,
) -> np.ndarray:
    """Kilograms by sector, county, people and species; sectors of `balance.fixed` follow people alone."""
    parts, columns = _parts(np.array(list(rows.values()))), _parts(wanted)
    if (parts < -1e-6).any():
        sector = list(rows)[int(np.argmin(parts.min(-1)))]
        raise ConfigurationError(
            f"{sector}: expected bc + oc <= pm25 <= pm10",
            where="configs/inventory/prior.yaml", remedy="Correct its shares",
        )  # fmt: skip
    fixed = np.array([sector in config.balance.fixed for sector in rows])
    seed = np.clip(parts, 0.0, None)[:, None, :] * _side_shares(people, inside)[:, :, None]
    for place in range(parts.shape[1]):
        left = columns[:, place] - seed[fixed, :, place].sum(0)
        if not np.isnan(left).any():
            free = seed[~fixed, :, place]
            seed[~fixed, :, place] = balanced(free, free.sum(1), left, f"prior, {config.species[place]}")
    return _whole(np.einsum("kcpd,kds->kcps", _within(people, inside), seed))


def _within(people: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Share of each county's people of each kind on their side, (sector, county, people, side)."""
    sides = np.stack([inside, ~inside], axis=-1)
    held = people[..., None] * sides[None, :, None, :]
    total = held.sum((1, 2), keepdims=True)
    return np.asarray(held / np.where(total > 0, total, np.inf))


def _parts(amounts: np.ndarray) -> np.ndarray:
    """Species as parts that do not overlap: PM2.5 without BC and OC, PM10 without PM2.5; the last axis."""
    parts = amounts.copy()
    parts[..., 3] -= amounts[..., 2]
    parts[..., 2] -= amounts[..., 4] + amounts[..., 5]
    return parts


def _whole(parts: np.ndarray) -> np.ndarray:
    """The inverse of `_parts`."""
    amounts = parts.copy()
    amounts[..., 2] += parts[..., 4] + parts[..., 5]
    amounts[..., 3] += amounts[..., 2]
    return amounts
