"""Persistence, and persistence damped towards what was usual of late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.baselines.seasonal_cycle import seasonal_cycle
from forecast.history import History, last_day_of, mean_of_known, trailing_anchors

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
        steps = history.steps_per_day
        fade = (self.decay ** (leads / steps))[:, None]
        fast_fade = (np.exp(-leads / FAST_DECAY_HOURS) * (steps > 1))[:, None]
        anchor = trailing_anchors(history.recent, issues, self.memory_days, steps)
        last_day = last_day_of(history.recent, issues, steps)
        ahead = np.zeros((len(issues), len(leads), history.recent.shape[1]))
        if self.seasonal:
            cycle = seasonal_cycle(history, issues)
            anchor = anchor - cycle.trailing(history, issues, self.memory_days)
            last_day = last_day - cycle.last_day(history, issues)
            ahead = cycle.ahead(history, issues, leads)
        anomaly = last_day - anchor
        slow = mean_of_known(anomaly, axis=1)[:, None]
        fast = np.nan_to_num(anomaly[:, -1:] - slow)
        return np.asarray(ahead + anchor[:, (leads - 1) % steps] + fade * slow + fast_fade * fast)
