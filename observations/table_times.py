"""Columns of times in a provider's table, each cell that is no time named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from observations.reading import Problem
from observations.tables import Table

_EARLIEST, _LATEST = np.datetime64("1980-01-01", "s"), np.datetime64("2200-01-01", "s")


def times_of(table: Table, column: str, formats: Sequence[str]) -> tuple[np.ndarray, list[Problem]]:
    """A column as naive `datetime64[s]` in the file's own clock; NaT and a problem where it is no time."""
    cells = pd.Series(table.columns[column], dtype=object)
    times = np.full(len(cells), np.datetime64("NaT", "s"))
    for form in formats:
        left = np.isnat(times)
        if not left.any():
            break
        parsed = pd.to_datetime(cells[left], format=form, errors="coerce")
        times[left] = parsed.to_numpy().astype("datetime64[s]")
    return plausible_times(table, column, times, f"expected a time such as {example_of(formats[0])}")


def plausible_times(
    table: Table, column: str, times: np.ndarray, expected: str
) -> tuple[np.ndarray, list[Problem]]:
    """Times with those before 1980 or after 2200 taken out, and a problem for every row without one."""
    with np.errstate(invalid="ignore"):
        bad = np.isnat(times) | (times < _EARLIEST) | (times > _LATEST)
    kept = np.where(bad, np.datetime64("NaT", "s"), times)
    first = str(table.columns[column][int(np.argmax(bad))])[:40] if bad.any() else ""
    what, remedy = f"{first!r} is not a time", f"{expected[0].upper()}{expected[1:]}"
    return kept, table.problem_of(bad, what=what, column=column, remedy=remedy)


def example_of(form: str) -> str:
    """A time written in a `strptime` format."""
    return str(pd.Timestamp("2016-01-10 16:00").strftime(form))
