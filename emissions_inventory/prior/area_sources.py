"""Area sources of the prior: the people of counties and of towns abroad, laid on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emissions_inventory.emitters import AreaSources
from emissions_inventory.facts import neighbours
from emissions_inventory.labels import source_labels
from emissions_inventory.prior.budget import YearBudget
from emissions_inventory.prior.configuration import PriorConfig
from emissions_inventory.prior.proxies import around, county_fields, town_km
from emissions_inventory.timing import month_shares
from foundation.grids import Grid

__all__ = ["ABROAD", "YearAreas", "county_shares", "monthly_areas", "year_areas"]


ABROAD = ("kazakhstan", "beyond")
"""Regions outside Xinjiang."""


@dataclass(frozen=True)
class YearAreas:
    """What areas emit in a year.

    Attributes:
        sector: ids, (area,).
        region: ids, (area,).
        row: of the cell, (area,).
        column: of the cell, (area,).
        emission: kg, (area, species).
        sectors: ids of the sectors of the budget.
        county_region: region of each county of the budget.
        outside: kg of Xinjiang beyond the grid, (sector, county, species).
    """

    sector: np.ndarray
    region: np.ndarray
    row: np.ndarray
    column: np.ndarray
    emission: np.ndarray
    sectors: tuple[str, ...]
    county_region: tuple[str, ...]
    outside: np.ndarray


def year_areas(budget: YearBudget, config: PriorConfig, grid: Grid) -> YearAreas:
    """Lay the area sectors of a year on the grid; which entries there are does not depend on the year.

    Args:
        budget: of the year.
        config: the prior.
        grid: the grid.
    """
    lie = np.stack([county_fields(county, grid, config.settlement) for county in budget.counties])
    outside = np.einsum("kcps,cp->kcs", budget.areas, 1.0 - lie.sum((2, 3)))
    regions = tuple(source_labels().region_of(county.adcode) for county in budget.counties)
    parts = [*_home(budget, lie, np.array(regions)), *_abroad(config, grid)]
    return YearAreas(
        np.concatenate([np.full(len(part.row), part.sector) for part in parts]),
        np.concatenate([np.full(len(part.row), part.region) for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.emission for part in parts]),
        budget.sectors,
        regions,
        outside,
    )


def monthly_areas(years: dict[int, YearAreas], months: Sequence[str]) -> tuple[AreaSources, np.ndarray]:
    """The area sources of some months, each by the seasons of its region.

    Args:
        years: of every year among the months.
        months: `2026-01`.

    Returns:
        The sources, and the kilograms of Xinjiang beyond the grid, (month, species).
    """
    first = next(iter(years.values()))
    emission, outside = [], []
    for month in months:
        year, number = int(month[:4]), int(month[5:]) - 1
        of_year = years[year]
        share = _shares(of_year.sector, of_year.region, year, number)
        emission.append(of_year.emission * share[:, None])
        outside.append(np.einsum("kcs,kc->s", of_year.outside, county_shares(of_year, month)))
    return AreaSources(first.sector, first.region, first.row, first.column, np.stack(emission)), np.array(
        outside
    )


def county_shares(areas: YearAreas, month: str) -> np.ndarray:
    """Share of the year that a month has for each sector in each county, (sector, county).

    Args:
        areas: of the month's year.
        month: such as `2026-01`.
    """
    year, number = int(month[:4]), int(month[5:]) - 1
    return np.array([
        [month_shares(sector, year, region)[number] for region in areas.county_region]
        for sector in areas.sectors
    ])  # fmt: skip


def _shares(sectors: np.ndarray, regions: np.ndarray, year: int, number: int) -> np.ndarray:
    """Share of the year that a month has for each entry, (area,)."""
    pairs = pd.MultiIndex.from_arrays([sectors, regions])
    place, known = pd.factorize(pairs)
    table = np.array([month_shares(str(sector), year, str(region))[number] for sector, region in known])
    return np.asarray(table[place])


@dataclass(frozen=True)
class _Part:
    """One source: its cells and what they emit, kg, (cell, species)."""

    sector: str
    region: str
    row: np.ndarray
    column: np.ndarray
    emission: np.ndarray


def _home(budget: YearBudget, lie: np.ndarray, regions: np.ndarray) -> list[_Part]:
    people = np.array([county.population_2020 > 0 for county in budget.counties])
    parts = []
    for region in np.unique(regions):
        mine = (regions == region) & people
        row, column = np.nonzero(lie[mine].sum((0, 1)))
        if not len(row):
            continue
        here = lie[mine][:, :, row, column]
        amounts = np.einsum("kcps,cpn->kns", budget.areas[:, mine], here)
        parts += [
            _Part(sector, str(region), row, column, amount)
            for sector, amount in zip(budget.sectors, amounts, strict=True)
        ]
    return parts


def _abroad(config: PriorConfig, grid: Grid) -> list[_Part]:
    settlement, people = config.settlement, dict[str, np.ndarray]()
    for town in neighbours():
        km = town_km(town.population, settlement)
        region = source_labels().region_of_country(town.country)
        lie = town.population * around(town.lon, town.lat, km, grid, settlement.cut)
        people[region] = people.get(region, np.zeros(grid.shape[1:])) + lie
    each = np.array([config.abroad.kg_per_person[name] for name in config.species])
    parts = []
    for region, field in people.items():
        row, column = np.nonzero(field)
        for sector, shares in config.abroad.sectors.items():
            rate = each * np.array([shares[name] for name in config.species])
            parts.append(_Part(sector, region, row, column, field[row, column][:, None] * rate))
    return parts
