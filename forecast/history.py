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


def trailing_anchor(recent: np.ndarray, issue: int, days: int, steps_per_day: int) -> np.ndarray:
    """Mean of the last `days`, for each hour of the day, up to an issue.

    Returns:
        (steps_per_day, place); row `s` is the mean at the phase of the step `s + 1` after the issue.
        NaN where a place has no value at that phase.
    """
    first = issue + 1 - days * steps_per_day
    block = recent[max(first, 0) : issue + 1]
    if first < 0:
        block = np.concatenate([np.full((-first, recent.shape[1]), np.nan), block])
    phases = block.reshape(days, steps_per_day, recent.shape[1])
    count = np.isfinite(phases).sum(axis=0)
    total = np.nansum(phases, axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
