"""Which column is which field: one to three rows of headers, units in brackets or in a row of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emissions_inventory.tables.columns import TableConfig
from emissions_inventory.tables.header_names import (
    Key,
    field_of,
    header_names,
    ignored_names,
    meaning_of,
    meaning_of_text,
    near_name,
)
from emissions_inventory.tables.sheets import Sheet, column_letter
from emissions_inventory.tables.unit_names import Unit, known_units, plain, read_unit
from foundation.errors import InputError

__all__ = ["Column", "Layout", "find_layout"]

_DEEPEST = 3
_LEAST = 3


@dataclass(frozen=True)
class Column:
    """A column that was recognised.

    Attributes:
        place: from 0.
        label: letter and header for people.
        unit: of its numbers, where the file says so.
    """

    place: int
    label: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Layout:
    """Where things stand in a sheet.

    Attributes:
        columns: by what they hold.
        first: place of the first row of data, from 0.
        unknown: label and nearest known header of columns that were not recognised.
    """

    columns: dict[Key, Column]
    first: int
    unknown: tuple[tuple[str, str], ...]


def find_layout(sheet: Sheet, config: TableConfig) -> Layout:
    """Find the header of a sheet and what its columns hold.

    Raises:
        InputError: when no header is found, two columns hold the same, or a unit is unknown.
    """
    names = header_names(config)
    start, depth = _header(sheet, names, config)
    where = str(sheet.path) + (f", sheet {sheet.name}" if sheet.name else "")
    columns: dict[Key, Column] = {}
    unknown = []
    for place, texts in enumerate(_stacked(sheet.cells[start : start + depth])):
        shown = " ".join(dict.fromkeys(" ".join(str(text).split()) for text in texts))
        label = f"{column_letter(place)} {shown}".strip()
        key, written = meaning_of(texts, names, config)
        if key is None:
            body = sheet.cells[start + depth :, place]
            if (not shown or plain(shown) not in ignored_names(config)) and (body != "").any():
                unknown.append((label, near_name(plain(shown), names)))
            continue
        if key in columns:
            raise InputError(
                f"columns {columns[key].label!r} and {label!r} mean the same",
                where=where,
                remedy="Rename one, or list the other under `ignored` in a mapping file",
            )
        columns[key] = Column(place, label, _unit(key, written, config, f"{where}, column {label}"))
    first, columns = _under_header(sheet, start + depth, columns, names, config)
    return Layout(columns, first, tuple(unknown))


def _stacked(rows: np.ndarray) -> list[list[str]]:
    """Texts of each column from the top; a blank above a text is what stands to its left (merged cells)."""
    texts = [["" if cell == "" else str(cell).strip() for cell in row] for row in rows]
    for level, row in enumerate(texts[:-1]):
        for place in range(1, len(row)):
            if not row[place] and any(below[place] for below in texts[level + 1 :]):
                row[place] = row[place - 1]
    return [[row[place] for row in texts if row[place]] for place in range(rows.shape[1])]


def _unit(key: Key, written: str, config: TableConfig, where: str) -> Unit | None:
    kind = field_of(key, config).units
    if not kind or not written:
        return None
    unit = read_unit(kind, written, config)
    if unit is None:
        raise InputError(
            f"unknown unit {written!r} in the header",
            where=where,
            remedy=f"Use one of: {known_units(kind, config)}; or add it to `units` of a mapping file",
        )
    return unit


def _header(sheet: Sheet, names: dict[str, Key], config: TableConfig) -> tuple[int, int]:
    """First row and number of rows of the header: the first block that names the most fields."""
    best, found = (0, 1), 0
    rows = min(config.limits.header_rows, len(sheet.cells))
    blocks = [(start, depth) for depth in range(1, _DEEPEST + 1) for start in range(rows)]
    for start, depth in blocks:
        if start + depth <= len(sheet.cells):
            stacked = _stacked(sheet.cells[start : start + depth])
            score = len({meaning_of(texts, names, config)[0] for texts in stacked} - {None})
            if score > found:
                best, found = (start, depth), score
    if found < _LEAST:
        raise InputError(
            f"no header was found in the first {rows} rows",
            where=str(sheet.path),
            remedy="Check the sheet, or give a mapping file that names the headers",
        )
    return best


def _under_header(
    sheet: Sheet, first: int, columns: dict[Key, Column], names: dict[str, Key], config: TableConfig
) -> tuple[int, dict[Key, Column]]:
    """Step over a row of units, of headers in another language, or of the numbers 1, 2, 3."""
    while first < len(sheet.cells):
        row = sheet.cells[first]
        texts = {
            key: str(row[one.place]).strip("()（）[] ")
            for key, one in columns.items()
            if row[one.place] != ""
        }
        units = {key: read_unit(field_of(key, config).units, text, config) for key, text in texts.items()}
        told = {key: unit for key, unit in units.items() if unit is not None}
        filled = [str(cell).strip() for cell in row if str(cell).strip()]
        heads = sum(meaning_of_text(text, names, config)[0] is not None for text in filled)
        numbers = [text.removesuffix(".0") for text in filled]
        if len(told) >= 2 and len(told) >= 0.5 * len(texts):
            columns = {
                key: Column(one.place, one.label, one.unit or told.get(key)) for key, one in columns.items()
            }
        elif not (
            (len(filled) >= _LEAST and heads >= 0.6 * len(filled))
            or (len(filled) >= _LEAST and numbers == [str(n + 1) for n in range(len(filled))])
        ):
            break
        first += 1
    return first, columns
