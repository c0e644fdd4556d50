"""What a footprint explains: the mean concentration of a place or a region over an hour or a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from foundation.grids import Grid
from foundation.places import Place, Region, gazetteer
from foundation.times import DAY, HOUR, day_of_instant, instant_of_day, shown

__all__ = ["AVERAGING", "Target", "located", "target_of"]

AVERAGING = ("hour", "day")


@dataclass(frozen=True)
class Target:
    """A mean over hours and places.

    Attributes:
        id: of the place or region.
        chinese: its name.
        english: its name.
        pollutant: such as `pm25`.
        start: beginning of the mean, UTC.
        end: its end.
        cells: row and column of each place, a mean with equal weights.
    """

    id: str
    chinese: str
    english: str
    pollutant: str
    start: np.datetime64
    end: np.datetime64
    cells: tuple[tuple[int, int], ...]

    @property
    def is_hour(self) -> bool:
        """Whether it is the mean of one hour."""
        return bool(self.end - self.start == HOUR)

    def share_at(self, instant: np.datetime64) -> float:
        """Share of an instant, a full hour, in the mean; each hour is half its beginning and half its end."""
        if not self.start <= instant <= self.end:
            return 0.0
        hours = (self.end - self.start) / HOUR
        return float((0.5 if instant in (self.start, self.end) else 1.0) / hours)

    def check(self, reference_time: np.datetime64, last: np.datetime64) -> Target:
        """The same, when a run covers it.

        Args:
            reference_time: of the run, UTC.
            last: its end.

        Raises:
            InputError: when it begins before or ends after.
        """
        if self.start < reference_time or self.end > last:
            raise InputError(
                f"the run covers {shown(reference_time)} to {shown(last)} Beijing time, asked for is a mean "
                f"over {shown(self.start)} to {shown(self.end)}",
                where="--valid-time", remedy="Choose a time within the run, or --averaging hour",
            )  # fmt: skip
        return self


def located(name: str, grid: Grid) -> tuple[Place | Region, tuple[tuple[int, int], ...]]:
    """A place or a region, and the cells of its places that lie in a grid.

    Args:
        name: id or any name.
        grid: the model's grid.

    Raises:
        InputError: when no place or region has that name, or none of its places lies in the grid.
    """
    known: Place | Region | None = gazetteer().find(name)
    members: Sequence[Place] = [known] if isinstance(known, Place) else []
    if known is None:
        try:
            known = gazetteer().region(name)
        except InputError:
            gazetteer().place(name)  # says which name is near
            raise
        members = [gazetteer().place(place) for place in known.places]
    cells = tuple(cell for place in members if (cell := grid.cell_of(place.lon, place.lat)) is not None)
    if not cells:
        raise InputError(f"{known.english} lies outside the grid of the run", remedy="Choose another place")
    return known, cells


def target_of(name: str, grid: Grid, pollutant: str, averaging: str, time: np.datetime64) -> Target:
    """A mean over the hour that ends at a time, or over the Beijing day in which it lies.

    Args:
        name: place or region, id or any name.
        grid: the model's grid.
        pollutant: such as `pm25`.
        averaging: `hour` or `day`.
        time: UTC, a full hour for `hour`.

    Raises:
        InputError: for an unknown name, another averaging, or a time that is no full hour.
    """
    if averaging not in AVERAGING:
        raise InputError(f"averaging {averaging!r}", remedy=f"Known: {', '.join(AVERAGING)}")
    known, cells = located(name, grid)
    if averaging == "day":
        start = instant_of_day(day_of_instant(time))
        return Target(known.id, known.chinese, known.english, pollutant, start, start + DAY, cells)
    if time != time.astype("datetime64[h]"):
        raise InputError(f"expected a full hour, got {shown(time)} Beijing time", where="--valid-time")
    return Target(known.id, known.chinese, known.english, pollutant, time - HOUR, time, cells)
