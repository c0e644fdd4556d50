"""Rows of text from a file of samples: comma-, tab- or blank-separated text, or a sheet of a workbook."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Literal

from foundation.errors import InputError

__all__ = ["Kind", "rows_of"]

Kind = Literal["concentrations", "uncertainties", "limits"]

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
_TELLING = {
    "concentrations": ("conc", "浓度", "con"),
    "uncertainties": ("unc", "不确定", "error"),
    "limits": ("mdl", "limit", "检出", "lod"),
}
"""What the name of a sheet holds, lower case, the most telling first."""


def rows_of(path: str | Path, kind: Kind) -> tuple[str, list[list[str]]]:
    """Rows of a table as text, empty rows left out.

    A workbook is named as `FILE` or `FILE#SHEET`. Without a sheet, the one whose name tells the kind of table
    is taken (`Concentrations`, `conc`, `Uncertainty`, `浓度`), or the only one.

    Args:
        path: the file.
        kind: of table.

    Returns:
        Where the rows are, for messages; the rows.

    Raises:
        InputError: when the file or the sheet is not there, cannot be read, or more than one sheet would do.
    """
    name, _, sheet = str(path).partition("#")
    if Path(name).suffix.lower() in _WORKBOOKS:
        return _sheet_rows(name, sheet, kind)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "no such table, or not UTF-8 text", where=str(path), remedy="Check the path and save as UTF-8"
        ) from error
    return str(path), _split(text.splitlines())


def _split(lines: list[str]) -> list[list[str]]:
    header = lines[0] if lines else ""
    for delimiter in (",", "\t", ";"):
        if delimiter in header:
            return [row for row in csv.reader(lines, delimiter=delimiter) if row]
    return [line.split() for line in lines if line.strip()]


def _sheet_rows(name: str, sheet: str, kind: Kind) -> tuple[str, list[list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(name)
        wanted = sheet or _sheet_of(book.sheet_names, kind, name)
        if wanted not in book.sheet_names:
            raise InputError(
                f"no sheet {wanted!r}", where=name, remedy=f"Sheets: {', '.join(book.sheet_names)}"
            )
        found = book.get_sheet_by_name(wanted).to_python(skip_empty_area=True)
    except (OSError, CalamineError) as error:
        raise InputError("no such workbook, or a damaged one", where=name) from error
    rows = [[_text(cell) for cell in row] for row in found]
    filled = [index for index in range(max(map(len, rows), default=0)) if any(row[index] for row in rows)]
    return f"{name}#{wanted}", [[row[index] for index in filled] for row in rows if any(row)]


def _sheet_of(names: list[str], kind: Kind, where: str) -> str:
    if len(names) == 1:
        return names[0]
    for word in _TELLING[kind]:
        telling = [name for name in names if word in name.lower()]
        if len(telling) == 1:
            return telling[0]
        if telling:
            break
    raise InputError(
        f"which sheet holds the {kind}?", where=where, remedy=f"Write FILE#SHEET; sheets: {', '.join(names)}"
    )


def _text(cell: object) -> str:
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()
