"""Reads hourly files of continuous stack monitoring."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emissions_inventory.monitoring.configuration import MonitoringConfig, monitoring_config, plain_name
from emissions_inventory.monitoring.gathering import Gathered, gather
from emissions_inventory.monitoring.header import Header, read_header
from emissions_inventory.monitoring.rows import Block, Progress, read_blocks
from emissions_inventory.monitoring.table import (
    NORMAL,
    STATUSES,
    Problem,
    Reading,
    StackTable,
    hours_of_month,
)
from foundation.errors import InputError
from foundation.times import BEIJING_OFFSET, HOUR

__all__ = ["read_monitoring"]

_MOST_PROBLEMS = 1000
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(\d{1,2})(?:[:时点]0{0,2}分?)?(?::00)?"
    r"|(\d{4})(\d\d)(\d\d)(\d\d)(?:0000)?",
    re.ASCII,
)
_NO_TIME = np.iinfo(np.int64).min


def read_monitoring(
    path: str | Path,
    *,
    month: str | None = None,
    skip_bad: bool = False,
    config: MonitoringConfig | None = None,
    progress: Progress | None = None,
) -> tuple[StackTable, Reading]:
    """Read hourly values of stacks.

    Args:
        path: CSV with Chinese or English headers, in UTF-8 or GB 18030, one row for each stack and hour,
            times in Beijing time.
        month: a calendar month in Beijing time, `2026-01`; rows of other months are counted and left out. By
            default all hours from the first to the last of the file.
        skip_bad: whether rows that cannot be used are left out and listed; otherwise the first is an error.
        config: headers, units and words; those that ship with the program by default.
        progress: called with the number of rows read.

    Raises:
        InputError: naming row and column of the first cell that cannot be used; or when there is no row.
    """
    file, config = Path(path), config or monitoring_config()
    header = read_header(file, config)
    read, problems = read_blocks(file, header, config, skip_bad, progress)
    gathered = Gathered([], [], [], [], [], {})
    rows = len(problems)
    while read:
        block = read.pop(0)
        bad = _take(block, header, config, gathered, problems)
        rows += int((~block.empty).sum())
        if bad and not skip_bad:
            break
    if problems and not skip_bad:
        raise _refused(problems, file)
    if not gathered.rows:
        raise InputError("no row can be used", where=str(path), remedy="Check the file")
    table, outside, repeated, double = gather(
        gathered, hours_of_month(month) if month else None, config, str(path)
    )
    if double and not skip_bad:
        raise _refused(double, file)
    every = sorted([*problems, *double], key=lambda one: one.row)
    bad_rows = len({one.row for one in every})
    return table, Reading(rows, outside, repeated, tuple(every[:_MOST_PROBLEMS]), bad_rows)


def _refused(problems: list[Problem], path: Path) -> InputError:
    first = min(problems, key=lambda one: one.row)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return InputError(f"{first.what}{more}", where=f"{path}, row {first.row}, column {first.column}",
                      remedy="Correct the cell, or leave bad rows out with --accept-good-rows")  # fmt: skip


def _take(
    block: Block, header: Header, config: MonitoringConfig, gathered: Gathered, problems: list[Problem]
) -> bool:
    """Take the good rows of a block; whether there was a bad one."""
    good, before = ~block.empty, len(problems)
    rows = block.first_row + np.arange(len(block.empty))
    problems += [one for one in block.problems if not block.empty[one.row - block.first_row]]
    for one in block.problems:
        good[one.row - block.first_row] = False
    hours = _coded(block.text["time"], lambda word: _hour(word, config.hour_label))
    status = np.full(len(rows), NORMAL, np.int64)
    if "status" in block.text:
        known = {
            plain_name(word): STATUSES[name] for name, group in config.statuses.items() for word in group
        }
        status = _coded(block.text["status"], lambda word: known.get(plain_name(word), -1), NORMAL)
    for name, wrong in (
        ("permit", block.text["permit"].isna().to_numpy()),
        ("outlet", block.text["outlet"].isna().to_numpy()),
        ("time", hours == _NO_TIME),
        ("status", status < 0),
    ):
        for place in np.flatnonzero(wrong & ~block.empty):
            cell = block.text[name].iloc[place]
            what = "is empty" if pd.isna(cell) else f"cannot be read: {str(cell)[:30]!r}"
            problems.append(Problem(int(rows[place]), header.shown(name), what))
        good &= ~wrong
    gathered.add(block, good, rows, hours, status)
    return len(problems) > before


def _coded(column: pd.Series[Any], meaning: Any, empty: int = _NO_TIME) -> np.ndarray:
    """A whole number for each cell, found once for each word that occurs."""
    codes = np.array([*(meaning(str(word).strip()) for word in column.cat.categories), empty], dtype=np.int64)
    return codes[column.cat.codes.to_numpy()]


def _hour(word: str, label: str) -> int:
    """Beginning of an hour, UTC, hours since 1970, else `_NO_TIME`; 24:00 is 00:00 of the next day."""
    found = _TIME.fullmatch(word)
    if found is None:
        return int(_NO_TIME)
    year, month, day, hour = (int(part) for part in found.groups() if part is not None)
    if not (1900 <= year <= 2199 and hour <= 24):
        return int(_NO_TIME)
    try:
        midnight = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "h")
    except ValueError:
        return int(_NO_TIME)
    ended = HOUR if label == "end" else np.timedelta64(0, "h")
    return int(
        (midnight + np.timedelta64(hour, "h") - BEIJING_OFFSET - ended)
        .astype("datetime64[h]")
        .astype(np.int64)
    )
