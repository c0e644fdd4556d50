"""Tables of samples: names of species, a row of units where there is one, dates, and values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foundation.errors import InputError
from sources.receptor.samples import Array
from sources.receptor.table_rows import Kind, rows_of

__all__ = ["Table", "is_number", "read_table"]

_MISSING_WORDS = {"", "nan", "na", "n/a", "-999", "-99", "null"}
_MISSING_CODES = (-999.0, -99.0)
_IDENTITIES = {
    "id",
    "sample id",
    "sampleid",
    "sample_id",
    "site",
    "station",
    "aqs id",
    "编号",
    "样品编号",
    "站点",
}


@dataclass(frozen=True)
class Table:
    """A table as read: NaN where a value is missing.

    Attributes:
        path: file, and sheet of a workbook.
        times: one per sample; where a column of sample identities makes dates unique, with it before them.
        species: names.
        values: (samples, species).
        units: one per species; empty where the file gives none.
        notes: what was left out.
    """

    path: str
    times: tuple[str, ...]
    species: tuple[str, ...]
    values: Array
    units: tuple[str, ...]
    notes: tuple[str, ...]


def read_table(path: str | Path, kind: Kind = "concentrations") -> Table:
    """Read a table: species in columns, one row per date.

    A second row of units and a first column of sample identities may be there, as in files for EPA PMF 5.

    Args:
        path: CSV, the `.txt` of EPA PMF, or a workbook (`FILE.xlsx` or `FILE.xlsx#SHEET`).
        kind: tells which sheet of a workbook.

    Raises:
        InputError: with file, row and species, when it cannot be read.
    """
    where, rows = rows_of(path, kind)
    if len(rows) < 2:
        raise InputError("no samples below the header", where=where)
    rows = _without_identities(rows)
    species = tuple(name.strip() for name in rows[0][1:])
    _check_names(species, where)
    units = _units(rows[1], len(species))
    first = 2 if units else 1
    body = [_fitted(row, len(species), number, where) for number, row in enumerate(rows[first:], first + 1)]
    while body and not body[-1][0].strip() and all(map(_is_missing, body[-1][1:])):
        body.pop()
    notes = []
    if body and not body[-1][0].strip():
        notes.append(f"{Path(where).name}: the last row has no date and is left out")
        body.pop()
    values = np.array([[_number(cell, species, at, row, where) for at, cell in enumerate(row[1:])]
                       for row in body]).reshape(len(body), len(species))  # fmt: skip
    times = tuple(row[0].strip() for row in body)
    _check_times(times, where, first + 1)
    return Table(where, times, species, values, units, tuple(notes))


def is_number(cell: str) -> bool:
    """Whether a cell holds a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _without_identities(rows: list[list[str]]) -> list[list[str]]:
    """Rows without a first column of identities, which go before the dates where these are not unique."""
    if len(rows[0]) < 3 or rows[0][0].strip().lower() not in _IDENTITIES:
        return rows
    dates = [row[1] for row in rows[1:] if len(row) > 1 and row[1].strip()]
    if len(set(dates)) == len(dates):
        return [row[1:] for row in rows]
    return [rows[0][1:], *([f"{row[0]} {row[1]}", *row[2:]] for row in rows[1:])]


def _units(row: list[str], species: int) -> tuple[str, ...]:
    """The units, when a row without a date holds words where values are expected."""
    cells = [cell.strip() for cell in row[-species:]]
    words = [cell for cell in cells if not _is_missing(cell)]
    if len(row) < species or not words or any(is_number(cell) for cell in words):
        return ()
    dated = len(row) > species and any(letter.isdigit() for letter in row[0])
    return () if dated else tuple(cells)


def _fitted(row: list[str], species: int, number: int, where: str) -> list[str]:
    """A row with one field per column: date and hour may be apart, trailing blanks lack or abound."""
    if len(row) == species + 2 and ":" in row[1]:
        row = [f"{row[0]} {row[1]}", *row[2:]]
    while len(row) > species + 1 and not row[-1].strip():
        row = row[:-1]
    if not any(cell.strip() for cell in row):
        row = [""] * (species + 1)
    if len(row) == species and is_number(row[0]):
        row = ["", *row]
    if len(row) != species + 1:
        raise InputError(f"expected {species + 1} fields, got {len(row)}", where=f"{where}, row {number}")
    return row


def _check_names(species: tuple[str, ...], where: str) -> None:
    if not species or not all(species):
        raise InputError("a column has no name", where=f"{where}, row 1", remedy="Name every species")
    twice = [name for name in species if species.count(name) > 1]
    if twice:
        raise InputError(f"species {twice[0]!r} stands twice", where=f"{where}, row 1")


def _check_times(times: tuple[str, ...], where: str, first: int) -> None:
    if not times:
        raise InputError("no samples below the header", where=where)
    for number, time in enumerate(times, start=first):
        if not time:
            raise InputError("no date", where=f"{where}, row {number}", remedy="Give each sample its date")
    if len(set(times)) < len(times):
        twice = next(time for index, time in enumerate(times) if time in times[:index])
        raise InputError(f"date {twice} stands twice", where=where, remedy="Keep one sample per date")


def _is_missing(cell: str) -> bool:
    return cell.strip().lower() in _MISSING_WORDS


def _number(cell: str, species: tuple[str, ...], at: int, row: list[str], where: str) -> float:
    if _is_missing(cell):
        return float("nan")
    value = float(cell) if is_number(cell) else float("nan")
    if not np.isfinite(value):
        raise InputError(f"{cell!r} of {species[at]!r} at {row[0]} is not a number", where=where)
    return float("nan") if value in _MISSING_CODES else value
