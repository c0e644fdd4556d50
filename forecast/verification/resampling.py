"""How sure is a score? A circular block bootstrap over the issues.

Errors of neighbouring days hang together, so that whole blocks are drawn instead of single days:
Künsch (1989), The jackknife and the bootstrap for general stationary observations, Annals of Statistics
17, 1217-1241, doi:10.1214/aos/1176347265; joined to a circle so that every day is drawn equally often:
Politis and Romano (1992), A circular block-resampling procedure for stationary data, in Exploring the
Limits of Bootstrap, Wiley, 263-270.

`scores.processing.block_bootstrap` does the same by building every resampled array, which at a thousand
resamples of a whole hindcast does not fit in memory, and draws from NumPy's global generator. Here a
resample is only how often each issue is drawn, and a mean is a matrix product; a test holds the two together.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

BLOCK = np.timedelta64(7, "D")
RESAMPLES = 1000
SEED = 20260301


def draws_of_issues(
    issues: np.ndarray, *, block: np.timedelta64 = BLOCK, resamples: int = RESAMPLES, seed: int = SEED
) -> xr.DataArray:
    """How often each issue is drawn in each resample.

    Issues are laid on an even axis of their usual distance; a block covers time, so that issues on both
    sides of a gap are not taken for neighbours.

    Args:
        issues: issue times, `datetime64`, shape (issue,).
        block: length of a block.
        resamples: number of resamples.
        seed: seed of the generator; the same seed gives the same draws.

    Returns:
        Counts, dims (resample, issue).
    """
    slots = _slots(issues)
    total = int(slots.max()) + 1 if slots.size else 0
    if total == 0:
        return xr.DataArray(np.zeros((resamples, 0)), dims=("resample", "issue"))
    length = min(_slots_of_block(issues, block), total)
    starts = np.random.default_rng(seed).integers(0, total, (resamples, -(-total // length)))
    drawn = (starts[:, :, None] + np.arange(length)) % total
    drawn = drawn.reshape(resamples, -1)[:, :total]
    counts = np.zeros((resamples, total))
    np.add.at(counts, (np.arange(resamples)[:, None], drawn), 1.0)
    return xr.DataArray(counts[:, slots], dims=("resample", "issue"))


def _usual_step(issues: np.ndarray) -> np.timedelta64:
    steps = np.diff(np.sort(issues.astype("datetime64[s]")))
    return (
        np.timedelta64(int(np.median(steps.astype("int64"))), "s") if steps.size else np.timedelta64(1, "D")
    )


def _slots(issues: np.ndarray) -> np.ndarray:
    if issues.size == 0:
        return np.zeros(0, dtype=int)
    offsets = issues.astype("datetime64[s]") - issues.astype("datetime64[s]").min()
    slots: np.ndarray = np.rint(offsets / _usual_step(issues)).astype(int)
    return slots


def _slots_of_block(issues: np.ndarray, block: np.timedelta64) -> int:
    return max(1, round(float(block.astype("timedelta64[s]") / _usual_step(issues))))


def resampled_means(values: xr.DataArray, draws: xr.DataArray) -> xr.DataArray:
    """Mean over the issues of each resample.

    Args:
        values: dims with `issue`, NaN where a case does not count.
        draws: from `draws_of_issues`.

    Returns:
        The dims of `values` with `resample` for `issue`; NaN where a resample holds no case.
    """
    present = values.notnull().astype(float)
    total = xr.dot(draws, values.fillna(0.0), dim="issue")
    count = xr.dot(draws, present, dim="issue")
    means: xr.DataArray = total / count.where(count > 0)
    return means


def interval(resampled: xr.DataArray, confidence: float = 0.95) -> tuple[xr.DataArray, xr.DataArray]:
    """Percentile interval over the resamples that hold a case; NaN where none does."""
    tail = (1.0 - confidence) / 2.0
    bounds = _quantiles_without_missing(resampled.transpose(..., "resample").values, (tail, 1.0 - tail))
    like = resampled.isel(resample=0, drop=True)
    low, high = (like.transpose(*like.dims).copy(data=bound) for bound in bounds)
    return low, high


def _quantiles_without_missing(values: np.ndarray, levels: tuple[float, float]) -> np.ndarray:
    """Quantiles along the last axis; `nanquantile` is slow and warns where all is missing."""
    ordered = np.sort(values, axis=-1)
    count = np.isfinite(ordered).sum(axis=-1)
    bounds = []
    for level in levels:
        place = level * np.maximum(count - 1, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        first = np.take_along_axis(ordered, below[..., None], -1)[..., 0]
        second = np.take_along_axis(ordered, above[..., None], -1)[..., 0]
        bounds.append(first + (place - below) * (second - first))
    return np.stack(bounds)
