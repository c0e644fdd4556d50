"""What the importers of tables share: months, refusal, notes, uncertainty."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from emissions_inventory.labels import source_labels
from emissions_inventory.tables.columns import TableConfig
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.problem_list import write_problems
from emissions_inventory.tables.problems import RefusedTableError
from emissions_inventory.tables.report import ImportReport
from emissions_inventory.tables.sheets import Sheet
from foundation.errors import InputError

__all__ = [
    "Progress",
    "calendar_months",
    "default_uncertainty",
    "first_report",
    "month_share_table",
    "refuse_bad",
]

Progress = Callable[[str, float], None]
"""Told the stage and the share that is done, 0 to 1."""

_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")


def calendar_months(months: Sequence[str]) -> tuple[int, ...]:
    """Calendar months, 1 to 12, of names such as `2026-01`.

    Raises:
        InputError: when there are none, or one is no month or is given twice.
    """
    matches = [_MONTH.match(month) for month in months]
    numbers = tuple(int(match[2]) if match else 0 for match in matches)
    wrong = [month for month, number in zip(months, numbers, strict=True) if not 1 <= number <= 12]
    if wrong or not months or len(set(months)) != len(months):
        raise InputError(
            f"months: expected different months such as 2026-01, got {', '.join(months) or 'none'}",
            remedy="Give each month once as YYYY-MM",
        )
    return numbers


def month_share_table(sector: np.ndarray, region: np.ndarray, year: int, months: Sequence[int]) -> np.ndarray:
    """Share of each month of the year's emission, (month, line), by the sector's profile in its region.

    Lines of unknown sector have 0.

    Raises:
        InputError: when a profile does not add up to 1.
    """
    from emissions_inventory import timing

    shares = np.zeros((len(months), len(sector)))
    pairs = (pd.Series(sector.astype(object)) + "\x1f" + pd.Series(region.astype(object))).to_numpy(object)
    codes, unique = pd.factorize(pairs)
    for place, pair in enumerate(unique):
        name, _, where = str(pair).partition("\x1f")
        if name:
            profile = np.asarray(timing.month_shares(name, year, where), float)
            if profile.shape != (12,) or not abs(profile.sum() - 1.0) <= 1e-9:
                raise InputError(f"shares of months of {name} do not add up to 1", where="month_shares")
            shares[:, codes == place] = profile[np.array(months) - 1][:, None]
    return shares


def default_uncertainty(
    config: TableConfig, species: tuple[str, ...], sectors: Sequence[str]
) -> xr.DataArray:
    """Standard deviation of the logarithm of each sector's total, (sector, species)."""
    chosen = config.uncertainty
    factor = np.array([chosen.sector_factor.get(sector, 1.0) for sector in sectors])
    value = np.outer(factor, [chosen.species[name] for name in species]).reshape(len(sectors), len(species))
    return xr.DataArray(
        value, dims=("sector", "species"), coords={"sector": list(sectors), "species": list(species)}
    )


def sectors_in_order(sector: np.ndarray) -> list[str]:
    """Sectors that occur, in the order of the labels."""
    found = set(map(str, np.unique(sector.astype(str))))
    return [name for name in source_labels().sector_ids() if name in found]


def first_report(sheet: Sheet, lines: Lines) -> ImportReport:
    """The report before anything is imported."""
    for label, near in lines.layout.unknown:
        lines.problems.add_column("unknown_header", label, expected=f" ({near}?)" if near else "")
    bad = int(lines.problems.bad.sum())
    skipped = sum(map(len, lines.skipped.values()))
    return ImportReport(
        str(sheet.path),
        sheet.name,
        sheet.encoding,
        len(lines),
        0,
        bad,
        skipped,
        lines.problems.sorted(),
        notes=_notes(sheet, lines),
    )


def _notes(sheet: Sheet, lines: Lines) -> tuple[str, ...]:
    notes = []
    words = {"totals": ("合计行", "rows of sums"), "notes": ("单格说明行", "rows with one cell")}
    words["footers"] = ("表尾行", "rows of the footer")
    for reason, rows in lines.skipped.items():
        if rows:
            shown = ", ".join(map(str, rows[:8])) + ("…" if len(rows) > 8 else "")
            notes.append(f"略过{words[reason][0]} {shown} ({words[reason][1]} were left out: {shown})")
    if lines.mended:
        shown = ", ".join(f"{label}: {count}" for label, count in lines.mended.items())
        notes.append(f"按数读入的文本单元格 (cells of text read as numbers): {shown}")
    if len(sheet.sheets) > 1:
        others = ", ".join(name for name in sheet.sheets if name != sheet.name)
        notes.append(f"其他工作表未读 (other sheets were not read): {others}")
    return tuple(notes)


def refuse_bad(report: ImportReport, accept_good_rows: bool, problem_list: Path | None) -> None:
    """Write the list of problems where asked; refuse a table with bad rows unless they may be left out.

    Raises:
        RefusedTableError: how many rows are bad, the first, and where the list is; or no row is good.
        RunError: when the list cannot be written.
    """
    if problem_list is not None:
        write_problems(report.problems, problem_list)
    listed = (
        f"the full list is in {problem_list}"
        if problem_list
        else "name a file for the full list with --problems"
    )
    where = report.path + (f", sheet {report.sheet}" if report.sheet else "")
    if not report.rows_read:
        raise RefusedTableError(
            "no rows of data under the header", where=where, remedy="Fill in the table", report=report
        )
    if not report.rows_bad or (accept_good_rows and report.rows_bad < report.rows_read):
        return
    first = next(one for one in report.problems if one.serious)
    remedy = f"Mend them, or import the good rows alone with --accept-good-rows; {listed}"
    if report.rows_bad == report.rows_read:
        remedy = f"No row is good: check header and units; {listed}"
    raise RefusedTableError(
        f"{report.rows_bad} of {report.rows_read} rows are bad; the first: {first.line()}",
        where=where,
        remedy=remedy,
        report=report,
    )
