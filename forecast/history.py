"""What a model may look at: logarithms of one pollutant up to the moment of issue."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from foundation.times import beijing_from_utc

FLOOR = 0.5
"""Smallest concentration told apart from zero, µg m-3 (CO: 0.5 % of it, in mg m-3): below the
detection limits of the networks, and keeps the logarithm finite."""


@dataclass(frozen=True)
class History:
    """Natural logarithms of the concentration of one pollutant, in display units.

    Row `i` belongs to the issue at `times[i]`. A forecast of lead `k` issued there is judged by
    `target[i + k]`. A model called for issue `i` may read `recent[: i + 1]` and
    `target[: i + 1 - delay]` and nothing else.

    Attributes:
        recent: (time, place) mean of the step that ends at each issue time; short gaps carry the
            last value forward.
        target: (time, place) what was measured in the step judged; NaN where it was not.
        times: (time,) issue instants, UTC, evenly spaced.
        steps_per_day: 1 for days, 24 for hours.
        delay: steps after its issue time at which `target[i]` is known: 0 when the step ends there,
            1 when the day judged still runs at the hour of issue.
    """

    recent: np.ndarray
    target: np.ndarray
    times: np.ndarray
    steps_per_day: int
    delay: int = 0

    def without_future(self, issue: int) -> History:
        """The same history as it was known at an issue: later rows are missing."""
        recent, target = self.recent.copy(), self.target.copy()
        recent[issue + 1 :] = np.nan
        target[issue + 1 - self.delay :] = np.nan
        return replace(self, recent=recent, target=target)

    def known_cases(self, issues: np.ndarray, issue: int, lead: int) -> np.ndarray:
        """Which of the (increasing) `issues` had their forecast of `lead` judged by `issue`."""
        return np.asarray(issues + lead <= issue - self.delay)


def day_of_year(times: np.ndarray) -> np.ndarray:
    """Day of the year in Beijing time, 1 to 366, of UTC instants."""
    days = beijing_from_utc(times).astype("datetime64[D]")
    return np.asarray((days - days.astype("datetime64[Y]")).astype(int) + 1)


def trailing_anchors(values: np.ndarray, issues: np.ndarray, days: int, steps_per_day: int) -> np.ndarray:
    """Mean of the last `days`, for each hour of the day, up to each issue.

    Args:
        values: (time, ...) NaN where missing.
        issues: (issue,) rows, increasing and at one hour of the day.
        days: length of the mean.
        steps_per_day: steps in a day.

    Returns:
        (issue, steps_per_day, ...); row `s` is the mean at the phase of the step `s + 1` after the
        issue. NaN where there is no value at that phase.
    """
    lead_in = -(int(issues[0]) + 1) % steps_per_day
    by_day = last_days(values, lead_in, steps_per_day)
    known = np.isfinite(by_day)
    total = np.where(known, by_day, 0.0).cumsum(axis=0)
    count = known.cumsum(axis=0)
    last = (issues + 1 + lead_in) // steps_per_day - 1
    first = last - days
    total_before = np.where(_wide(first >= 0, total), total[np.maximum(first, 0)], 0.0)
    count_before = np.where(_wide(first >= 0, count), count[np.maximum(first, 0)], 0)
    number = count[last] - count_before
    return np.where(number > 0, (total[last] - total_before) / np.maximum(number, 1), np.nan)


def last_days(values: np.ndarray, lead_in: int, steps_per_day: int) -> np.ndarray:
    """Values cut into whole days (day, step, ...), after `lead_in` missing steps; the rest is dropped."""
    missing = np.full((lead_in, *values.shape[1:]), np.nan)
    padded = np.concatenate([missing, values])
    whole = len(padded) // steps_per_day
    return padded[: whole * steps_per_day].reshape(whole, steps_per_day, *values.shape[1:])


def _wide(mask: np.ndarray, like: np.ndarray) -> np.ndarray:
    return mask.reshape(-1, *([1] * (like.ndim - 1)))


def mean_of_known(values: np.ndarray, axis: int) -> np.ndarray:
    """Mean over an axis of what is there; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def sums_before(values: np.ndarray, axis: int = 0) -> np.ndarray:
    """Sums along an axis of all that stands before each position; one longer, zero first."""
    first = np.zeros_like(np.take(values, [0], axis=axis))
    return np.concatenate([first, values.cumsum(axis=axis)], axis=axis)


def last_known(values: np.ndarray, within: int | None = None) -> np.ndarray:
    """The last value at or before each row, along the first axis.

    Args:
        values: (time, ...) NaN where missing.
        within: the oldest value taken is this many rows old, less one; of any age when None.

    Returns:
        The same shape; NaN where there is no such value.
    """
    rows = np.arange(len(values)).reshape(-1, *([1] * (values.ndim - 1)))
    latest = np.maximum.accumulate(np.where(np.isfinite(values), rows, -1), axis=0)
    taken = np.take_along_axis(values, np.maximum(latest, 0), axis=0)
    known = latest >= 0 if within is None else (latest >= 0) & (rows - latest < within)
    return np.where(known, taken, np.nan)


def last_day_of(values: np.ndarray, issues: np.ndarray, steps_per_day: int, back: int = 0) -> np.ndarray:
    """The steps of the day that ends at each issue, or `back` days before it: (issue, step, ...)."""
    rows = issues[:, None] - back * steps_per_day + np.arange(1 - steps_per_day, 1)
    inside = (rows >= 0).reshape(*rows.shape, *([1] * (values.ndim - 1)))
    return np.where(inside, values[np.maximum(rows, 0)], np.nan)


def targets(history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
    """What was measured (issue, lead, place); NaN where it was not, or lies beyond the record."""
    rows = issues[:, None] + leads
    inside = rows < len(history.target)
    return np.where(inside[..., None], history.target[np.where(inside, rows, 0)], np.nan)
