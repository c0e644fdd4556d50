"""Tables of county totals, long or wide, as area sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from emissions_inventory.emitters import AreaSources, PointSources
from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.tables.columns import TableConfig, county_config
from emissions_inventory.tables.county_notes import county_notes
from emissions_inventory.tables.county_totals import county_totals
from emissions_inventory.tables.importing import (
    Progress,
    calendar_months,
    default_uncertainty,
    first_report,
    refuse_bad,
    sectors_in_order,
)
from emissions_inventory.tables.problem_list import check_problem_list
from emissions_inventory.tables.report import ImportReport
from emissions_inventory.tables.spreading import Spread, default_spread, spread_totals
from emissions_inventory.tables.stages import imported, opened
from foundation.grids import Grid

__all__ = ["import_county"]


def import_county(  # noqa: PLR0913 - the choices of an import
    path: str | Path,
    *,
    months: tuple[str, ...],
    grid: Grid,
    year: int,
    spread: Spread | None = None,
    accept_good_rows: bool = False,
    mapping: Path | None = None,
    sheet: str | int | None = None,
    problem_list: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Inventory, ImportReport]:
    """Import county totals, t in the year, as area sources.

    Args:
        path: CSV or a workbook; long (county, sector, species, amount) or wide (a column for each species).
        months: months of the inventory, such as `2026-01`.
        grid: whose cells the emissions are spread over.
        year: of the table, whose profile of months spreads the year.
        spread: where in a county; the proxies of the prior, else a Gaussian around the seat, by default.
        accept_good_rows: import the good rows alone when others are bad.
        mapping: a YAML file of one's own that names headers, units and rules (see `county_config`).
        sheet: name or place (from 0) of the sheet; the first by default.
        problem_list: a CSV file to write every problem to, new or an earlier list, also when refused.
        progress: told stage and share done.

    Returns:
        The inventory and the report, which tells what lies outside the grid.

    Raises:
        InputError: when the file cannot be read, has no header, lacks a column, or states a unit unknown.
        RefusedTableError: when rows are bad and are not to be left out; it carries the report.
        ConfigurationError, RunError: when the mapping is wrong; the list would replace another file.
    """
    check_problem_list(problem_list, path)
    told = progress or (lambda _stage, _share: None)
    config, numbers = county_config(mapping), calendar_months(months)
    told("读表 reading", 0.0)
    read, lines = opened(path, config, sheet)
    totals, report = county_totals(lines, read), first_report(read, lines)
    refuse_bad(report, accept_good_rows, problem_list)
    kept = report.rows_read - report.rows_bad
    told("分配 spreading", 0.6)
    chosen, how = (spread, "用户指定 (given)") if spread is not None else default_spread()
    areas, dropped = spread_totals(totals, species_in(totals), grid, chosen, (year, numbers))
    outside = {name: tonnes for name, tonnes in dropped.items() if tonnes > 0}
    notes = (*report.notes, *county_notes(totals), f"县内分配：{how}")
    inventory = _inventory(areas, totals, months, grid, config)
    made = imported(inventory, replace(report, notes=notes), "county table", kept, outside)
    told("完成 done", 1.0)
    return made


def species_in(totals: pd.DataFrame) -> tuple[str, ...]:
    """Species that occur, in the order of `SPECIES`."""
    return tuple(name for name in SPECIES if name in set(totals["species"]))


def _inventory(
    areas: AreaSources, totals: pd.DataFrame, months: tuple[str, ...], grid: Grid, config: TableConfig
) -> Inventory:
    species, sectors = species_in(totals), sectors_in_order(totals["sector"].to_numpy(object))
    uncertainty = default_uncertainty(config, species, sectors)
    nothing = PointSources.none(len(months), len(species))
    return Inventory(grid, months, species, areas, nothing, uncertainty, "区县排放表 County table")
