"""The cells of a table as they stand in the file: CSV, XLSX and XLS."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from emissions_inventory.tables.columns import LimitsConfig
from emissions_inventory.tables.unpacking import extent, hidden_cells, sheet_bytes, text_size, unpack
from foundation.errors import InputError

__all__ = ["Sheet", "column_letter", "read_sheet"]

_BOOKS = {".xlsx", ".xlsm", ".xls"}
_TEXTS = {".csv", ".txt", ".tsv"}
_TEXT_MIB = 2048


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet.

    Attributes:
        path: the file.
        name: of the sheet; empty for text files.
        encoding: of a text file; empty for workbooks.
        cells: float, str, date, bool or empty text, (row, column); the first row is row 1 of the spreadsheet.
        merged: first and last cell of merged ranges, rows and columns from 0.
        sheets: names of all sheets.
    """

    path: Path
    name: str
    encoding: str
    cells: np.ndarray
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    sheets: tuple[str, ...] = ()


def column_letter(column: int) -> str:
    """The letters of a column as a spreadsheet shows them; 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_sheet(path: str | Path, limits: LimitsConfig, sheet: str | int | None = None) -> Sheet:
    """Read a table; nothing in it is evaluated.

    Args:
        path: `.csv`, `.tsv`, `.txt` in UTF-8, UTF-16 (with its mark) or GB 18030; `.xlsx`, `.xlsm`, `.xls`.
        limits: sizes beyond which it is refused.
        sheet: name or place (from 0) of the sheet; the first by default.

    Raises:
        InputError: when the file is absent, too large, damaged, empty or of another kind.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError("no such file", where=str(path), remedy="Check the path")
    size = file.stat().st_size / 2**20
    if size > limits.file_mib:
        raise InputError(
            f"is larger than allowed: {size:.1f} MiB of {limits.file_mib:g} MiB",
            where=str(path),
            remedy="Save the table alone as a new file, or raise limits.file_mib in a mapping file",
        )
    ending = file.suffix.lower()
    if ending not in _BOOKS | _TEXTS:
        raise InputError(
            f"expected .csv, .xlsx or .xls, got {ending or 'no ending'!r}",
            where=str(path),
            remedy="Save the table in one of these formats",
        )
    read = _read_text(file, limits) if ending in _TEXTS else _read_book(file, limits, sheet)
    if not read.cells.size:
        raise InputError("the table is empty", where=str(path), remedy="Give a table with a header and rows")
    return read


def _check_shape(path: Path, rows: int, columns: int, limits: LimitsConfig) -> None:
    sizes = (("rows", rows), ("columns", columns), ("cells", rows * columns))
    for what, count, most in ((what, count, getattr(limits, what)) for what, count in sizes):
        if count > most:
            raise InputError(
                f"{count:,} {what}, {most:,} are allowed",
                where=str(path),
                remedy=f"Split the table, or raise limits.{what} in a mapping file",
            )


def _read_text(path: Path, limits: LimitsConfig) -> Sheet:
    raw = path.read_bytes()
    text, encoding = _decoded(raw, path)
    head = text[:65536].splitlines()[: limits.header_rows]
    delimiter = max(",\t;", key=lambda sign: max((line.count(sign) for line in head), default=0))
    if "\0" in text:
        raise InputError("holds zero bytes; it is no text", where=str(path), remedy="Save it as CSV UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise InputError(
            f"line {reader.line_num}: {error}",
            where=str(path),
            remedy="Close every quotation mark, or save it as CSV again",
        ) from error
    columns = max(map(len, rows), default=0)
    _check_shape(path, len(rows), columns, limits)
    if columns:
        rows = [row if len(row) == columns else row + [""] * (columns - len(row)) for row in rows]
    return Sheet(path, "", encoding, _grid_of(rows, columns))


def _grid_of(rows: Sequence[Sequence[object]], columns: int) -> np.ndarray:
    cells = np.full((len(rows), columns), "", object)
    if cells.size:
        cells = pd.DataFrame(rows, dtype=object).to_numpy(object, copy=True)
    return cells


def _decoded(raw: bytes, path: Path) -> tuple[str, str]:
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = [encoding for mark, encoding in marks.items() if raw.startswith(mark)]
    tried = marked or ["utf-8", "gb18030"]
    for encoding in tried:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise InputError(f"is not text in {' or '.join(tried)}", where=str(path), remedy="Save it as CSV UTF-8")


def _read_book(path: Path, limits: LimitsConfig, sheet: str | int | None) -> Sheet:
    import python_calamine

    packed = path.read_bytes()[:4] == b"PK\x03\x04"
    parts = unpack(path, limits.unpacked_mib) if packed else {}
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = tuple(book.sheet_names)
            name = _chosen(names, sheet, path)
            xml = sheet_bytes(parts, name)
            if text_size(parts, xml) > _TEXT_MIB * 2**20:
                raise InputError(
                    "its texts are larger than allowed",
                    where=f"{path}, sheet {name}",
                    remedy="Shorten the longest texts",
                )
            for one in [xml] if xml else parts.values():
                _check_shape(path, *extent(one), limits)
            found = book.get_sheet_by_name(name)
            end = found.end or (-1, -1)
            _check_shape(path, end[0] + 1, end[1] + 1, limits)
            rows = found.to_python(skip_empty_area=False)
            merged = tuple(found.merged_cell_ranges or ())
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise InputError(
            f"is no workbook that can be read ({str(error)[:80]})",
            where=str(path),
            remedy="Open it and save it again as XLSX, without a password",
        ) from error
    cells = _grid_of(rows, max(map(len, rows), default=0))
    for (row, column), text in hidden_cells(xml).items():
        if row < cells.shape[0] and column < cells.shape[1]:
            cells[row, column] = text
    return Sheet(path, name, "", cells, merged, names)


def _chosen(names: tuple[str, ...], sheet: str | int | None, path: Path) -> str:
    wanted = 0 if sheet is None else sheet
    if isinstance(wanted, int) and 0 <= wanted < len(names):
        return names[wanted]
    if isinstance(wanted, str) and wanted in names:
        return wanted
    raise InputError(f"no sheet {sheet!r}", where=str(path), remedy=f"Sheets: {', '.join(names) or 'none'}")
