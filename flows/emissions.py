"""The emissions of a run: from the bureau's inventory, from the built-in prior, or made up."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from flows.case import IDEALISED, inventory_path
from flows.plan import DayPlan, cache_folder
from foundation.errors import BogdaError
from foundation.grids import Grid
from foundation.provenance import Degradation, versions
from foundation.store import fingerprint

if TYPE_CHECKING:
    from emissions_inventory.inventory import Inventory
    from emissions_inventory.timing import DailyTemperature

_PRIOR_NOTE = Degradation(
    code="prior-emissions",
    chinese="排放为程序内置先验清单，不是本地清单；来源贡献的不确定性大。",
    english="Emissions are the built-in prior, not the bureau's inventory: sources are uncertain.",
)


@dataclass(frozen=True)
class RunEmissions:
    """Emissions of a run.

    Attributes:
        dataset: keeps `EMISSIONS`.
        notes: what stood in for something better.
        totals: sector, region, tag, species, kg_per_day (`ModelEmissions`); None where sectors are unknown.
    """

    dataset: xr.Dataset
    notes: tuple[Degradation, ...] = ()
    totals: pd.DataFrame | None = None


def emissions_of(
    plan: DayPlan, grid: Grid, carried: Sequence[str], times: np.ndarray, weather: xr.Dataset
) -> RunEmissions:
    """Emissions of every hour of a run, by tag.

    Args:
        plan: the run; its case must have emissions.
        grid: the model's grid.
        carried: species of the model.
        times: starts of the hours, UTC.
        weather: of the run; heating follows its temperatures.

    Raises:
        BogdaError: when the inventory cannot be found or read, or does not hold the months of the run.
    """
    if plan.case.emissions is not None and plan.case.emissions.provider == IDEALISED:
        from atmosphere.transport.species import load_species
        from emissions_inventory.idealised import idealised_emissions

        return RunEmissions(idealised_emissions(grid, load_species().select(carried), times))
    from emissions_inventory.model_emissions import model_emissions

    inventory, notes = _inventory(plan, grid, times)
    temperatures, lacking = _temperatures(inventory, weather)
    made = model_emissions(inventory, grid, carried, times, temperatures)
    return RunEmissions(made.dataset, (*notes, *made.notes, *lacking), made.totals)


def _inventory(plan: DayPlan, grid: Grid, times: np.ndarray) -> tuple[Inventory, list[Degradation]]:
    from emissions_inventory.storage import read_inventory
    from emissions_inventory.timing import month_of

    if plan.case.emissions is not None and plan.case.emissions.path is not None:
        return read_inventory(inventory_path(plan.case, plan.folder)), []
    months = sorted(set(map(str, month_of(times))))
    return _kept_prior(grid, months, cache_folder(plan)), [_PRIOR_NOTE]


def _kept_prior(grid: Grid, months: Sequence[str], folder: Path | None) -> Inventory:
    """The prior, from the folder where an earlier run of this version of the program kept it."""
    from emissions_inventory.prior.building import build_prior, prior_inputs
    from emissions_inventory.storage import read_inventory

    if folder is None:
        return build_prior(grid, months)
    facts = [one.sha256 for one in prior_inputs()]
    edges = [grid.lon_edges.tolist(), grid.lat_edges.tolist()]
    key = fingerprint({"grid": edges, "months": list(months), "facts": facts, "program": versions()["bogda"]})
    file = folder / f"prior-{key[:16]}.nc"
    try:
        return read_inventory(file)
    except (BogdaError, OSError):
        return _keep(build_prior(grid, months), file)


def _keep(made: Inventory, file: Path) -> Inventory:
    """Keep an inventory for the next run; one that cannot be kept is made again then."""
    from emissions_inventory.storage import write_inventory

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        write_inventory(made, file)
    except (BogdaError, OSError) as error:
        warnings.warn(f"the prior cannot be kept: {error}", RuntimeWarning, stacklevel=2)
    return made


def _temperatures(
    inventory: Inventory, weather: xr.Dataset
) -> tuple[dict[str, DailyTemperature], list[Degradation]]:
    """Mean temperatures of days at the largest place of each region that the weather covers."""
    from emissions_inventory.facts import counties
    from emissions_inventory.labels import source_labels
    from emissions_inventory.timing import DailyTemperature, covers

    found: dict[str, DailyTemperature] = {}
    for county in sorted(counties(), key=lambda one: -one.population_2020):
        region = source_labels().region_of(county.adcode)
        if region in inventory.regions() and region not in found and covers(weather, county.lon, county.lat):
            found[region] = DailyTemperature.from_weather(weather, county.lon, county.lat, region)
    if any(len(one.dates) for one in found.values()):
        return found, []
    return {}, [Degradation(
        code="heating-by-normals", chinese="气象资料不足一整天，供热按常年气温分配。",
        english="The weather holds no whole day: heating follows normal temperatures.",
    )]  # fmt: skip
