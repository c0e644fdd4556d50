"""Concentrations and arrivals drawn again in blocks of days, so that weather that lasts stays together."""

from __future__ import annotations

from typing import Literal

import numpy as np

from foundation.errors import InputError
from foundation.times import DAY, day_of_hour
from sources.trajectory_statistics.matching import Sample
from sources.trajectory_statistics.measurements import label_of_arrival

__all__ = ["Drawing", "block_numbers", "drawn_counts", "drawn_sources"]

Drawing = Literal["permutation", "bootstrap"]
_FEWEST_BLOCKS = 5


def block_numbers(sample: Sample, block_days: int) -> np.ndarray:
    """Number of the block of days in which each trajectory arrives, from 0, shape (trajectory,).

    Days are those of the measurements; empty blocks have no number; receptors share the blocks.

    Raises:
        InputError: when there are fewer than five blocks, too few to draw from.
    """
    blocks = _days(sample) // block_days
    kept, number = np.unique(blocks, return_inverse=True)
    if len(kept) < _FEWEST_BLOCKS:
        raise InputError(
            f"significance: expected {_FEWEST_BLOCKS} blocks of {block_days} days or more, got {len(kept)}",
            remedy="Give a longer period, or shorter blocks",
        )
    return np.asarray(number)


def drawn_sources(
    sample: Sample, block_days: int, replicates: int, drawing: Drawing, seed: int
) -> np.ndarray:
    """For each trajectory the one whose concentration it is given, as if there were no link between the two.

    `permutation` shuffles whole blocks of arrivals, `bootstrap` draws blocks with replacement (Künsch 1989,
    doi:10.1214/aos/1176347265). The blocks begin on another day in each draw: with fixed seams the cells
    whose air arrives across a seam would look remarkable. Days stay whole; all receptors are drawn
    together. Where a receptor has no measurement at the drawn time, its next one is taken.

    Returns:
        Indices of trajectories, shape (trajectory, replicate).

    Raises:
        InputError: when there are fewer than five blocks.
    """
    block_numbers(sample, block_days)
    times, first, at = np.unique(sample.trajectories.arrival_time, return_index=True, return_inverse=True)
    days = _days(sample)[first]
    table, row = _source_table(sample, at, len(times))
    generator = np.random.default_rng(seed)
    drawn = np.empty((len(sample), replicates), dtype=np.int64)
    for replicate in range(replicates):
        seams = np.flatnonzero(np.diff((days + int(generator.integers(block_days))) // block_days)) + 1
        members = np.split(np.arange(len(times)), seams)
        sequence = np.concatenate([members[block] for block in _order(len(members), drawing, generator)])
        drawn[:, replicate] = table[row, np.resize(sequence, len(times))[at]]
    return drawn


def drawn_counts(sample: Sample, block_days: int, replicates: int, seed: int) -> np.ndarray:
    """How often each trajectory is drawn when blocks of days are, with replacement.

    Returns:
        Shape (trajectory, replicate), of float64.
    """
    blocks = block_numbers(sample, block_days)
    number = int(blocks.max()) + 1
    generator = np.random.default_rng(seed)
    counts = generator.multinomial(number, np.full(number, 1.0 / number), size=replicates)
    return np.asarray(counts.T[blocks], dtype=float)


def _days(sample: Sample) -> np.ndarray:
    """Day of the measurements on which each trajectory arrives, from 0 for the first."""
    days = day_of_hour(label_of_arrival(sample.trajectories.arrival_time, "hour"))
    return np.asarray(((days - days.min()) / DAY).astype(np.int64))


def _order(blocks: int, drawing: Drawing, generator: np.random.Generator) -> np.ndarray:
    if drawing == "permutation":
        return np.asarray(generator.permutation(blocks))
    return np.asarray(generator.integers(blocks, size=blocks))


def _source_table(sample: Sample, at: np.ndarray, times: int) -> tuple[np.ndarray, np.ndarray]:
    """A trajectory of each receptor for each time, (receptor, time), and each trajectory's receptor."""
    names, row = np.unique(sample.trajectories.receptor, return_inverse=True)
    table = np.empty((len(names), times), dtype=np.int64)
    for receptor in range(len(names)):
        own = np.flatnonzero(row == receptor)
        held, first = np.unique(at[own], return_index=True)
        table[receptor] = own[first][np.searchsorted(held, np.arange(times)) % len(held)]
    return table, np.asarray(row)
