"""Which table is in force on a day: every rule set carries the first and the last day of its effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from foundation.configuration import Config
from foundation.errors import InputError

Date = dt.date | np.datetime64 | str
"""A calendar day in Beijing time, as a date, a NumPy time or text such as `2026-03-01`."""


class Dated(Config):
    """A table with its period of effect.

    Attributes:
        in_force_from: first day of effect; None where it reaches back without end.
        in_force_until: last day of effect; None while it is in force.
    """

    in_force_from: dt.date | None
    in_force_until: dt.date | None

    def holds_on(self, days: np.ndarray) -> np.ndarray:
        """Whether the table is in force on each of some days (`datetime64[D]`, any shape)."""
        held = np.ones(np.shape(days), dtype=bool)
        if self.in_force_from is not None:
            held &= days >= np.datetime64(self.in_force_from)
        if self.in_force_until is not None:
            held &= days <= np.datetime64(self.in_force_until)
        return held


DatedTable = TypeVar("DatedTable", bound=Dated)


def as_day(date: Date) -> dt.date:
    """The calendar day meant; a time of day is dropped, no zone is shifted.

    Raises:
        InputError: when the text or value is not a date.
    """
    if isinstance(date, dt.datetime):
        return date.date()
    if isinstance(date, dt.date):
        return date
    try:
        day = np.asarray(date, dtype="datetime64[D]").item()
    except (ValueError, TypeError):
        day = None
    if not isinstance(day, dt.date):
        raise InputError(f"{str(date)!r} is not a date", remedy="Write a day such as 2026-03-01")
    return day


def in_force(tables: Iterable[DatedTable], date: Date, what: str) -> DatedTable:
    """The one table in force on a day.

    Args:
        tables: tables whose periods do not overlap.
        date: calendar day in Beijing time.
        what: what the tables are, for the message.

    Raises:
        InputError: when none is in force on that day.
    """
    day = as_day(date)
    for table in tables:
        if table.holds_on(np.asarray(day, dtype="datetime64[D]")):
            return table
    raise InputError(f"no {what} in force on {day}", remedy="Name one of the known tables instead")
