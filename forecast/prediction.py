"""Every model and their combination for one pollutant, with intervals from their own past errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from forecast.calibration.past_errors import QUANTILES, error_quantiles
from forecast.calibration.window import PastCases, Window
from forecast.combination import Choice, alone, combine
from forecast.configuration import ForecastConfig
from forecast.history import History, targets
from forecast.model import SeriesModel
from forecast.models import PUBLISHED, STATISTICAL, models_named

SHORT_RECORD = 200
"""Issues up to which the combination is always made at every one."""


@dataclass(frozen=True)
class Prediction:
    """Point forecasts of one pollutant by several models at many issues.

    Attributes:
        history: what the models saw.
        models: names; the combination is `published`.
        issues: (issue,) rows of the history.
        leads: (lead,) steps ahead.
        points: (model, issue, lead, place) natural logarithms.
        weights: (issue, lead, candidate) weights of the combination.
        candidates: names of the candidates.
        cases: which past issues speak for which.
        own: (issue, lead, place, quantile) natural logarithms at `QUANTILES`, of a published model that gives
            quantiles of its own; NaN where the combination is published. None where it is everywhere.
    """

    history: History
    models: tuple[str, ...]
    issues: np.ndarray
    leads: np.ndarray
    points: np.ndarray
    weights: np.ndarray
    candidates: tuple[str, ...]
    cases: PastCases
    own: np.ndarray | None = None

    def only(self, models: Sequence[str]) -> Prediction:
        """The same prediction with those models alone."""
        kept = [self.models.index(name) for name in models]
        return replace(self, models=tuple(models), points=self.points[kept])

    def at(self, row: int, days: int = 1) -> Prediction:
        """What was said up to issue number `row`, with weights of those that speak for the last `days`."""
        end, cases = slice(row + 1), self.cases.until(row)
        made = np.isin(np.arange(row + 1), _rows_needed(cases, days))
        return replace(
            self, issues=self.issues[end], points=self.points[:, end], cases=cases,
            weights=self.weights[end] * made[:, None, None],
            own=None if self.own is None else self.own[end],
        )  # fmt: skip

    def with_published(self, points: np.ndarray) -> Prediction:
        """Another published line (issue, lead, place); the combination stays beside it as `STATISTICAL`."""
        models = (PUBLISHED, STATISTICAL, *self.models[1:])
        return replace(self, models=models, points=np.concatenate([points[None], self.points]))

    def of(self, model: str) -> np.ndarray:
        """Points (issue, lead, place) of one model."""
        return np.asarray(self.points[self.models.index(model)])


def predict(
    history: History, leads: np.ndarray, config: ForecastConfig,
    further: Sequence[SeriesModel] = (), train_until: np.datetime64 | None = None,
    days_judged: int | None = None,
) -> Prediction:  # fmt: skip
    """Run the candidates, their combination and any further models.

    Issues are made once a day at the clock time of the last row, as far back as the history goes, so
    that the combination and the intervals rest on forecasts as they would have been issued.

    Args:
        history: one pollutant.
        leads: (lead,) steps ahead.
        config: the choices.
        further: models wanted beside the candidates.
        train_until: regressions are fitted on nothing measured after this instant, UTC.
        days_judged: when only forecasts of so many last days are wanted, the combination is made at
            the issues that speak for them alone; at every issue when None.
    """
    last = len(history.times) - 1
    issues = np.arange(last % history.steps_per_day, last + 1, history.steps_per_day)
    candidates = config.combination.candidates
    chosen = [*models_named(candidates, config, train_until), *further]
    points = np.stack([model.predict(history, issues, leads) for model in chosen])
    cases = Window(**config.window.model_dump()).over(history, issues)
    rows = _rows_needed(cases, days_judged)
    combined = (
        alone(points[0], rows)
        if len(candidates) == 1
        else combine(cases, leads, points[: len(candidates)], choice_of(config), rows)
    )
    return Prediction(
        history, (PUBLISHED, *(model.name for model in chosen)), issues, leads,
        np.concatenate([combined.forecast[None], points]), combined.weights, candidates, cases,
    )  # fmt: skip


def _rows_needed(cases: PastCases, days: int | None) -> np.ndarray:
    """Numbers of the last issues and of all that speak for them."""
    if days is None or len(cases.issues) <= SHORT_RECORD:
        return np.arange(len(cases.issues))
    needed = np.asarray(cases.near[-days:].any(axis=0))
    return np.union1d(np.flatnonzero(needed), np.arange(len(cases.issues) - days, len(cases.issues)))


def choice_of(config: ForecastConfig) -> Choice:
    """The choice of models that a configuration asks for."""
    wanted = config.combination
    fallback = np.array([float(name in wanted.fallback) for name in wanted.candidates])
    return Choice(wanted.critical, fallback, wanted.prior_blocks)


def quantiles(prediction: Prediction, model: str, row: int, config: ForecastConfig) -> np.ndarray:
    """Quantiles of a model's forecast at one issue: its own, or else from its past errors known by then.

    Args:
        prediction: what the models said.
        model: name.
        row: number of the issue in `prediction.issues`.
        config: the choices.

    Returns:
        (lead, place, quantile) concentrations in display units.
    """
    own = None if model != PUBLISHED or prediction.own is None else prediction.own[row]
    if own is None or not np.isfinite(own).any():
        return _dressed(prediction, model, row, config)
    if np.isfinite(own).all():
        return np.asarray(np.exp(own))
    return np.asarray(np.where(np.isfinite(own), np.exp(own), _dressed(prediction, model, row, config)))


def _dressed(prediction: Prediction, model: str, row: int, config: ForecastConfig) -> np.ndarray:
    """Quantiles about a point forecast from the model's past errors, or from the default spread."""
    history, leads = prediction.history, prediction.leads
    points = prediction.of(model)
    spread = np.empty((len(leads), points.shape[-1], len(QUANTILES)))
    for day in np.unique((leads - 1) // history.steps_per_day):
        group = np.flatnonzero((leads - 1) // history.steps_per_day == day)
        past = prediction.cases.of(row, int(leads[group].max()))
        measured = targets(history, prediction.issues[past], leads[group])
        errors = measured - points[past][:, group]
        spread[group] = error_quantiles(errors)
    fallback = default_spread(leads, history.steps_per_day, config)
    spread = np.where(np.isfinite(spread), spread, fallback[:, None, :])
    return np.asarray(np.exp(points[row][..., None] + spread))


def default_spread(leads: np.ndarray, steps_per_day: int, config: ForecastConfig) -> np.ndarray:
    """Quantiles (lead, quantile) of a normal error of ln concentration, for records too short."""
    days = np.array([0.0, *range(1, len(config.default_spread.day) + 1)])
    floor = config.default_spread.hour_floor
    deviation = np.interp(leads / steps_per_day, days, [floor, *config.default_spread.day])
    return np.asarray(deviation[:, None] * norm.ppf(QUANTILES))


def has_own_errors(prediction: Prediction, model: str) -> bool:
    """Whether the intervals of the last issue are the model's own, or rest on past errors, at every lead."""
    row, lead = len(prediction.issues) - 1, int(prediction.leads.max())
    own = None if model != PUBLISHED else prediction.own
    if own is not None and bool(np.isfinite(own[row]).any(axis=(1, 2)).all()):
        return True
    past = prediction.cases.of(row, lead)
    measured = targets(prediction.history, prediction.issues[past], prediction.leads)
    errors = measured - prediction.of(model)[past]
    return bool(np.isfinite(error_quantiles(errors)).any(axis=(1, 2)).all())
