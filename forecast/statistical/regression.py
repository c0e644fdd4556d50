"""Regression of what damped persistence misses, pooled over places, refitted every quarter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.baselines.persistence import DampedPersistence
from forecast.history import History, mean_of_known, targets
from forecast.statistical.features import features
from foundation.times import beijing_from_utc

MINIMUM_CASES = 300
"""Cases (issues times places) below which no regression is fitted."""

_FIRST_GUESS = DampedPersistence(memory_days=30, decay=0.9)


@dataclass(frozen=True)
class Regression:
    """Damped persistence plus a regression of its errors, one output for each day ahead.

    At the first issue of each quarter of the year the regression is fitted on all cases judged by
    then, so that a past forecast is made again exactly as it would have been made on its day.

    Attributes:
        name: name in scores.
        estimator: makes an unfitted scikit-learn regressor of features and day ahead.
        train_until: nothing measured after this instant (UTC) enters a fit.
    """

    name: str
    estimator: Callable[[], Any]
    train_until: np.datetime64 | None = None

    def predict(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `SeriesModel.predict`."""
        forecast = _FIRST_GUESS.predict(history, issues, leads)
        days_ahead = (leads - 1) // history.steps_per_day
        inputs = features(history, issues)
        quarters = _quarter(history.times[issues])
        for quarter in np.unique(quarters):
            rows = np.flatnonzero(quarters == quarter)
            fitted = self._fit(history, self._date_of_fit(history, issues[rows[0]]), days_ahead.max())
            if fitted is None:
                forecast[rows] = np.nan
                continue
            for day in np.unique(days_ahead):
                group = np.flatnonzero(days_ahead == day)
                forecast[np.ix_(rows, group)] += self._correction(fitted, inputs[rows], day)[:, None, :]
        return forecast

    def _date_of_fit(self, history: History, issue: int) -> int:
        """Row of the first issue of the quarter, or of the end of training if that comes first."""
        quarters = _quarter(history.times[: issue + 1])
        first = int(np.searchsorted(quarters, quarters[-1]))
        if self.train_until is None:
            return first
        return min(first, int(np.searchsorted(history.times, self.train_until, side="right")) - 1)

    def _fit(self, history: History, date_of_fit: int, last_day: int) -> Any:
        """Fit on the cases judged by a step; None when there are too few."""
        steps = history.steps_per_day
        if date_of_fit < steps:
            return None
        issues = np.arange(date_of_fit % steps, date_of_fit, steps)
        leads = np.arange(1, (last_day + 1) * steps + 1)
        known = history.without_future(date_of_fit)
        error = targets(known, issues, leads) - _FIRST_GUESS.predict(known, issues, leads)
        mean = mean_of_known(error.reshape(len(issues), last_day + 1, steps, -1), axis=2)
        inputs = features(known, issues)
        return self._fit_cases(inputs, mean)

    def _fit_cases(self, inputs: np.ndarray, errors: np.ndarray) -> Any:
        table, answers = [], []
        for day in range(errors.shape[1]):
            usable = np.isfinite(errors[:, day]) & np.isfinite(inputs).all(axis=-1)
            table.append(_with_day(inputs[usable], day))
            answers.append(errors[:, day][usable])
        if sum(map(len, answers)) < MINIMUM_CASES:
            return None
        return self.estimator().fit(np.concatenate(table), np.concatenate(answers))

    def _correction(self, fitted: Any, inputs: np.ndarray, day: int) -> np.ndarray:
        usable = np.isfinite(inputs).all(axis=-1)
        correction = np.zeros(usable.shape)
        if usable.any():
            correction[usable] = fitted.predict(_with_day(inputs[usable], day))
        return correction


def _with_day(inputs: np.ndarray, day: int) -> np.ndarray:
    return np.column_stack([inputs, np.full(len(inputs), float(day))])


def _quarter(times: np.ndarray) -> np.ndarray:
    return (beijing_from_utc(times).astype("datetime64[M]").astype(int)) // 3


def ridge() -> Any:
    """Ridge regression with a slope of its own for each day ahead."""
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    return make_pipeline(FunctionTransformer(_slopes_by_day), Ridge(alpha=1000.0, fit_intercept=False))


def _slopes_by_day(table: np.ndarray) -> np.ndarray:
    inputs, day = table[:, :-1], table[:, -1].astype(int)
    spread = np.zeros((len(table), 7, inputs.shape[1]))
    spread[np.arange(len(table)), np.clip(day, 0, 6)] = inputs
    return spread.reshape(len(table), -1)


def gradient_boosting() -> Any:
    """Gradient boosting of few small trees (scikit-learn, histogram based)."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        learning_rate=0.05, max_iter=80, max_leaf_nodes=8, min_samples_leaf=100,
        l2_regularization=50.0, random_state=0, early_stopping=False,
    )  # fmt: skip
