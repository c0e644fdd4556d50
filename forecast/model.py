"""One signature for every model of the series at a place."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from forecast.history import History


class SeriesModel(Protocol):
    """A point forecast (the median) of the logarithm of a concentration."""

    @property
    def name(self) -> str:
        """Name in scores."""
        ...

    def predict(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Forecast from each issue for each lead.

        Args:
            history: the series; nothing after an issue may change that issue's forecast.
            issues: (issue,) rows of the history, increasing.
            leads: (lead,) steps ahead, 1 or more.

        Returns:
            (issue, lead, place) natural logarithms; NaN where the model cannot say.
        """
        ...
