"""Tables of samples as files: comma-separated, and the tab- or blank-separated `.txt` of EPA PMF."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foundation.errors import InputError
from sources.receptor.samples import Array

__all__ = ["Table", "read_table"]

_MISSING_WORDS = {"", "nan", "na", "n/a", "-999", "-99", "null"}
_MISSING_CODES = (-999.0, -99.0)


@dataclass(frozen=True)
class Table:
    """A table as read: NaN where a value is missing."""

    path: str
    times: tuple[str, ...]
    species: tuple[str, ...]
    values: Array
    notes: tuple[str, ...]


def read_table(path: str | Path) -> Table:
    """Read a table: species in columns, one row per date.

    Raises:
        InputError: with file, row and species, when it cannot be read.
    """
    where = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "no such table, or not UTF-8 text", where=where, remedy="Check the path and save as UTF-8"
        ) from error
    lines = text.splitlines()
    rows = _split(lines)
    if len(rows) < 2:
        raise InputError("no samples below the header", where=where)
    species = tuple(name.strip() for name in rows[0][1:])
    _check_names(species, where)
    body = [_fitted(row, len(species), number, where) for number, row in enumerate(rows[1:], start=2)]
    while body and not body[-1][0].strip() and all(map(_is_missing, body[-1][1:])):
        body.pop()
    notes = []
    if body and not body[-1][0].strip():
        notes.append(f"{Path(path).name}: the last row has no date and is left out")
        body.pop()
    values = np.array([[_number(cell, species, at, row, where) for at, cell in enumerate(row[1:])]
                       for row in body]).reshape(len(body), len(species))  # fmt: skip
    times = tuple(row[0].strip() for row in body)
    _check_times(times, where)
    return Table(where, times, species, values, tuple(notes))


def _split(lines: list[str]) -> list[list[str]]:
    header = lines[0] if lines else ""
    for delimiter in (",", "\t", ";"):
        if delimiter in header:
            return [row for row in csv.reader(lines, delimiter=delimiter) if row]
    return [line.split() for line in lines if line.strip()]


def _fitted(row: list[str], species: int, number: int, where: str) -> list[str]:
    """A row with one field per column: date and hour may be apart, trailing blanks lack or abound."""
    if len(row) == species + 2 and ":" in row[1]:
        row = [f"{row[0]} {row[1]}", *row[2:]]
    while len(row) > species + 1 and not row[-1].strip():
        row = row[:-1]
    if not any(cell.strip() for cell in row):
        row = [""] * (species + 1)
    if len(row) == species and _is_number(row[0]):
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


def _check_times(times: tuple[str, ...], where: str) -> None:
    if not times:
        raise InputError("no samples below the header", where=where)
    for number, time in enumerate(times, start=2):
        if not time:
            raise InputError("no date", where=f"{where}, row {number}", remedy="Give each sample its date")
    if len(set(times)) < len(times):
        twice = next(time for index, time in enumerate(times) if time in times[:index])
        raise InputError(f"date {twice} stands twice", where=where, remedy="Keep one sample per date")


def _is_missing(cell: str) -> bool:
    return cell.strip().lower() in _MISSING_WORDS


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: str, species: tuple[str, ...], at: int, row: list[str], where: str) -> float:
    if _is_missing(cell):
        return float("nan")
    value = float(cell) if _is_number(cell) else float("nan")
    if not np.isfinite(value):
        raise InputError(f"{cell!r} of {species[at]!r} at {row[0]} is not a number", where=where)
    return float("nan") if value in _MISSING_CODES else value
