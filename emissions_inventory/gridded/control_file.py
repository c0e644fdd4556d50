"""Control files of MEIC: factors by sector, place, month and species, in CSV."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import InputError

__all__ = ["COLUMNS", "ControlRow", "read_control_file"]

COLUMNS = ("sector", "adcode", "year", "month", "species", "factor")
"""Columns of a control file, as MEIC2CTM reads them."""

_YEARS = (1900, 2199)


@dataclass(frozen=True)
class ControlRow:
    """One line of a control file: what a sector emits of a species in a place and a month is multiplied.

    Attributes:
        sector: as written, a sector of MEIC (`power`) or one of ours.
        adcode: county code of GB/T 2260 or its beginning, two, four or six digits.
        year: of the month.
        month: 1 to 12.
        species: as written, such as `SO2`, `PM25`.
        factor: 0 or more.
        line: of the file, the header is 1.
    """

    sector: str
    adcode: str
    year: int
    month: int
    species: str
    factor: float
    line: int

    @property
    def month_name(self) -> str:
        """The month as inventories name it, such as `2026-01`."""
        return f"{self.year:04d}-{self.month:02d}"


def read_control_file(path: str | Path) -> list[ControlRow]:
    """Read a control file.

    Args:
        path: CSV in UTF-8, with or without a byte-order mark, with the header of `COLUMNS` in any order.

    Raises:
        InputError: naming row and column of the first cell that cannot be read, or two rows that contradict
            each other: the same sector, code, month and species twice.
    """
    where = str(path)
    rows: list[ControlRow] = []
    seen: dict[tuple[str, str, int, int, str], int] = {}
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            places = _places(next(reader, []), where)
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                row = _row(cells, places, f"{where}, row {reader.line_num}", reader.line_num)
                _unlike(row, seen, where)
                rows.append(row)
    except OSError as error:
        raise InputError(
            "no such file, or it cannot be read", where=where, remedy="Check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", where=where, remedy="Save the file as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"not CSV: {error}", where=where, remedy="Save the file as CSV") from error
    return rows


def _places(header: list[str], where: str) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise InputError(
            f"expected the columns {', '.join(COLUMNS)}, got {', '.join(names)[:80] or 'none'}",
            where=f"{where}, row 1",
            remedy=f"Add the column {lacking[0]!r}",
        )
    return {name: names.index(name) for name in COLUMNS}


def _row(cells: list[str], places: dict[str, int], where: str, line: int) -> ControlRow:
    if len(cells) <= max(places.values()):
        raise InputError(f"expected {max(places.values()) + 1} columns, got {len(cells)}", where=where,
                         remedy="Complete the row")  # fmt: skip
    text = {name: cells[place].strip() for name, place in places.items()}
    for name in ("sector", "species"):
        if not text[name]:
            raise InputError("is empty", where=f"{where}, column {name}", remedy="Write a name")
    if not re.fullmatch(r"[1-9]\d(\d\d){0,2}", text["adcode"], re.ASCII):
        raise InputError(f"expected a code of 2, 4 or 6 digits, got {text['adcode'][:20]!r}",
                         where=f"{where}, column adcode", remedy="Write 65, 6501 or 650102")  # fmt: skip
    year = _whole(text["year"], _YEARS, f"{where}, column year")
    month = _whole(text["month"], (1, 12), f"{where}, column month")
    return ControlRow(text["sector"], text["adcode"], year, month, text["species"],
                      _factor(text["factor"], f"{where}, column factor"), line)  # fmt: skip


def _whole(text: str, bounds: tuple[int, int], where: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or not bounds[0] <= int(text) <= bounds[1]:
        raise InputError(f"expected a whole number from {bounds[0]} to {bounds[1]}, got {text[:20]!r}",
                         where=where, remedy="Correct the cell")  # fmt: skip
    return int(text)


def _factor(text: str, where: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = math.nan
    if not (math.isfinite(factor) and factor >= 0):
        raise InputError(f"expected a number of 0 or more, got {text[:20]!r}", where=where,
                         remedy="1 leaves the emissions as they are, 0.7 cuts them by 30 %")  # fmt: skip
    return factor


def _unlike(row: ControlRow, seen: dict[tuple[str, str, int, int, str], int], where: str) -> None:
    key = (row.sector.lower(), row.adcode, row.year, row.month, row.species.lower())
    if key in seen:
        raise InputError(
            f"{row.sector}, {row.adcode}, {row.month_name}, {row.species} is given twice, "
            f"first in row {seen[key]}",
            where=f"{where}, row {row.line}",
            remedy="Keep one of the two rows",
        )
    seen[key] = row.line
