"""Hours in blocks, of which each gives one mean for a place and a pollutant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foundation.errors import InputError
from foundation.times import HOUR, beijing_day
from sources.inversion.arrays import Array, Index

__all__ = ["Blocks"]


@dataclass(frozen=True)
class Blocks:
    """Which blocks of hours give a row: those of which at least half is measured.

    Attributes:
        place: number of each row's place, growing.
        pollutant: number of each row's pollutant.
        hour: beginning of the row's block, from the first hour of all, h.
        day: number of the Beijing day in which it begins, from the first.
        count: measured hours of each row.
    """

    place: Index
    pollutant: Index
    hour: Array
    day: Index
    count: Index
    _block: Index
    _starts: Index
    _usable: NDArray[np.bool_]

    @classmethod
    def of(cls, times: np.ndarray, usable: NDArray[np.bool_], length: int) -> Blocks:
        """Put hours into blocks.

        Args:
            times: ends of hours, UTC, growing.
            usable: what is measured, (time, place, pollutant).
            length: hours in a block.

        Raises:
            InputError: when no block has half of its hours.
        """
        hours = np.round((times - times[0]) / HOUR).astype(np.int64)
        _, starts = np.unique(hours // length, return_index=True)
        count = np.add.reduceat(usable.astype(np.int64), starts)
        enough = (count * 2 >= length) & (count > 0)
        place, pollutant, block = np.nonzero(np.moveaxis(enough, 0, -1))
        if not len(place):
            raise InputError(
                "too few of these hours are measured", where="measurements", remedy="Choose another window"
            )
        day = beijing_day(times - HOUR)[starts][block]
        return cls(
            place, pollutant, (hours[starts][block] // length * length).astype(float),
            (day - beijing_day(times[0] - HOUR)).astype(np.int64), count[block, place, pollutant], block,
            starts, usable,
        )  # fmt: skip

    def mean(self, values: Array) -> Array:
        """Means over the measured hours of each row, (row, ...), of (time, place, pollutant, ...)."""
        held = self._usable.reshape(self._usable.shape + (1,) * (values.ndim - self._usable.ndim))
        summed = np.add.reduceat(np.where(held, values, 0.0), self._starts)
        chosen = summed[self._block, self.place, self.pollutant]
        return np.asarray(chosen / self.count.reshape(-1, *[1] * (chosen.ndim - 1)))
