"""Limits of a sequential test for a growing error, drawn from the reference period itself.

The cumulative sum of Page (1954, doi:10.1093/biomet/41.1-2.100): with the daily logarithm x of the ratio of
CRPS to that of the baseline, standardised by its mean and deviation of the reference,

    S(t) = max(0, S(t - 1) + z(t) - k),   k = ln(1 + worsening) / (2 deviation),

where k, half the shift looked for, is the best choice for it (Moustakides 1986, doi:10.1214/aos/1176350164).
A growth that lasts is looked for, not a bad day: z is cut at a largest step (Huber 1964,
doi:10.1214/aoms/1177703732), and k is not larger than the configuration allows, so that no few days can pass
the limit, whose height could not be learnt from a reference of a year or two.

Textbook limits suppose independent normal days with known mean; days here hang together, have long tails, and
the mean is estimated. So the limit is drawn (Chatterjee and Qiu 2009, doi:10.1214/08-AOAS197): a reference
and a year to be watched are put together from blocks of the true reference, the first gives mean and
deviation, the second its largest S. All groups are drawn together. Groups of a kind (all, leads, places)
share a limit on their largest S: a limit of each group alone is learnt too badly, and the one that came out
too low sounds. Among kinds, the share of paths that each may exceed is lowered until any group passes its
limit in no more than the share of years asked for (Westfall and Young 1993, Resampling-based multiple
testing, section 2.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.verification.configuration import DriftConfig

SEED = 20260701
_SMALLEST_DEVIATION = 1e-6


@dataclass(frozen=True)
class Limits:
    """What the test of each group goes by; every array is (group,), or (path, group).

    Attributes:
        mean: of x in the reference.
        deviation: of x in the reference.
        allowance: k.
        limit: S above it is an alarm.
        largest_step: at which z is cut.
    """

    mean: np.ndarray
    deviation: np.ndarray
    allowance: np.ndarray
    limit: np.ndarray
    largest_step: float

    def of_groups(self, kept: list[int]) -> Limits:
        """Those of some groups, by their numbers."""
        mean, deviation, allowance, limit = (
            part[kept] for part in (self.mean, self.deviation, self.allowance, self.limit)
        )
        return Limits(mean, deviation, allowance, limit, self.largest_step)


def cumulative_sums(values: np.ndarray, limits: Limits) -> np.ndarray:
    """S of every day, from zero before the first; a missing day changes nothing.

    Args:
        values: (day, ..., group) x; NaN where missing.
        limits: of the groups.

    Returns:
        The shape of `values`.
    """
    standardised = (values - limits.mean) / limits.deviation
    cut = np.clip(standardised, -limits.largest_step, limits.largest_step)
    steps = np.where(np.isfinite(standardised), cut - limits.allowance, 0.0)
    sums = np.empty_like(steps)
    level = np.zeros(steps.shape[1:])
    for day, step in enumerate(steps):
        level = np.maximum(level + step, 0.0)
        sums[day] = level
    return sums


def limits_of(reference: np.ndarray, kinds: Sequence[str], config: DriftConfig) -> Limits:
    """Limits for the groups of a reference.

    Args:
        reference: (day, group) x of the reference period; NaN where missing.
        kinds: (group,) kind of each group; those of a kind share a limit.
        config: shift looked for, blocks, paths and the false alarms allowed.
    """
    scaled = _without_limit(reference, config)
    limit = _limits_by_kind(_largest_of_paths(reference, config), kinds, config.false_alarm)
    return replace(scaled, limit=limit)


def _without_limit(reference: np.ndarray, config: DriftConfig) -> Limits:
    mean, deviation = _scale(reference)
    allowance = np.minimum(np.log1p(config.worsening) / (2.0 * deviation), config.largest_allowance)
    return Limits(mean, deviation, allowance, np.full(mean.shape, np.inf), config.largest_step)


def _scale(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation over the first axis, of what is there."""
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 2)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    square = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0) / (count - 1)
    return mean, np.maximum(np.sqrt(square), _SMALLEST_DEVIATION)


def _largest_of_paths(reference: np.ndarray, config: DriftConfig) -> np.ndarray:
    """Largest S (path, group) in a year without any change, mean and deviation estimated as for real."""
    random = np.random.default_rng(SEED)
    known = reference[_drawn_days(len(reference), len(reference), config, random)]
    watched = reference[_drawn_days(len(reference), config.path_days, config, random)]
    return np.asarray(cumulative_sums(watched, _without_limit(known, config)).max(axis=0))


def _drawn_days(days: int, length: int, config: DriftConfig, random: np.random.Generator) -> np.ndarray:
    """Days (day, path) of paths of circular blocks (Politis and Romano 1992)."""
    starts = random.integers(0, days, (-(-length // config.block_days), 1, config.paths))
    steps = np.arange(config.block_days)[None, :, None]
    drawn: np.ndarray = ((starts + steps) % days).reshape(-1, config.paths)[:length]
    return drawn


def _limits_by_kind(largest: np.ndarray, kinds: Sequence[str], false_alarm: float) -> np.ndarray:
    """Limit (group,) such that any group passes its own in `false_alarm` of the paths.

    The rank of a path's largest S in a kind, among all paths, makes kinds comparable; the limits lie where
    the highest rank over the kinds has its quantile.
    """
    names = list(dict.fromkeys(kinds))
    columns = [np.array([kind == name for kind in kinds]) for name in names]
    found = np.stack([largest[:, held].max(axis=1) for held in columns], axis=1)
    ordered = np.sort(found, axis=0)
    ranks = [np.searchsorted(ordered[:, n], found[:, n]) for n in range(len(names))]
    critical = int(np.ceil(np.quantile(np.max(ranks, axis=0), 1.0 - false_alarm)))
    limits = ordered[min(critical, len(ordered) - 1)]
    return np.asarray([limits[names.index(kind)] for kind in kinds])
