"""How far a run is, for whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["HoursDone", "Progress"]

Progress = Callable[[int, int], None]
"""Told the hours done and the hours of the whole run, spin-up included."""


class HoursDone:
    """Counts hours for whoever wants to know."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._hours = progress, total, 0

    def hour(self) -> None:
        """One more is done."""
        self._hours += 1
        if self._progress is not None:
            self._progress(self._hours, self._total)
