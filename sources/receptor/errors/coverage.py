"""How often intervals cover the truth, over made samples of known factors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sources.receptor.errors.bootstrap import bootstrap
from sources.receptor.errors.bs_displacement import BS_LEVELS, bs_displace
from sources.receptor.errors.displacement import displace
from sources.receptor.factorisation import factorise
from sources.receptor.proofs import matched, synthetic_samples
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array, prepare

__all__ = ["CHI_SQUARE", "NINETY_PERCENT", "NINETY_PERCENT_BS", "Coverage", "measure_coverage"]

CHI_SQUARE = 2.706
"""90 % point of chi-square with one degree of freedom: the level that ordinary least squares would take."""

NINETY_PERCENT, NINETY_PERCENT_BS = 7.5, 3.0
"""Rises of Q at which displacement, and BS-DISP over ten resamples, cover about 90 % of known elements."""

_LEVELS = (CHI_SQUARE, 4.0, NINETY_PERCENT, 8.0, 15.0)
_BS_LEVELS = tuple(sorted({*BS_LEVELS, NINETY_PERCENT_BS}))
_STARTS, _RUNS, _RESAMPLES = 4, 50, 10


@dataclass(frozen=True)
class Coverage:
    """Fractions of known profile elements within their intervals.

    Attributes:
        replicates: made sample sets.
        bootstrap: of all elements, within the 5 to 95 % quantiles of 50 resamples.
        displacement: by rise of Q, of some elements drawn at random.
        union: by rise of Q, of the same within the bootstrap's or the displacement's interval.
        bs_displacement: by rise of Q, over ten resamples; empty where not asked for.
        elements: how many elements were displaced in all.
        bs_elements: the same on resamples.
        unreached: ends that displacement did not bring to their level.
        dropped: resamples of BS-DISP that did not count.
    """

    replicates: int
    bootstrap: float
    displacement: dict[float, float]
    union: dict[float, float]
    bs_displacement: dict[float, float]
    elements: int
    bs_elements: int
    unreached: int
    dropped: int


def measure_coverage(
    replicates: int = 100,
    *,
    first_seed: int = 0,
    levels: Sequence[float] = _LEVELS,
    species: int = 2,
    bs_replicates: int = 0,
    progress: Callable[[str], None] = lambda _step: None,
) -> Coverage:
    """Make samples of 5 factors with 10 % noise and 10 % missing, factorise, and look for the truth.

    The truth of an element is the factor's mean contribution to the species over the samples.

    Args:
        replicates: sample sets, each with its own factors.
        first_seed: of the first set.
        levels: rises of Q.
        species: how many, drawn at random, are displaced in each factor and set.
        bs_replicates: in how many of the sets BS-DISP is tried, for one species each.
        progress: told of each set begun.
    """
    counts = _Counts({}, 0, 0)
    for at in range(replicates):
        progress(f"coverage · {at + 1} of {replicates}")
        _one(first_seed + at, levels, species, at < bs_replicates, counts)
    rates = {name: float(np.mean(np.concatenate(hits))) for name, hits in counts.hits.items()}

    def of(kind: str) -> dict[float, float]:
        return {level: rate for (name, level), rate in rates.items() if name == kind}

    first = float(levels[0])
    return Coverage(
        replicates, rates["bootstrap", 0.0], of("displacement"), of("union"), of("bs"),
        sum(map(len, counts.hits["displacement", first])),
        sum(map(len, counts.hits.get(("bs", _BS_LEVELS[0]), []))), counts.unreached, counts.dropped,
    )  # fmt: skip


@dataclass
class _Counts:
    hits: dict[tuple[str, float], list[NDArray[np.bool_]]]
    unreached: int
    dropped: int

    def add(self, kind: str, level: float, low: Array, high: Array, truth: Array) -> None:
        self.hits.setdefault((kind, float(level)), []).append(((low <= truth) & (truth <= high)).ravel())


def _one(seed: int, levels: Sequence[float], count: int, resampled: bool, counts: _Counts) -> None:
    samples, contributions, profiles = synthetic_samples(seed)
    found = factorise(prepare(samples), len(profiles), starts=_STARTS, seed=seed)
    _, partner = matched(found.contributions, contributions)
    columns = np.random.default_rng(seed).choice(profiles.shape[1], count, replace=False)
    names = [samples.species[column] for column in columns]
    truth = profiles[:, columns]
    runs = bootstrap(found, _RUNS, seed=seed)
    low, high = runs.quantiles[0][partner], runs.quantiles[-1][partner]
    counts.add("bootstrap", 0.0, low, high, profiles)
    moved = displace(found, levels, names)
    counts.unreached += int((~moved.reached[:, :, :, columns]).sum())
    for at, level in enumerate(levels):
        least, most = (end[at][partner][:, columns] for end in (moved.lower, moved.upper))
        counts.add("displacement", level, least, most, truth)
        both = np.minimum(least, low[:, columns]), np.maximum(most, high[:, columns])
        counts.add("union", level, *both, truth)
    if resampled:
        _resampled(found, names[0], profiles[:, columns[0]], (partner, seed), counts)


def _resampled(
    found: Factorisation, name: str, truth: Array, which: tuple[NDArray[np.intp], int], counts: _Counts
) -> None:
    partner, seed = which
    made = bs_displace(found, _RESAMPLES, species=[name], levels=_BS_LEVELS, seed=seed)
    counts.dropped += len(made.dropped)
    if not made.accepted:
        return
    for at, level in enumerate(made.levels):
        counts.add("bs", level, made.lower[at][partner, 0], made.upper[at][partner, 0], truth)
