"""How fast a large enterprise table imports, and whether its report is right."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np

from emissions_inventory.tables.enterprise import import_enterprise
from emissions_inventory.tables.importing import month_share_table
from emissions_inventory.tables.made_table import MadeTable, make_table, write_csv, write_workbook
from foundation.grids import Grid

__all__ = ["tables_benchmark"]

_MONTH = "2026-01"


def tables_benchmark(folder: str | Path, rows: int = 20_000, bad_share: float = 0.02) -> dict[str, object]:
    """Make a table of enterprises, import it as CSV and as XLSX, and measure both.

    Args:
        folder: where the made tables are written.
        rows: number of stacks.
        bad_share: share of rows with one serious fault each.

    Returns:
        Plain data: rows, bad rows made; and for `csv` and `xlsx` seconds, MiB, bad rows found, and the
        largest relative difference of a species' total from the sum over the good rows, which the made
        table knows.
    """
    table = make_table(rows, bad_share)
    where = Path(folder)
    where.mkdir(parents=True, exist_ok=True)
    files = {"csv": write_csv(table, where / "made.csv"), "xlsx": write_workbook(table, where / "made.xlsx")}
    return {
        "rows": rows, "columns": len(table.cells.columns), "bad_rows_made": len(table.bad), "month": _MONTH,
        **{kind: _measure(file, table) for kind, file in files.items()},
    }  # fmt: skip


def _measure(file: Path, table: MadeTable) -> dict[str, object]:
    started = time.perf_counter()
    inventory, report = import_enterprise(
        file, months=(_MONTH,), grid=_grid(), year=2026, accept_good_rows=True
    )
    report.as_dict()
    seconds = time.perf_counter() - started
    good = np.setdiff1d(np.arange(len(table.cells)), table.bad)
    shares = month_share_table(inventory.points.sector, inventory.points.region, 2026, (1,))[0]
    right = len(shares) == len(good)
    expected = (
        (table.annual_kg[good] * shares[:, None]).sum(0) if right else np.full(len(table.species), np.nan)
    )
    found = inventory.points.emission[0].sum(0)
    change = float(np.abs(found / expected - 1.0).max()) if right else math.nan
    return {
        "seconds": round(seconds, 3), "mib": round(file.stat().st_size / 2**20, 2),
        "bad_rows_found": report.rows_bad, "imported": report.rows_imported,
        "problems": len(report.problems), "largest_change": change if math.isfinite(change) else None,
    }  # fmt: skip


def _grid() -> Grid:
    return Grid(np.linspace(73.0, 97.0, 241), np.linspace(34.0, 50.0, 161), np.array([0.0, 20.0]))
