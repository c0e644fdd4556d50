"""The prior as an inventory on a grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from emissions_inventory.emitters import PointSources, Stacks
from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.prior.area_sources import YearAreas, monthly_areas, year_areas
from emissions_inventory.prior.budget import YearBudget, year_budget
from emissions_inventory.prior.configuration import PriorConfig, prior_config
from emissions_inventory.prior.plants import Plant
from emissions_inventory.timing import month_shares
from foundation.grids import Grid
from foundation.provenance import InputRecord, record_text

__all__ = ["TITLE", "build_prior", "prior_inputs"]

TITLE = "内置先验清单（非实测） Built-in prior, not a measured inventory"

_FACTS = ("counties.csv", "neighbours.csv", "power_plants.csv", "industrial_plants.csv", "prior.yaml",
          "heights.yaml", "timing.yaml", "heating.yaml", "temperature_normals.yaml")  # fmt: skip


def build_prior(
    grid: Grid, months: Sequence[str], config: PriorConfig | None = None,
    progress: Callable[[str], None] | None = None,
) -> Inventory:  # fmt: skip
    """The built-in prior on a grid.

    Args:
        grid: the grid.
        months: calendar months in Beijing time, `2026-01`, in order.
        config: the prior's numbers; those that ship with the program by default.
        progress: told what is being made.

    Raises:
        ConfigurationError: when the numbers contradict each other.
        InputError: when totals and shares cannot both be met.
    """
    config, tell = config or prior_config(), progress or (lambda _: None)
    budgets: dict[int, YearBudget] = {}
    areas: dict[int, YearAreas] = {}
    for year in sorted({int(month[:4]) for month in months}):
        tell(f"prior of {year}")
        budgets[year] = year_budget(config, year)
        areas[year] = year_areas(budgets[year], config, grid)
    sectors = list(config.uncertainty)
    shares = {(sector, year): month_shares(sector, year) for sector in sectors for year in budgets}
    first = next(iter(areas.values()))
    laid = monthly_areas(
        areas, months, np.stack([_of_month(shares, first.sector, month) for month in months])
    )
    points, dropped = _points(budgets, grid, months, shares)
    for month in months:
        of_sectors = np.array(budgets[int(month[:4])].sectors)
        dropped = dropped + _of_month(shares, of_sectors, month) @ areas[int(month[:4])].outside
    uncertainty = xr.DataArray(
        [config.uncertainty[name] for name in sectors], dims=("sector", "species"),
        coords={"sector": sectors, "species": list(config.species)},
    )  # fmt: skip
    made = Inventory(grid, tuple(months), config.species, laid, points, uncertainty, TITLE)
    return made.after(
        "prior", f"built-in prior for {', '.join(months)}", notes=_notes(config, budgets),
        dropped_t=dict(zip(config.species, map(float, dropped / 1000.0), strict=True)),
        inputs=prior_inputs(),
    )  # fmt: skip


def prior_inputs() -> tuple[InputRecord, ...]:
    """The shipped files that the prior is made from, with their hashes."""
    return tuple(record_text(f"inventory/{name}", "built-in prior") for name in _FACTS)


def _of_month(shares: dict[tuple[str, int], np.ndarray], sectors: np.ndarray, month: str) -> np.ndarray:
    """Share of the year that a month has, for each of some sectors, (sector,)."""
    year, number = int(month[:4]), int(month[5:]) - 1
    known, place = np.unique(sectors, return_inverse=True)
    return np.array([shares[str(sector), year][number] for sector in known])[place]


def _points(
    budgets: dict[int, YearBudget], grid: Grid, months: Sequence[str],
    shares: dict[tuple[str, int], np.ndarray],
) -> tuple[PointSources, np.ndarray]:  # fmt: skip
    """The plants inside the grid, and the kilograms of those outside, (species,)."""
    plants = list({plant.id: plant for budget in budgets.values() for plant in budget.plants}.values())
    sector = np.array([plant.sector for plant in plants])
    emission = np.stack([
        _emissions(plants, budgets[int(month[:4])]) * _of_month(shares, sector, month)[:, None]
        for month in months
    ])  # fmt: skip
    inside = np.array([grid.cell_of(plant.lon, plant.lat) is not None for plant in plants])
    text = {
        "id": [f"prior:{plant.id}" for plant in plants], "name": [plant.name for plant in plants],
        "region": [source_labels().region_of(plant.county) for plant in plants],
        "county": [plant.county for plant in plants], "grade": ["" for _ in plants],
    }  # fmt: skip
    points = PointSources(
        **{name: np.array(values) for name, values in text.items()}, sector=sector,
        lon=np.array([plant.lon for plant in plants]), lat=np.array([plant.lat for plant in plants]),
        stacks=Stacks(*np.array([plant.stack for plant in plants]).T), emission=emission,
    )  # fmt: skip
    return points.take(inside), np.asarray(emission[:, ~inside].sum((0, 1)))


def _emissions(plants: Sequence[Plant], budget: YearBudget) -> np.ndarray:
    """Kilograms of each plant in the year of a budget, (plant, species); 0 for those that do not run yet."""
    running = {plant.id: plant.emission for plant in budget.plants}
    nothing = np.zeros(len(budget.species))
    return np.array([running.get(plant.id, nothing) for plant in plants])


def _notes(config: PriorConfig, budgets: dict[int, YearBudget]) -> tuple[str, ...]:
    last, year = max(config.totals_kt), max(budgets)
    notes = [f"totals of {last} stand for {year}"] if year > last else []
    if typical := sum(plant.typical for plant in budgets[year].plants):
        notes.append(f"{typical} plants of unknown size have a typical one")
    return (*notes, "stacks of plants are typical ones of their kind and size")
