"""What the data could see: sources that stay as unknown as before, and pairs that cannot be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sources.inversion.inversion import Inversion
from sources.inversion.samples import Source

__all__ = ["Pair", "Visibility", "visibility_of"]


@dataclass(frozen=True)
class Pair:
    """Two sources of which mostly the sum is known.

    Attributes:
        first: a source.
        second: another.
        correlation: of the errors of the logarithms of their factors, -1 to 0.
    """

    first: Source
    second: Source
    correlation: float


@dataclass(frozen=True)
class Visibility:
    """What the data could see.

    Attributes:
        seen: sources of which the data removed enough of the variance.
        unseen: the other sources: their factors are the prior's, and say nothing.
        together: pairs that cannot be told apart, the worst first.
    """

    seen: tuple[Source, ...]
    unseen: tuple[Source, ...]
    together: tuple[Pair, ...]


def visibility_of(found: Inversion) -> Visibility:
    """Judge an inversion by `unseen` and `together` of its choices.

    Two sources cannot be told apart when the errors of their factors go against each other, more than
    `together` says, and enough is known of their sum for it to be seen.
    """
    unseen = (found.removed < found.config.unseen).tolist()
    correlation = found.covariance / np.outer(found.deviation, found.deviation)
    pairs = [
        Pair(found.sources[one], found.sources[two], float(correlation[one, two]))
        for one, two in combinations(range(len(unseen)), 2)
        if correlation[one, two] < -found.config.together
        and _removed_of_sum(found, one, two) >= found.config.unseen
    ]
    named = list(zip(found.sources, unseen, strict=True))
    return Visibility(
        tuple(source for source, hidden in named if not hidden),
        tuple(source for source, hidden in named if hidden),
        tuple(sorted(pairs, key=lambda pair: pair.correlation)),
    )


def _removed_of_sum(found: Inversion, one: int, two: int) -> float:
    """Share of variance removed of the sum of two sources' contributions, relative to it."""
    both = np.ix_([one, two], [one, two])
    weight = found.samples.tags[:, [one, two]].mean(0) * found.factor[[one, two]]
    before, after = (weight @ part[both] @ weight for part in (found.prior_covariance, found.covariance))
    return float(1.0 - after / before) if before > 0 else 0.0
