"""Workbooks from sheets of rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foundation.errors import InputError, RunError
from sources.receptor.results import Factorisation
from sources.receptor.run_comparison import compare_runs
from sources.receptor.workbooks.base_run import Sheet, contributions, profiles, residuals, run_comparison
from sources.receptor.workbooks.diagnostics import base_runs, input_statistics

__all__ = ["write_workbooks"]


def write_workbooks(
    found: Factorisation, folder: str | Path, prefix: str, total: str | None = None,
    species: Sequence[dict[str, object]] = (),
) -> list[Path]:  # fmt: skip
    """Write `PREFIX_base.xlsx` and `PREFIX_diagnostics.xlsx` as EPA PMF 5 does.

    Names of files, sheets, tables and columns are those that public readers of EPA PMF 5's files look for:
    pyPMF (Weber), pmfr (Grange) and others; `docs/sources/receptor.md` says what could not be checked.
    `PREFIX_base.xlsx` holds Profiles, Contributions, Residuals and Run Comparison of the solution,
    `PREFIX_diagnostics.xlsx` the sheets Input and Base Runs.

    Args:
        found: a solution with its starts, as factorised; one read from a folder lacks the other starts.
        folder: where to write.
        prefix: first part of the names.
        total: species that is the total variable.
        species: of each species as read, its category and signal to noise, with `prepared_samples`.

    Raises:
        InputError: when there is no such species.
        RunError: when no library that writes workbooks is installed.
    """
    if total is not None and total not in found.samples.species:
        raise InputError(f"unknown species {total!r}", remedy=f"Known: {', '.join(found.samples.species)}")
    runs = compare_runs(found)
    books: dict[str, dict[str, Sheet]] = {
        f"{prefix}_base.xlsx": {
            "Profiles": profiles(found, total), "Contributions": contributions(found, total),
            "Residuals": residuals(found), "Run Comparison": run_comparison(found, runs, total),
        },
        f"{prefix}_diagnostics.xlsx": {
            "Input": input_statistics(found, species), "Base Runs": base_runs(found, runs),
        },
    }  # fmt: skip
    return [_write(Path(folder) / name, sheets) for name, sheets in books.items()]


def _write(path: Path, sheets: dict[str, Sheet]) -> Path:
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise RunError("openpyxl is not installed", remedy="pip install openpyxl") from error
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path
