"""Read a pair of tables, concentrations and uncertainties, and check each against the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from foundation.errors import InputError
from sources.receptor.samples import Array, Samples
from sources.receptor.table_files import Table, read_table

__all__ = ["UNIT", "no_negative", "read_pair", "samples_of"]

UNIT = "µg m-3"
"""Of concentrations, where nothing says otherwise."""


def read_pair(concentrations: str | Path, uncertainties: str | Path, unit: str | None = None) -> Samples:
    """Read concentrations and their uncertainties.

    Comma-separated tables, the tab- or blank-separated `.txt` pairs of EPA PMF, and sheets of a workbook; the
    first column is the date, a row of units may follow the names, missing values are blank or -999, rows
    without a date at the end are left out.

    Args:
        concentrations: the file, of a workbook `FILE` or `FILE#SHEET`.
        uncertainties: the same; it may be the same workbook.
        unit: of both; as in the row of units, or µg m-3, where None.

    Raises:
        InputError: naming file, row and species, when a table cannot be read, the two do not fit each other,
            a concentration is negative, or an uncertainty is missing, zero or negative where there is a
            value.
    """
    held, doubt = read_table(concentrations), read_table(uncertainties, "uncertainties")
    _same(held, doubt)
    no_negative(held)
    there = np.isfinite(held.values)
    for problem, wrong in (
        ("is missing", there & np.isnan(doubt.values)),
        ("is not above zero", there & (doubt.values <= 0.0)),
    ):
        if wrong.any():
            row, column = (int(index) for index in np.argwhere(wrong)[0])
            raise InputError(
                f"uncertainty of {doubt.species[column]!r} at {doubt.times[row]} {problem}"
                f" ({int(wrong.sum())} such values)",
                where=doubt.path,
                remedy="Give a positive uncertainty, or mark the concentration as missing",
            )
    return samples_of(held, doubt.values, unit)


def samples_of(held: Table, doubts: Array, unit: str | None = None) -> Samples:
    """Samples of a table with uncertainties (samples, species); the unit as `read_pair` has it."""
    units = sorted({one for one in held.units if one})
    notes = held.notes
    if unit is None and len(units) > 1:
        notes = (*notes, f"units differ ({', '.join(units)}): sums over species mean nothing, name a total")
    told = unit or (units[0] if len(units) == 1 else ", ".join(units) or UNIT)
    return Samples(held.times, held.species, held.values, doubts, told, notes)


def no_negative(table: Table) -> None:
    """Refuse negative concentrations.

    Raises:
        InputError: naming the first.
    """
    wrong = table.values < 0.0
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        raise InputError(
            f"concentration {table.values[row, column]:g} of {table.species[column]!r} at {table.times[row]}"
            f" is negative ({int(wrong.sum())} such values)",
            where=table.path,
            remedy="Mark it as missing (-999) or as zero",
        )


def _same(held: Table, doubt: Table) -> None:
    if held.species != doubt.species:
        odd = sorted(set(held.species) ^ set(doubt.species)) or ["their order"]
        raise InputError(
            f"species differ from those of {held.path}: {', '.join(odd[:5])}",
            where=doubt.path,
            remedy="Give both tables the same columns in the same order",
        )
    if len(held.times) != len(doubt.times):
        raise InputError(
            f"{len(doubt.times)} samples, but {len(held.times)} in {held.path}", where=doubt.path
        )
    for one, other in zip(held.times, doubt.times, strict=True):
        if one != other:
            raise InputError(f"date {other} stands where {held.path} has {one}", where=doubt.path)
