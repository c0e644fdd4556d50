"""Climatology: the usual value for the season, the weekday and the hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.baselines.seasonal_cycle import seasonal_cycle
from forecast.history import History


@dataclass(frozen=True)
class Climatology:
    """The seasonal cycle fitted on all that was measured before the issue.

    Attributes:
        minimum_days: record a place must have before its climatology is used, days.
    """

    minimum_days: int = 30
    name: str = "climatology"

    def predict(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `SeriesModel.predict`."""
        forecast = seasonal_cycle(history, issues).ahead(history, issues, leads)
        count = np.isfinite(history.recent).cumsum(axis=0)[issues]
        enough = count >= self.minimum_days * history.steps_per_day
        return np.where(enough[:, None, :], forecast, np.nan)
