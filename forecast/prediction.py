"""Every model and their combination for one pollutant, with intervals from their own past errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from forecast.calibration.past_errors import QUANTILES, error_quantiles
from forecast.calibration.window import Window
from forecast.combination import Choice, combine, targets
from forecast.configuration import ForecastConfig
from forecast.history import History
from forecast.models import PUBLISHED, models_named


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
    """

    history: History
    models: tuple[str, ...]
    issues: np.ndarray
    leads: np.ndarray
    points: np.ndarray
    weights: np.ndarray
    candidates: tuple[str, ...]

    def of(self, model: str) -> np.ndarray:
        """Points (issue, lead, place) of one model."""
        return np.asarray(self.points[self.models.index(model)])


def predict(
    history: History, leads: np.ndarray, config: ForecastConfig,
    models: Sequence[str] = (), train_until: np.datetime64 | None = None,
) -> Prediction:  # fmt: skip
    """Run the candidates, their combination and any further models.

    Issues are made once a day at the clock time of the last row, as far back as the history goes, so
    that the combination and the intervals rest on forecasts as they would have been issued.

    Args:
        history: one pollutant.
        leads: (lead,) steps ahead.
        config: the choices.
        models: further models wanted beside the candidates.
        train_until: regressions are fitted on nothing measured after this instant, UTC.
    """
    last = len(history.times) - 1
    issues = np.arange(last % history.steps_per_day, last + 1, history.steps_per_day)
    candidates = config.combination.candidates
    names = tuple(dict.fromkeys([*candidates, *(name for name in models if name != PUBLISHED)]))
    chosen = models_named(names, config, train_until)
    points = np.stack([model.predict(history, issues, leads) for model in chosen])
    combined = combine(history, issues, leads, points[: len(candidates)], choice_of(config))
    return Prediction(
        history, (PUBLISHED, *names), issues, leads,
        np.concatenate([combined.forecast[None], points]), combined.weights, candidates,
    )  # fmt: skip


def choice_of(config: ForecastConfig) -> Choice:
    """The choice of models that a configuration asks for."""
    wanted = config.combination
    fallback = np.array([float(name in wanted.fallback) for name in wanted.candidates])
    return Choice(window_of(config), wanted.critical, fallback, wanted.prior_blocks)


def window_of(config: ForecastConfig) -> Window:
    """The window of past cases that a configuration asks for."""
    return Window(**config.window.model_dump())


def quantiles(prediction: Prediction, model: str, row: int, config: ForecastConfig) -> np.ndarray:
    """Quantiles of a model's forecast at one issue, from its own errors known by then.

    Args:
        prediction: what the models said.
        model: name.
        row: number of the issue in `prediction.issues`.
        config: the choices.

    Returns:
        (lead, place, quantile) concentrations in display units.
    """
    history, leads = prediction.history, prediction.leads
    points = prediction.of(model)
    spread = np.empty((len(leads), points.shape[-1], len(QUANTILES)))
    window = window_of(config)
    for day in np.unique((leads - 1) // history.steps_per_day):
        group = np.flatnonzero((leads - 1) // history.steps_per_day == day)
        past = window.of(history, prediction.issues, row, int(leads[group].max()))
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


def has_own_errors(prediction: Prediction, model: str, config: ForecastConfig) -> bool:
    """Whether the intervals of the last issue rest on past errors at every lead."""
    row, lead = len(prediction.issues) - 1, int(prediction.leads.max())
    past = window_of(config).of(prediction.history, prediction.issues, row, lead)
    measured = targets(prediction.history, prediction.issues[past], prediction.leads)
    errors = measured - prediction.of(model)[past]
    return bool(np.isfinite(error_quantiles(errors)).any(axis=(1, 2)).all())
