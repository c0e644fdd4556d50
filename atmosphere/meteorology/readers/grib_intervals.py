"""Means and sums over intervals, as models write them, turned into rates between one time and the next."""

from __future__ import annotations

import numpy as np

from atmosphere.meteorology.readers.grib import Field

_SECOND = np.timedelta64(1, "s")


def over_interval(one: Field) -> bool:
    """Whether a field is a mean or a sum over an interval."""
    return one.header.statistic in ("avg", "accum")


def _run(one: Field) -> tuple[np.datetime64, np.datetime64]:
    return one.header.reference, one.header.start


def is_empty(one: Field) -> bool:
    """Whether it is one over an interval of no length, as models write for their first step."""
    return over_interval(one) and bool(one.header.start == one.header.valid)


def rate(by_time: dict[np.datetime64, Field], time: np.datetime64) -> np.ndarray:
    """An instant as it is; else the mean over the last part of the interval.

    What an earlier field with the same start tells is taken off. A mean keeps its unit, a sum becomes a sum
    per second.
    """
    one = by_time[time]
    if not over_interval(one):
        return one.values
    total, seconds = _total(one)
    earlier = [
        other for when, other in by_time.items()
        if when < time and _run(other) == _run(one) and over_interval(other)
    ]  # fmt: skip
    if earlier:
        before, first = _total(max(earlier, key=lambda other: other.header.valid))
        total, seconds = total - before, seconds - first
    return total / seconds


def _total(one: Field) -> tuple[np.ndarray, float]:
    seconds = float((one.header.valid - one.header.start) / _SECOND)
    return (one.values * seconds if one.header.statistic == "avg" else one.values), seconds
