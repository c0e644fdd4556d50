"""Columns of a provider's table as numbers and times, with each bad cell named and no good one lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from foundation.errors import InputError
from foundation.units import si_factor
from observations.reading import Problem
from observations.text_files import read_records
from observations.vocabulary import Column, Vocabulary

_ENOUGH_TO_JUDGE_UNIT = 24
_POSSIBLE_MEDIAN = {"co": (5e-9, 6e-5)}
_POSSIBLE_MEDIAN_OF_OTHERS = (5e-11, 2e-5)
"""Bounds on the median of a file, kg m-3: CO 5 µg m-3 to 60 mg m-3, others 0.05 µg m-3 to 20 mg m-3. Cleanest
air and the heaviest dust storms lie well inside; a factor of a thousand lies outside."""


@dataclass(frozen=True)
class Table:
    """Rows of one file as text.

    Attributes:
        file: the file.
        columns: name to text cells, one array per column, shape (row,).
        lines: 1-based line of each row in the file, shape (row,).
        problems: what was found so far.
    """

    file: str
    columns: dict[str, np.ndarray]
    lines: np.ndarray
    problems: tuple[Problem, ...]

    def problem_of(self, bad: np.ndarray, what: str, column: str = "", remedy: str = "") -> list[Problem]:
        """One problem for all rows of a mask, naming the first; empty when the mask is.

        Args:
            bad: mask of shape (row,).
            what: what is wrong with the first of them.
            column: the column concerned.
            remedy: what to do.
        """
        if not bad.any():
            return []
        row = int(self.lines[np.argmax(bad)])
        return [Problem(what, self.file, row, column, remedy, int(bad.sum()))]


def open_table(path: Path, words: Vocabulary) -> Table:
    """Read a file into text columns named as in the vocabulary.

    Raises:
        InputError: when the file cannot be read, lacks a required column or has no row.
    """
    rows, numbers, problems = read_records(path)
    header = list(words.header)
    if words.has_header:
        header = rows[0]
        _require(header, words.required, path, numbers[0])
        rows, numbers = rows[1:], numbers[1:]
    return table_of(path, header, rows, numbers, problems)


def table_of(
    path: Path, header: Sequence[str], rows: list[list[str]], numbers: list[int], problems: list[Problem]
) -> Table:
    """Rows as wide as their header, turned into columns.

    Raises:
        InputError: when no row is left.
    """
    width = len(header)
    lines = np.asarray(numbers, dtype=int)
    widths = np.fromiter(map(len, rows), dtype=int, count=len(rows))
    wide = widths == width
    for index in np.flatnonzero(widths > width):
        wide[index] = not any(rows[index][width:])
    if not wide.all():
        got = len(rows[int(np.argmin(wide))])
        what = f"{got} columns, expected {width} ({', '.join(header[:4])}, ...)"
        row, count = int(lines[np.argmin(wide)]), int((~wide).sum())
        problems = [*problems, Problem(what, str(path), row, "", "Correct the row", count)]
    kept = (
        rows
        if (widths == width).all()
        else [row[:width] for row, good in zip(rows, wide, strict=True) if good]
    )
    if not kept:
        raise no_usable_row(path, problems)
    columns = zip(*kept, strict=True)
    named = {name: np.asarray(cells, dtype=object) for name, cells in zip(header, columns, strict=True)}
    return Table(str(path), named, lines[wide], tuple(problems))


def no_usable_row(path: Path | str, problems: Sequence[Problem]) -> InputError:
    """The error for a file of which nothing can be used; names its first problem."""
    if problems:
        first = problems[0]
        return InputError(f"no usable row; {first.what}", where=first.where, remedy=first.remedy)
    return InputError(
        "no usable row", where=f"{path}, row 1", remedy="Check that the file holds measurements"
    )


def _require(header: Sequence[str], required: Sequence[str], path: Path, row: int) -> None:
    lacking = [name for name in required if name not in header]
    if lacking:
        raise InputError(
            f"missing column {lacking[0]!r}" + (f" (and {len(lacking) - 1} more)" if lacking[1:] else "")
            + f"; got {', '.join(header)[:200]}",
            where=f"{path}, row {row}",
            remedy="Add the column or name it so",
        )  # fmt: skip
    twice = sorted({name for name in required if list(header).count(name) > 1})
    if twice:
        where = f"{path}, row {row}"
        raise InputError(f"column {twice[0]!r} is there twice", where=where, remedy="Keep one of them")


def numbers_of(table: Table, column: str, missing: Sequence[str]) -> tuple[np.ndarray, list[Problem]]:
    """A column as numbers; texts that stand for missing give NaN, any other text NaN and a problem."""
    which, texts = pd.factorize(table.columns[column])
    read = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(dtype=float)
    unread = np.isnan(read) & ~pd.Series(texts, dtype=object).isin(missing).to_numpy()
    bad = unread[which]
    values = read[which]
    if not bad.any():
        return values, []
    what = f"{str(texts[which[int(np.argmax(bad))]])[:40]!r} is not a number"
    remedy = f"Write a number, or leave it empty; other texts for missing: {', '.join(missing[1:4])}"
    return values, table.problem_of(bad, what=what, column=column, remedy=remedy)


def concentrations_of(
    table: Table, column: Column, missing: Sequence[str]
) -> tuple[np.ndarray, list[Problem]]:
    """A column of concentrations in kg m-3, values as absurd as they come.

    Raises:
        InputError: when the column as a whole cannot be in the unit it should be in.
    """
    values, problems = numbers_of(table, column.name, missing)
    if column.zero_is_missing:
        values[values == 0] = np.nan
    values = values * si_factor(column.unit, column.pollutant)
    check_unit(
        values, column.pollutant, f"{table.file}, row {table.lines[0]}, column {column.name!r}", column.unit
    )
    return values, problems


def check_unit(values: np.ndarray, pollutant: str, where: str, unit: str) -> None:
    """Refuse a column whose median cannot be measured in air: its unit is another one.

    Raises:
        InputError: naming the column and the unit that was expected.
    """
    positive = values[np.isfinite(values) & (values > 0)]
    low, high = _POSSIBLE_MEDIAN.get(pollutant, _POSSIBLE_MEDIAN_OF_OTHERS)
    if positive.size < _ENOUGH_TO_JUDGE_UNIT or low <= float(np.median(positive)) <= high:
        return
    median = float(np.median(positive)) / si_factor(unit, pollutant)
    raise InputError(
        f"wrong unit: expected {unit}, but the median would be {median:.3g} {unit}",
        where=where,
        remedy="Convert the column, or correct its unit in configs/providers",
    )
