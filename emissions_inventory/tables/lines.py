"""The lines of a table: rows of data, without those that are empty, sums, notes or the footer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from emissions_inventory.tables.columns import TableConfig
from emissions_inventory.tables.header_names import Key, field_of
from emissions_inventory.tables.headers import Layout
from emissions_inventory.tables.numeric_cells import read_numbers, read_texts
from emissions_inventory.tables.problems import Problems
from emissions_inventory.tables.sheets import Sheet
from emissions_inventory.tables.unit_names import plain

__all__ = ["Lines", "lines_of"]

IDENTITY = (
    "name", "permit", "county_code", "county_name", "lon", "lat",
    "class_1", "class_2", "class_3", "class_4", "grade", "sector",
)  # fmt: skip
"""Fields that a cell merged over several rows says of all of them; amounts stand in the first alone."""

_LOOKED_AT = 5
_LONGEST = 16
_COLON = re.compile("[:：]")


@dataclass
class Lines:
    """The rows of data of a table.

    Attributes:
        config: how it is read.
        layout: what its columns hold.
        cells: of the rows of data, (line, column).
        problems: found so far, with the row of each line.
        skipped: rows left out as sums, notes or footer, by reason.
        mended: number of cells read that were no plain numbers, by label of the column.
        read: texts read so far.
    """

    config: TableConfig
    layout: Layout
    cells: np.ndarray
    problems: Problems
    skipped: dict[str, tuple[int, ...]]
    mended: dict[str, int] = field(default_factory=dict)
    read: dict[Key, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.cells)

    def has(self, key: Key | str) -> bool:
        """Whether a column holds it."""
        return _key(key) in self.layout.columns

    def keys(self, name: str) -> list[Key]:
        """What columns hold of a field, by species and month."""
        return [key for key in self.layout.columns if key.field == name]

    def label(self, key: Key | str) -> str:
        """Letter and header of its column, or the field's name where no column holds it."""
        column = self.layout.columns.get(_key(key))
        return column.label if column else field_of(_key(key), self.config).chinese

    def raw(self, key: Key | str) -> np.ndarray:
        """Cells of a column, (line,); empty text where no column holds it."""
        column = self.layout.columns.get(_key(key))
        return np.full(len(self), "", object) if column is None else self.cells[:, column.place]

    def texts(self, key: Key | str) -> np.ndarray:
        """Texts of a column, (line,)."""
        if _key(key) not in self.read:
            self.read[_key(key)] = read_texts(self.raw(key), self.config)
        return self.read[_key(key)]

    def numbers(self, key: Key | str) -> np.ndarray:
        """Numbers of a column as they stand, NaN where there are none, (line,); faults are noted."""
        value, percent = self.numbers_and_percent(key)
        self.problems.add("not_a_number", self.label(key), percent, self.raw(key))
        return np.where(percent, np.nan, value)

    def numbers_and_percent(self, key: Key | str) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of a column and whether they say %, (line,) each; faults are noted."""
        raw, label = self.raw(key), self.label(key)
        read = read_numbers(raw, self.config)
        for kind, which in read.faults.items():
            self.problems.add(kind, label, which, raw)
        if read.mended:
            self.mended[label] = read.mended
        return read.value, read.percent

    def amounts(self, key: Key | str) -> np.ndarray:
        """Numbers of a column that must not be negative, (line,); faults are noted."""
        value = self.numbers(key)
        self.problems.add("negative", self.label(key), value < 0, self.raw(key))
        return np.where(value < 0, np.nan, value)


def _key(key: Key | str) -> Key:
    return Key(key) if isinstance(key, str) else key


def lines_of(sheet: Sheet, layout: Layout, config: TableConfig) -> Lines:
    """Take the rows of data of a sheet."""
    cells = sheet.cells[layout.first :].copy()
    _fill_merged(cells, sheet, layout)
    filled = cells != ""
    for line in np.flatnonzero(filled.sum(1) <= _LOOKED_AT):
        filled[line] &= [bool(str(cell).strip()) for cell in cells[line]]
    count = filled.sum(1)
    sums = _sums(cells, layout, config) & (count > 0)
    notes = (count == 1) & ~sums
    footers = _footers(cells, filled, layout, config, sums | notes)
    rows = np.arange(len(cells)) + layout.first + 1
    kept = (count > 0) & ~sums & ~notes & ~footers
    reasons = {"totals": sums, "notes": notes, "footers": footers}
    skipped = {reason: tuple(map(int, rows[which])) for reason, which in reasons.items()}
    return Lines(config, layout, cells[kept], Problems(rows[kept]), skipped)


def _fill_merged(cells: np.ndarray, sheet: Sheet, layout: Layout) -> None:
    places = {column.place for key, column in layout.columns.items() if key.field in IDENTITY}
    for (top, left), (bottom, right) in sheet.merged:
        if left == right and left in places and top >= layout.first and bottom > top:
            cells[top - layout.first + 1 : bottom - layout.first + 1, left] = cells[top - layout.first, left]


def _sums(cells: np.ndarray, layout: Layout, config: TableConfig) -> np.ndarray:
    named = [
        column.place
        for key, column in layout.columns.items()
        if key.field in ("name", "county_name", "sector")
    ]
    words = {plain(word) for word in config.totals}
    found = np.zeros(len(cells), bool)
    for place in {*range(min(_LOOKED_AT, cells.shape[1])), *named}:
        codes, uniques = pd.factorize(cells[:, place], use_na_sentinel=False)
        short = [isinstance(one, str) and len(one) <= _LONGEST and plain(one) in words for one in uniques]
        found |= np.array(short, bool)[codes] if short else False
    return found


def _footers(
    cells: np.ndarray, filled: np.ndarray, layout: Layout, config: TableConfig, aside: np.ndarray
) -> np.ndarray:
    """Rows below the last row of data that name who filled the form in and hold no amount, bool, (row,)."""
    words = {plain(word) for word in config.footers}
    amounts = [column.place for key, column in layout.columns.items() if field_of(key, config).units]
    found = np.zeros(len(cells), bool)
    for row in range(len(cells) - 1, -1, -1):
        if aside[row] or not filled[row].any():
            continue
        text = str(cells[row, filled[row].argmax()]).strip()
        heads = {plain(_COLON.split(text)[0]), plain(text.split()[0])}
        if not heads & words or np.isfinite(read_numbers(cells[row, amounts], config).value).any():
            break
        found[row] = True
    return found
