"""Persistence, and persistence damped towards what was usual of late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.baselines.seasonal_cycle import seasonal_cycle
from forecast.history import History, trailing_anchor

FAST_DECAY_HOURS = 6.0
"""e-folding time of the part of an hourly anomaly that is not in its last day, hours."""


@dataclass(frozen=True)
class Persistence:
    """The last measured value stays."""

    name: str = "persistence"

    def predict(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `SeriesModel.predict`."""
        return np.repeat(history.recent[issues][:, None, :], len(leads), axis=1)


@dataclass(frozen=True)
class DampedPersistence:
    """The anomaly from the mean of the last days fades by a factor a day (AR(1); Wilks 2011, 9.3.1).

    Hourly anomalies are split: their mean over the last day fades so, the rest within hours.

    Attributes:
        memory_days: length of the mean.
        decay: factor by which the anomaly shrinks in a day.
        seasonal: take the anomaly from the seasonal cycle known at issue, so that the mean moves on
            with the season.
    """

    memory_days: int
    decay: float
    seasonal: bool = False
    name: str = "damped persistence"

    def predict(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `SeriesModel.predict`."""
        steps, places = history.steps_per_day, history.recent.shape[1]
        fade = self.decay ** (leads / steps)
        fast_fade = np.exp(-leads / FAST_DECAY_HOURS) if steps > 1 else np.zeros(len(leads))
        forecast = np.full((len(issues), len(leads), places), np.nan)
        cycles = seasonal_cycle(history, issues) if self.seasonal else None
        for row, issue in enumerate(issues):
            past = np.arange(max(issue + 1 - self.memory_days * steps, 0), issue + 1)
            cycle = None if cycles is None else cycles.at(row, history, past)
            recent = history.recent[: issue + 1]
            if cycle is not None:
                recent = recent.copy()
                recent[past] -= cycle
            anchor = trailing_anchor(recent, issue, self.memory_days, steps)
            slow, fast = _split_anomaly(recent, anchor, issue, steps)
            ahead = anchor[(leads - 1) % steps] + fade[:, None] * slow + fast_fade[:, None] * fast
            forecast[row] = ahead if cycles is None else ahead + cycles.at(row, history, issue + leads)
        return forecast


def _split_anomaly(
    recent: np.ndarray, anchor: np.ndarray, issue: int, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """The day's mean anomaly and what the last step has beyond it, each (place,)."""
    last_day = recent[issue + 1 - steps : issue + 1] if issue + 1 >= steps else recent[: issue + 1]
    anomaly = last_day - anchor[-len(last_day) :]
    count = np.isfinite(anomaly).sum(axis=0)
    slow = np.where(count > 0, np.nansum(anomaly, axis=0) / np.maximum(count, 1), np.nan)
    fast = np.nan_to_num(anomaly[-1] - slow)
    return slow, fast
