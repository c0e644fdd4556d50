"""Rows of monitoring files: blocks of the CSV, with every cell that cannot be read named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emissions_inventory.monitoring.configuration import MonitoringConfig
from emissions_inventory.monitoring.header import Header
from emissions_inventory.monitoring.table import Problem
from foundation.errors import InputError

__all__ = ["Block", "read_blocks"]

_BLOCK_ROWS = 400_000
_TOO_LONG = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Block:
    """Some rows of a file.

    Attributes:
        first_row: row of the file of the first, the header is 1.
        text: columns of words, categorical, by our names.
        numbers: columns of numbers in our units, by our names; NaN where missing.
        problems: cells that are no numbers, and rows with too many cells.
        empty: rows without anything, (row,).
    """

    first_row: int
    text: dict[str, pd.Series[Any]]
    numbers: dict[str, np.ndarray]
    problems: list[Problem]
    empty: np.ndarray


@dataclass(frozen=True)
class _Source:
    """A file as it is read."""

    path: Path
    header: Header
    config: MonitoringConfig
    encoding: str
    progress: Progress | None = None
    text: str | None = None

    def opened(self) -> Any:
        return self.path if self.text is None else io.StringIO(self.text)


def read_blocks(
    path: Path, header: Header, config: MonitoringConfig, skip_bad: bool, progress: Progress | None = None
) -> tuple[list[Block], list[Problem]]:
    """Read a file block by block.

    Numbers are read as such; only when a cell is none, the file is read again cell by cell to find it.

    Args:
        path: CSV.
        header: of it.
        config: words for missing values.
        skip_bad: whether rows with too many cells are left out and listed.
        progress: called with the number of rows read.

    Returns:
        The blocks, and the rows that were left out because they have too many cells.

    Raises:
        InputError: when the file is no CSV in UTF-8 or GB 18030, or a row has too many cells.
    """
    for encoding in dict.fromkeys((header.encoding, "gb18030")):
        source = _Source(path, header, config, encoding, progress)
        try:
            return _in_encoding(source, skip_bad)
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise InputError(f"not CSV: {error}", where=str(path), remedy="Save the file as CSV") from error
    raise InputError("neither UTF-8 nor GB 18030", where=str(path), remedy="Save the file as UTF-8")


def _in_encoding(source: _Source, skip_bad: bool) -> tuple[list[Block], list[Problem]]:
    try:
        return _typed(source), []
    except pd.errors.ParserError as error:
        if not skip_bad:
            raise _no_csv(error, source.path) from error
    text, long = _without_long_rows(source)
    shortened = _Source(source.path, source.header, source.config, source.encoding, source.progress, text)
    try:
        return _typed(shortened), long
    except pd.errors.ParserError as error:
        raise _no_csv(error, source.path) from error


def _no_csv(error: Exception, path: Path) -> InputError:
    found = _TOO_LONG.search(str(error))
    if found:
        return InputError(
            f"expected {int(found[1]) - 1} cells, got {found[3]}",
            where=f"{path}, row {found[2]}",
            remedy="Correct the row, or leave bad rows out with --accept-good-rows",
        )
    return InputError(f"not CSV: {error}", where=str(path), remedy="Save the file as CSV")


def _without_long_rows(source: _Source) -> tuple[str, list[Problem]]:
    """The text of a file with rows of too many cells made empty, and these rows."""
    lines, long, width = [], [], len(source.header.names)
    with source.path.open(encoding=source.encoding, newline="") as stream:
        for row, line in enumerate(stream, start=1):
            cells = len(next(csv.reader([line]), []))
            if cells > width + 1:
                long.append(Problem(row, "-", f"expected {width} cells, got {cells}"))
                lines.append("\n")
            else:
                lines.append(line)
    return "".join(lines), long


def _typed(source: _Source) -> list[Block]:
    try:
        return _parsed(source, "float64")
    except pd.errors.EmptyDataError:
        return []
    except (pd.errors.ParserError, UnicodeDecodeError):
        raise
    except ValueError:
        return _parsed(source, "str")


def _parsed(source: _Source, kind: str) -> list[Block]:
    header = source.header
    width = len(header.names) + 1
    # words are read as text first: read as categories, outlet 001 would become the number 1
    kinds = {place: kind if name in header.factors else "str" for name, place in header.places.items()}
    frames = pd.read_csv(
        source.opened(), header=None, names=list(range(width)), skiprows=1, skip_blank_lines=False,
        dtype={place: kinds.get(place, "category") for place in range(width)},
        na_values=list(source.config.missing), keep_default_na=False, encoding=source.encoding,
        encoding_errors="strict", skipinitialspace=True, chunksize=_BLOCK_ROWS, index_col=False,
    )  # fmt: skip
    made, row = [], 2
    with frames as chunks:
        for frame in chunks:
            made.append(_block(frame, row, header))
            row += len(frame)
            if source.progress is not None:
                source.progress(row - 2)
    return made


def _block(frame: pd.DataFrame, first_row: int, header: Header) -> Block:
    problems: list[Problem] = []
    numbers = {}
    for name, factor in header.factors.items():
        column = frame[header.places[name]]
        values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        bad = column.notna().to_numpy() & ~np.isfinite(values)
        problems += [
            Problem(
                first_row + int(place),
                header.shown(name),
                f"expected a number, got {str(column.iloc[place])[:20]!r}",
            )
            for place in np.flatnonzero(bad)
        ]
        numbers[name] = values * factor
    extra = frame[len(header.names)].notna().to_numpy()
    problems += [
        Problem(first_row + int(place), "-", f"expected {len(header.names)} cells, got one more")
        for place in np.flatnonzero(extra)
    ]
    text = {
        name: frame[place].astype("category")
        for name, place in header.places.items()
        if name not in header.factors
    }
    return Block(first_row, text, numbers, problems, np.asarray(frame.isna().to_numpy().all(axis=1)))
