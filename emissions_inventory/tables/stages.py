"""How the import of every table begins and ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emissions_inventory.inventory import Inventory
from emissions_inventory.tables.columns import TableConfig
from emissions_inventory.tables.headers import find_layout
from emissions_inventory.tables.lines import Lines, lines_of
from emissions_inventory.tables.report import ImportReport, tonnes_by_sector
from emissions_inventory.tables.sheets import Sheet, read_sheet
from foundation.provenance import record_input

__all__ = ["imported", "opened"]


def opened(path: str | Path, config: TableConfig, sheet: str | int | None) -> tuple[Sheet, Lines]:
    """The sheet of a table and its lines.

    Args:
        path: CSV or a workbook.
        config: headers, units and rules.
        sheet: name or place (from 0) of the sheet; the first by default.

    Raises:
        InputError: when the file cannot be read, has no header, lacks a column, or states a unit unknown.
    """
    read = read_sheet(path, config.limits, sheet)
    return read, lines_of(read, find_layout(read, config), config)


def imported(
    inventory: Inventory,
    report: ImportReport,
    role: str,
    rows: int,
    dropped_t: dict[str, float] | None = None,
) -> tuple[Inventory, ImportReport]:
    """The inventory with the step of its import on the trail, and the report as it ends.

    Args:
        inventory: as imported.
        report: with all notes.
        role: what the table is, such as `county table`.
        rows: imported.
        dropped_t: what lies outside the grid, t by species.
    """
    outside = dropped_t or {}
    detail = f"{role}, {rows} of {report.rows_read} rows"
    made = inventory.after(
        "import", detail, inputs=(record_input(report.path, role),), dropped_t=outside, notes=report.notes
    )
    totals, sectors = tonnes_by_sector(made)
    return made, replace(report, rows_imported=rows, totals_t=totals, sectors_t=sectors, dropped_t=outside)
