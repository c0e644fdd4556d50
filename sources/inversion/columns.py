"""The parts whose amounts are scaled: sources, or their parts by precursor and by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from sources.inversion.arrays import Array
from sources.inversion.configuration import PriorConfig
from sources.inversion.precursors import PRECURSORS
from sources.inversion.samples import Samples

__all__ = ["Columns", "columns_of"]

_ROUNDING = 1e-8
"""Added to a variance that would be 0, so that its root exists."""


@dataclass(frozen=True)
class Columns:
    """Parts that are scaled by factors of their own.

    Attributes:
        amounts: kg m-3, (row, column).
        of_states: logarithm of a column's factor by state, sources first, (column, state).
        varied: prior covariances of the states after the sources'.
    """

    amounts: Array
    of_states: Array
    varied: tuple[Array, ...] = ()


def columns_of(samples: Samples, prior: PriorConfig) -> Columns:
    """Sources, and parts of them where the prior lets precursors or days have factors of their own.

    Raises:
        InputError: when precursors are to have factors of their own and the tags do not tell components.
    """
    made = Columns(samples.tags, np.eye(len(samples.sources)))
    if prior.precursor > 0:
        made = _by_precursor(made, samples, prior.precursor)
    return _by_day(made, samples, prior.drift) if prior.drift > 0 else made


def _by_precursor(made: Columns, samples: Samples, deviation: float) -> Columns:
    if samples.precursors is None:
        raise InputError("component_contribution: not there, and prior.precursor is above 0", where="tags",
                         remedy="Set prior.precursor to 0 or give tags with components")  # fmt: skip
    count, kinds = len(samples.sources), len(PRECURSORS)
    amounts = (samples.tags[..., None] * samples.precursors).reshape(len(samples.tags), -1)
    of_states = np.concatenate([np.repeat(made.of_states, kinds, axis=0), np.eye(count * kinds)], axis=1)
    return Columns(amounts, of_states, (deviation**2 * np.eye(count * kinds),))


def _by_day(made: Columns, samples: Samples, deviation: float) -> Columns:
    """Each source's factor walks from day to day about its mean: a random walk whose mean is taken off."""
    at = np.arange(int(samples.day.max()) + 1)
    walk = deviation**2 * np.minimum.outer(at, at)
    walk = walk - walk.mean(0) - walk.mean(1)[:, None] + walk.mean() + _ROUNDING * np.eye(len(at))
    on = (samples.day[:, None] == at).astype(float)
    count, width = len(samples.sources), made.amounts.shape[1]
    amounts = (made.amounts[:, :, None] * on[:, None, :]).reshape(len(made.amounts), -1)
    owner = made.of_states[:, :count].argmax(1)
    of_days = np.zeros((width, len(at), count, len(at)))
    of_days[np.arange(width)[:, None], at, owner[:, None], at] = 1.0
    of_states = np.concatenate(
        [np.repeat(made.of_states, len(at), axis=0), of_days.reshape(width * len(at), -1)], axis=1
    )
    return Columns(amounts, of_states, (*made.varied, *[walk] * count))
