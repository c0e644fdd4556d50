"""Contributions before and after the correction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sources.inversion.arrays import Array
from sources.inversion.errors import PER_UG
from sources.inversion.inversion import INTERVAL, Inversion
from sources.inversion.threads import one_thread

__all__ = ["contributions", "mean_contributions"]

_DRAWS, _SEED = 2000, 1


def mean_contributions(found: Inversion) -> Array:
    """Mean contributions in the hours used, as the model gives them, kg m-3, (place, pollutant, source)."""
    samples = found.samples
    shape = (len(samples.places), len(samples.pollutants), len(samples.sources))
    total, count = np.zeros(shape), np.zeros((*shape[:2], 1))
    np.add.at(total, (samples.place, samples.pollutant), samples.tags * samples.count[:, None])
    np.add.at(count, (samples.place, samples.pollutant), samples.count[:, None].astype(float))
    return np.asarray(np.divide(total, count, out=np.full(shape, np.nan), where=count > 0))


def contributions(found: Inversion, by: str) -> pd.DataFrame:
    """Contributions before and after, over the hours used, without the lasting errors of the model.

    Args:
        found: the correction.
        by: `sector` or `region`: what sources are added up to.

    Returns:
        place, pollutant, the group, before, after, low, high in µg m-3, and its shares before and after, 1;
        low and high are the ends of intervals of probability `INTERVAL`.
    """
    groups = list(dict.fromkeys(getattr(source, by) for source in found.sources))
    member = np.array([[getattr(s, by) == group for group in groups] for s in found.sources], float)
    mean = mean_contributions(found)
    with one_thread():
        drawn = np.random.default_rng(_SEED).multivariate_normal(
            found.logarithm, found.covariance, _DRAWS, method="cholesky"
        )
    before, after = mean @ member, (mean * found.factor) @ member
    tables = []
    for at in np.ndindex(mean.shape[:2]):
        if not np.isfinite(before[at]).all():
            continue
        low, high = np.quantile(
            (np.exp(drawn) * mean[at]) @ member, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2], axis=0
        )
        tables.append(pd.DataFrame({
            "place": found.samples.places[at[0]], "pollutant": found.samples.pollutants[at[1]], by: groups,
            "before": before[at] / PER_UG, "after": after[at] / PER_UG, "low": low / PER_UG,
            "high": high / PER_UG, "share_before": _share(before[at]), "share_after": _share(after[at]),
        }))  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def _share(parts: Array) -> Array:
    total = parts.sum()
    return parts / total if total > 0 else np.zeros_like(parts)
