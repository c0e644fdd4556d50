"""The prior as an inventory on a grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.prior.area_sources import ABROAD, YearAreas, county_shares, monthly_areas, year_areas
from emissions_inventory.prior.budget import YearBudget, year_budget
from emissions_inventory.prior.configuration import PRIOR_FILES, PriorConfig, prior_config
from emissions_inventory.prior.point_sources import monthly_points
from emissions_inventory.timing import month_shares
from emissions_inventory.trail import check_kept
from foundation.grids import Grid
from foundation.provenance import InputRecord, record_text

__all__ = ["TITLE", "build_prior", "prior_inputs"]

TITLE = "内置先验清单（非实测） Built-in prior, not a measured inventory"


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
        InputError: when totals and shares cannot both be met, or a year lies before the first known.
    """
    used, tell = config or prior_config(), progress or (lambda _: None)
    years = sorted({int(month[:4]) for month in months})
    budgets = {year: year_budget(used, year) for year in years}
    tell("areas")
    areas = {year: year_areas(budgets[year], used, grid) for year in years}
    laid, outside_areas = monthly_areas(areas, months)
    tell("points")
    points, outside_points = monthly_points(budgets, grid, months)
    made = Inventory(grid, tuple(months), used.species, laid, points, _uncertainty(used), TITLE)
    check_kept(_expected(budgets, areas, months), _held(made) + outside_areas + outside_points, "prior")
    dropped = (outside_areas + outside_points).sum(0) / 1000.0
    return made.after(
        "prior", f"built-in prior for {', '.join(months)}", notes=_notes(used, budgets, config),
        dropped_t=dict(zip(used.species, map(float, dropped), strict=True)), inputs=prior_inputs(),
    )  # fmt: skip


def prior_inputs() -> tuple[InputRecord, ...]:
    """The shipped files that the prior is made from, with their hashes."""
    return tuple(record_text(name, "built-in prior") for name in PRIOR_FILES)


def _uncertainty(config: PriorConfig) -> xr.DataArray:
    sectors = list(config.uncertainty)
    return xr.DataArray(
        [config.uncertainty[name] for name in sectors], dims=("sector", "species"),
        coords={"sector": sectors, "species": list(config.species)},
    )  # fmt: skip


def _held(made: Inventory) -> np.ndarray:
    """What an inventory has of Xinjiang, kg, (month, species)."""
    totals = made.totals()
    home = [name for name in map(str, totals["region"].values) if name not in ABROAD]
    return np.asarray(totals.sel(region=home).sum(("sector", "region")).values)


def _expected(
    budgets: dict[int, YearBudget], areas: dict[int, YearAreas], months: Sequence[str]
) -> np.ndarray:
    """What Xinjiang emits in each month by the budgets, whatever the grid, kg, (month, species)."""
    rows = []
    for month in months:
        year, number = int(month[:4]), int(month[5:]) - 1
        budget = budgets[year]
        share = county_shares(areas[year], month)
        of_points = [
            plant.emission * month_shares(plant.sector, year, source_labels().region_of(plant.county))[number]
            for plant in budget.plants
        ]
        rows.append(np.einsum("kcps,kc->s", budget.areas, share) + np.sum(of_points, axis=0))
    return np.array(rows)


def _notes(config: PriorConfig, budgets: dict[int, YearBudget], given: PriorConfig | None) -> tuple[str, ...]:
    last, year = max(config.totals_kt), max(budgets)
    notes = ["the numbers are not those of configs/inventory/prior.yaml"] if given is not None else []
    if year > last:
        notes.append(f"after {last} totals change with plants and fuels alone")
    if typical := sum(plant.typical for plant in budgets[year].plants):
        notes.append(f"{typical} plants of unknown size have a typical one")
    return (*notes, "stacks of plants are typical ones of their kind and size")
