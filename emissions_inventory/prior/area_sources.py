"""Area sources of the prior: the people of counties and of towns abroad, laid on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emissions_inventory.emitters import AreaSources
from emissions_inventory.facts.shipped import neighbours
from emissions_inventory.labels import source_labels
from emissions_inventory.prior.budget import YearBudget
from emissions_inventory.prior.configuration import PriorConfig
from emissions_inventory.prior.proxies import around, county_fields
from foundation.grids import Grid

__all__ = ["YearAreas", "monthly_areas", "year_areas"]


@dataclass(frozen=True)
class YearAreas:
    """What areas emit in a year.

    Attributes:
        sector: ids, (area,).
        region: ids, (area,).
        row: of the cell, (area,).
        column: of the cell, (area,).
        emission: kg, (area, species).
        outside: kg of Xinjiang beyond the grid by sector, in the order of the budget, (sector, species).
    """

    sector: np.ndarray
    region: np.ndarray
    row: np.ndarray
    column: np.ndarray
    emission: np.ndarray
    outside: np.ndarray


def year_areas(budget: YearBudget, config: PriorConfig, grid: Grid) -> YearAreas:
    """Lay the area sectors of a year on the grid; the entries do not depend on the year.

    Args:
        budget: of the year.
        config: the prior.
        grid: the grid.
    """
    lie = np.stack([county_fields(county, grid) for county in budget.counties])
    held = np.einsum("kcps,cp->ks", budget.areas, lie.sum((2, 3)))
    parts = [*_home(budget, lie), *_abroad(config, grid)]
    return YearAreas(
        np.concatenate([np.full(len(part.row), part.sector) for part in parts]),
        np.concatenate([np.full(len(part.row), part.region) for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.emission for part in parts]),
        budget.areas.sum((1, 2)) - held,
    )


def monthly_areas(years: dict[int, YearAreas], months: Sequence[str], shares: np.ndarray) -> AreaSources:
    """The area sources of some months.

    Args:
        years: of every year among the months.
        months: `2026-01`.
        shares: share of the year that each month has, by area entry, (month, area).
    """
    first = next(iter(years.values()))
    emission = np.stack([
        years[int(month[:4])].emission * share[:, None] for month, share in zip(months, shares, strict=True)
    ])  # fmt: skip
    return AreaSources(first.sector, first.region, first.row, first.column, emission)


@dataclass(frozen=True)
class _Part:
    """One source: its cells and what they emit, kg, (cell, species)."""

    sector: str
    region: str
    row: np.ndarray
    column: np.ndarray
    emission: np.ndarray


def _home(budget: YearBudget, lie: np.ndarray) -> list[_Part]:
    regions = np.array([source_labels().region_of(county.adcode) for county in budget.counties])
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
        km = np.clip(settlement.urban_km_per_root_person * np.sqrt(town.population), *settlement.urban_km)
        region = source_labels().region_of_country(town.country)
        lie = town.population * around(town.lon, town.lat, float(km), grid)
        people[region] = people.get(region, np.zeros(grid.shape[1:])) + lie
    each = np.array([config.abroad.kg_per_person[name] for name in config.species])
    parts = []
    for region, field in people.items():
        row, column = np.nonzero(field)
        for sector, shares in config.abroad.sectors.items():
            rate = each * np.array([shares[name] for name in config.species])
            parts.append(_Part(sector, region, row, column, field[row, column][:, None] * rate))
    return parts
