"""Steps of time made regular, so that a run, a window or a gap is a matter of neighbours in an array."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foundation.errors import ContractError
from foundation.times import DAY, HOUR

STEP = {"hour": HOUR, "day": DAY}


@dataclass(frozen=True)
class RegularTimes:
    """All steps from the first to the last time of a data set.

    Attributes:
        times: every step, `datetime64[ns]`, shape (step,).
        index: where the times of the data set lie among them, shape (time,).
    """

    times: np.ndarray
    index: np.ndarray

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values (time, column) on all steps, NaN where there was no time."""
        out = np.full((len(self.times), *values.shape[1:]), np.nan)
        out[self.index] = values
        return out


def regular_times(times: np.ndarray, averaging: str) -> RegularTimes:
    """Every hour or day between the first and the last of sorted times.

    Raises:
        ContractError: when times do not lie a whole number of steps apart.
    """
    step = STEP[averaging].astype("timedelta64[ns]")
    axis = np.asarray(times, dtype="datetime64[ns]")
    if not len(axis):
        return RegularTimes(axis, np.zeros(0, dtype=int))
    offset = axis - axis[0]
    index = (offset // step).astype(int)
    if (offset % step != np.timedelta64(0, "ns")).any():
        first = axis[int(np.argmax(offset % step != np.timedelta64(0, "ns")))]
        raise ContractError(f"'time': expected whole steps of one {averaging}, got {first} after {axis[0]}")
    return RegularTimes(axis[0] + np.arange(index[-1] + 1) * step, index)


def run_lengths(starts: np.ndarray) -> np.ndarray:
    """Length of the run to which each element belongs, down each column.

    Args:
        starts: where a run begins, shape (step, column); the first row always begins one.
    """
    if not starts.size:
        return np.zeros(starts.shape, dtype=int)
    begins = starts.copy()
    begins[0] = True
    run = np.cumsum(begins.ravel(order="F")) - 1
    return np.asarray(np.bincount(run)[run]).reshape(starts.shape, order="F")
