"""Hours of stacks, side by side: one row for each stack, one column for each hour."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

import numpy as np

from foundation.times import HOUR, instant_of_day

__all__ = [
    "ABSENT",
    "CALIBRATION",
    "FAULT",
    "NORMAL",
    "STATUSES",
    "STOPPED",
    "Problem",
    "Reading",
    "StackTable",
    "hours_of_month",
]

ABSENT, NORMAL, STOPPED, CALIBRATION, FAULT = range(5)
"""State of a stack in an hour; `ABSENT` where the file has no row."""

STATUSES = {"normal": NORMAL, "stopped": STOPPED, "calibration": CALIBRATION, "fault": FAULT}


@dataclass(frozen=True)
class Problem:
    """A row that cannot be used.

    Attributes:
        row: of the file, the header is 1.
        column: its header.
        what: what is wrong.
    """

    row: int
    column: str
    what: str

    def line(self) -> str:
        """As people read it."""
        return f"row {self.row}, column {self.column}: {self.what}"


@dataclass(frozen=True)
class Reading:
    """What was read, and what could not be.

    Attributes:
        rows: of the file, without header and empty rows.
        outside: rows of other months.
        repeated: rows that repeat another word for word.
        problems: rows left out; at most the first thousand.
        bad_rows: how many rows were left out.
    """

    rows: int
    outside: int
    repeated: int
    problems: tuple[Problem, ...]
    bad_rows: int


@dataclass(frozen=True)
class StackTable:
    """Hours of stacks.

    Attributes:
        id: `permit#outlet`, (stack,).
        enterprise: names, (stack,).
        limit_class: as the file says, or empty, (stack,).
        start: first hour, its beginning, UTC.
        values: by quantity, (stack, hour), NaN where missing; units as `QUANTITIES`.
        status: (stack, hour), see `NORMAL` and the like.
    """

    id: np.ndarray
    enterprise: np.ndarray
    limit_class: np.ndarray
    start: np.datetime64
    values: dict[str, np.ndarray]
    status: np.ndarray

    @property
    def hours(self) -> np.ndarray:
        """Beginnings of the hours, UTC, (hour,)."""
        return np.asarray(self.start + np.arange(self.status.shape[1]) * HOUR)

    def value(self, quantity: str) -> np.ndarray:
        """Values of a quantity, NaN throughout where the file has no such column."""
        return self.values.get(quantity, np.full(self.status.shape, np.nan))


def hours_of_month(month: str) -> tuple[np.datetime64, int]:
    """First hour of a calendar month in Beijing time, UTC, and the number of its hours."""
    start = instant_of_day(np.datetime64(f"{month}-01", "D"))
    return start, 24 * calendar.monthrange(int(month[:4]), int(month[5:]))[1]
