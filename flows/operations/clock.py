"""Time as the schedule sees it: Beijing time, from the machine or from a test that simulates days."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol

BEIJING = dt.timezone(dt.timedelta(hours=8), "Beijing")
"""As in `foundation.times`, which loads pandas; `bogda status` must answer at once."""


class Clock(Protocol):
    """This instant, and waiting."""

    def now(self) -> dt.datetime:
        """This instant, with its time zone."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class MachineClock:
    """The clock of this machine."""

    def now(self) -> dt.datetime:
        """This instant in Beijing time."""
        return dt.datetime.now(BEIJING)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(seconds, 0.0))


def written(moment: dt.datetime) -> str:
    """An instant as the register writes it: `2026-12-11T14:00:05+08:00`."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def read(text: str) -> dt.datetime:
    """The instant that `written` wrote."""
    return dt.datetime.fromisoformat(text)
