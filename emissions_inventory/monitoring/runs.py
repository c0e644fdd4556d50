"""Runs of hours in which something holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["Runs", "runs_of"]


@dataclass(frozen=True)
class Runs:
    """Runs of hours, (run,).

    Attributes:
        stack: place of the stack.
        first: place of the first hour.
        last: place of the last hour, which belongs to the run.
    """

    stack: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        """Number of runs."""
        return len(self.stack)

    @cached_property
    def hours(self) -> np.ndarray:
        """Length of each, hours."""
        return np.asarray(self.last - self.first + 1)

    def take(self, which: np.ndarray) -> Runs:
        """Some of the runs."""
        return Runs(self.stack[which], self.first[which], self.last[which])

    def highest(self, values: np.ndarray) -> np.ndarray:
        """Highest value of each run, NaN left out; of values (stack, hour)."""
        if not len(self):
            return np.empty(0)
        padded = np.pad(np.nan_to_num(values, nan=-np.inf), ((0, 0), (0, 1)), constant_values=-np.inf)
        width = padded.shape[1]
        edges = np.stack([self.stack * width + self.first, self.stack * width + self.last + 1], axis=1)
        return np.asarray(np.maximum.reduceat(padded.ravel(), edges.ravel())[::2])

    def covered(self, shape: tuple[int, int]) -> np.ndarray:
        """Hours that belong to a run, (stack, hour)."""
        change = np.zeros((shape[0], shape[1] + 1), np.int32)
        np.add.at(change, (self.stack, self.first), 1)
        np.add.at(change, (self.stack, self.last + 1), -1)
        return np.asarray(change[:, :-1].cumsum(axis=1) > 0)


def runs_of(holds: np.ndarray, least: int = 1) -> Runs:
    """Runs of hours in which something holds.

    Args:
        holds: (stack, hour).
        least: shortest run wanted, hours.

    Returns:
        The runs, by stack and hour.
    """
    change = np.diff(np.pad(holds, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    stack, first = np.nonzero(change == 1)
    _, after = np.nonzero(change == -1)
    found = Runs(stack, first, after - 1)
    return found.take(found.hours >= least)
