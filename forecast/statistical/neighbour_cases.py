"""Cases of a regression: what it sees of each station at each issue, and how the concentration went on."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from forecast.history import last_known
from forecast.learned.panel import Panel
from forecast.statistical.surroundings import surroundings, weather_ahead
from foundation.errors import InputError


class Regressor(Protocol):
    """What scikit-learn's regressors do."""

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Answers (case,) to inputs (case, column)."""
        ...


@dataclass(frozen=True)
class Parts:
    """Rows of issues; the steps they are judged by may not lie beyond the end of their part.

    Attributes:
        train: first row and the one after the last.
        validation: likewise.
    """

    train: tuple[int, int]
    validation: tuple[int, int]


class Cases:
    """Inputs and answers of every issue and station of a panel; what all leads share is made once.

    Args:
        panel: the series; its first pollutant is forecast.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.names, self._columns = surroundings(panel)
        self.last = last_known(np.exp(panel.recent[..., 0]))

    def with_panel(self, panel: Panel) -> Cases:
        """The same cases with what another panel of the same series foresees; nothing is made again."""
        other = copy(self)
        other.panel = panel
        return other

    def inputs(self, issues: np.ndarray, lead: int) -> np.ndarray:
        """Columns (issue, station, column), float32, NaN where missing."""
        ahead = weather_ahead(self.panel, issues, lead)
        columns = self._columns[issues]
        return np.concatenate([columns, ahead], axis=-1) if ahead.shape[-1] else columns

    def changes(self, issues: np.ndarray, lead: int) -> np.ndarray:
        """Measured value less the last one before the issue (issue, station), display units."""
        measured = np.exp(self.panel.targets(issues, np.array([lead]))[:, 0, :, 0])
        return np.asarray(measured - self.last[issues])

    def known(self, issues: np.ndarray, lead: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs (case, column) and answers (case,) of the cases that were measured.

        Raises:
            InputError: when there are none.
        """
        answers = self.changes(issues, lead)
        there = np.isfinite(answers)
        if not there.any():
            raise InputError(
                f"nothing is measured {lead} steps after any issue of a part", remedy="Give a longer record"
            )
        return self.inputs(issues, lead)[there], answers[there]


def concentrations(cases: Cases, model: Regressor, issues: np.ndarray, lead: int) -> np.ndarray:
    """Forecast (issue, station) in display units, not below zero; NaN at a station never measured yet."""
    inputs = cases.inputs(issues, lead)
    change = model.predict(inputs.reshape(-1, inputs.shape[-1])).reshape(inputs.shape[:2])
    return np.asarray(np.maximum(cases.last[issues] + change, 0.0))
