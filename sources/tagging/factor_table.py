"""Factors of an inversion as a table, for the intervals of shares."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from foundation.errors import InputError

__all__ = ["read_factors"]

_COLUMNS = ("source", "factor", "log_sd")
_REMEDY = f"Write a CSV with the columns {', '.join(_COLUMNS)}, a row for each source"


def read_factors(path: str | Path) -> dict[str, tuple[float, float]]:
    """Factor and standard deviation of its logarithm by source, from a CSV.

    Raises:
        InputError: naming file, row and column of what cannot be used.
    """
    file = Path(path)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("cannot be read as a table", where=str(file), remedy=_REMEDY) from error
    lacking = [name for name in _COLUMNS if not rows or name not in rows[0]]
    if lacking:
        raise InputError(
            f"column {lacking[0]!r} is missing, or there is no row", where=str(file), remedy=_REMEDY
        )
    found: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(rows, start=2):
        where = f"{file}, row {number}"
        source = str(row["source"] or "").strip()
        if source in found:
            raise InputError(f"source {source!r} is given twice", where=where, remedy="Keep one row for each")
        found[source] = (_number(row, "factor", where), _number(row, "log_sd", where))
        if found[source][0] <= 0 or found[source][1] < 0:
            raise InputError(
                f"expected a factor above 0 and log_sd of 0 or more, got {row['factor']}, {row['log_sd']}",
                where=where,
            )
    return found


def _number(row: dict[str, str], column: str, where: str) -> float:
    text = str(row[column] or "").strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"expected a number, got {text!r}", where=f"{where}, column {column}", remedy=_REMEDY
        )
    return value
