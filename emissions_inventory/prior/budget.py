"""What each county emits in a year: plants, fuels and the remainder, fitted to published sums and shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emissions_inventory.facts.rows import County
from emissions_inventory.facts.shipped import counties
from emissions_inventory.prior.balancing import balanced
from emissions_inventory.prior.configuration import PriorConfig
from emissions_inventory.prior.plants import Plant, prior_plants
from emissions_inventory.prior.proxies import people_of, sector_people
from emissions_inventory.prior.years import in_year
from foundation.errors import ConfigurationError, InputError

__all__ = ["YearBudget", "year_budget"]

_KG_PER_KT = 1e6
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
        coal_t: coal of plants and fuels, t, in the counties of the balance and elsewhere, (2,).
    """

    year: int
    species: tuple[str, ...]
    plants: tuple[Plant, ...]
    counties: tuple[County, ...]
    sectors: tuple[str, ...]
    areas: np.ndarray
    coal_t: np.ndarray

    def share(self, config: PriorConfig) -> np.ndarray:
        """Share of each species that the counties of the balance emit, (species,)."""
        inside = _inside(self.counties, config)
        held = self.areas[:, inside].sum((0, 1, 2)) + _sum(self.plants, config, inside=True)
        return np.asarray(held / self.totals(config))

    def totals(self, config: PriorConfig) -> np.ndarray:
        """Kilograms of each species in all, (species,)."""
        points = _sum(self.plants, config, inside=True) + _sum(self.plants, config, inside=False)
        return np.asarray(self.areas.sum((0, 1, 2)) + points)


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
    if year < (first := min(config.totals_kt)):
        raise InputError(f"no prior for {year}", remedy=f"It begins in {first}; import an inventory instead")
    known, plants = counties(), prior_plants(config, year)
    people = _people(config, known)
    rows = _sector_sums(config, year, plants)
    inside = _inside(known, config)
    columns = _column_sums(config, year, plants)
    areas = _fitted(rows, columns, people, inside)
    fuel = np.array(
        [config.fuels[name].coal_mt * _T_PER_MT if name in config.fuels else 0.0 for name in rows]
    )
    weights = people.sum(-1) / people.sum((1, 2))[:, None]
    at_plants = [
        sum(p.coal_t for p in plants if _is_inside(p.county, config) is side) for side in (True, False)
    ]
    by_people = [float(fuel @ weights[:, side].sum(-1)) for side in (inside, ~inside)]
    return YearBudget(year, config.species, plants, known, tuple(rows), areas, np.add(at_plants, by_people))


def _people(config: PriorConfig, known: Sequence[County]) -> np.ndarray:
    """People that count for each area sector, (sector, county, 2)."""
    everyone = np.array([people_of(county) for county in known])
    left = np.array([
        config.gas_heated.coal_left if county.adcode.startswith(config.gas_heated.members) else 1.0
        for county in known
    ])  # fmt: skip
    counted = []
    for sector in (*config.fuels, *config.remainder):
        weighted = everyone * sector_people(sector)
        counted.append(weighted * left[:, None] if sector == "heating" else weighted)
    return np.array(counted)


def _sector_sums(config: PriorConfig, year: int, plants: Sequence[Plant]) -> dict[str, np.ndarray]:
    """Kilograms of each area sector: fuels, then what is left of the totals."""
    control = in_year(config.control, year, config.species)
    totals = _totals(config, year)
    sums: dict[str, np.ndarray] = {}
    for sector, fuel in config.fuels.items():
        factors = np.array([fuel.g_per_kg[name] for name in config.species])
        sums[sector] = fuel.coal_mt * _T_PER_MT * factors * control
    left = totals - sum(plant.emission for plant in plants) - sum(sums.values())
    if (left < 0).any():
        first = int(np.argmin(left))
        raise ConfigurationError(
            f"plants and fuels emit more {config.species[first]} in {year} than the total of "
            f"{totals[first] / _KG_PER_KT:g} kt",
            where="configs/inventory/prior.yaml", remedy="Correct totals_kt or the factors",
        )  # fmt: skip
    for sector, shares in config.remainder.items():
        sums[sector] = left * np.array([shares[name] for name in config.species])
    return sums


def _totals(config: PriorConfig, year: int) -> np.ndarray:
    values = {known: total.values for known, total in config.totals_kt.items()}
    return np.asarray(in_year(values, year, config.species) * _KG_PER_KT)


def _column_sums(config: PriorConfig, year: int, plants: Sequence[Plant]) -> np.ndarray:
    """Kilograms of area sectors inside and outside the counties of the balance, (2, species); NaN: free."""
    shares = np.array([config.balance.shares.get(name, np.nan) for name in config.species])
    wanted = _totals(config, year) * np.stack([shares, 1.0 - shares])
    return np.asarray(wanted - np.stack([_sum(plants, config, inside=side) for side in (True, False)]))


def _sum(plants: Sequence[Plant], config: PriorConfig, *, inside: bool) -> np.ndarray:
    found = [plant.emission for plant in plants if _is_inside(plant.county, config) is inside]
    return np.sum(found, axis=0) if found else np.zeros(len(config.species))


def _is_inside(county: str, config: PriorConfig) -> bool:
    return county.startswith(config.balance.members)


def _inside(known: Sequence[County], config: PriorConfig) -> np.ndarray:
    return np.array([_is_inside(county.adcode, config) for county in known])


def _fitted(
    rows: dict[str, np.ndarray], columns: np.ndarray, people: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """Kilograms by sector, county, people and species that meet both sums."""
    parts, side_sums = _parts(np.array(list(rows.values()))), _parts(columns)
    if (parts < -1e-6).any():
        sector = list(rows)[int(np.argmin(parts.min(-1)))]
        raise ConfigurationError(
            f"{sector}: expected bc + oc <= pm25 <= pm10",
            where="configs/inventory/prior.yaml", remedy="Correct its shares",
        )  # fmt: skip
    sides = np.stack([inside, ~inside], axis=-1).astype(float)
    by_side = people.sum(-1) @ sides
    weight = np.einsum("kcp,cd,kd->kcpd", people, sides, 1.0 / np.where(by_side > 0, by_side, np.inf))
    made = []
    for place in range(parts.shape[1]):
        row = np.clip(parts[:, place], 0.0, None)
        seed = row[:, None] * by_side / by_side.sum(-1, keepdims=True)
        column = side_sums[:, place]
        table = seed if np.isnan(column).any() else balanced(seed, row, column, "prior")
        made.append(np.einsum("kcpd,kd->kcp", weight, table))
    return _whole(np.stack(made, axis=-1))


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
