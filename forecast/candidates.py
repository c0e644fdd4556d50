"""A learned model as one candidate among the statistical models, by the rule of `forecast.combination`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from forecast.combination import MINIMUM_BLOCKS, absolute_errors, blocks_of, combine, judged, lead_groups
from forecast.configuration import ForecastConfig
from forecast.history import mean_of_known
from forecast.learned import NAME
from forecast.models import PUBLISHED
from forecast.prediction import Prediction, choice_of

__all__ = ["among_candidates", "candidate_weights", "issues_weighed", "verified"]


def among_candidates(prediction: Prediction, points: np.ndarray, config: ForecastConfig) -> Prediction:
    """A prediction whose combination has one candidate more, at the issues at which it was made.

    The new one never falls back: until its past is verified its weight is zero and nothing changes.

    Args:
        prediction: of one pollutant.
        points: (issue, lead, place) natural logarithms of the new candidate; NaN where it does not speak.
        config: the choices of the combination.

    Returns:
        The combination without it stays beside as `forecast.models.STATISTICAL`; places of which the record
        lacks too much for it stay withheld.
    """
    first = 1 + len(prediction.candidates)
    measured = np.isfinite(prediction.of(PUBLISHED)[-1]).any(axis=0)
    candidates = np.concatenate([prediction.points[1:first], np.where(measured, points, np.nan)[None]])
    usual = choice_of(config)
    choice = replace(usual, fallback=np.append(usual.fallback, 0.0))
    combined = combine(prediction.cases, prediction.leads, candidates, choice, _made(prediction))
    return replace(
        prediction.with_published(combined.forecast), weights=combined.weights,
        candidates=(*prediction.candidates, NAME),
    )  # fmt: skip


def issues_weighed(prediction: Prediction) -> np.ndarray:
    """Numbers of the issues at which the combination was made, and of all that speak for their weights."""
    made = _made(prediction)
    return np.union1d(made, np.flatnonzero(prediction.cases.near[made].any(axis=0)))


def verified(prediction: Prediction, points: np.ndarray) -> bool:
    """Whether the past of a candidate suffices, at any lead, to weigh it at the last issue.

    Args:
        prediction: of one pollutant.
        points: (issue, lead, place) natural logarithms of the candidate.
    """
    history, issues, leads = prediction.history, prediction.issues, prediction.leads
    errors = absolute_errors(history, issues, leads, points[None])
    for group in lead_groups(leads, history.steps_per_day):
        past = prediction.cases.of(len(issues) - 1, int(leads[group].max()))
        loss = mean_of_known(errors[:, past][:, :, group], axis=2)
        weeks = np.unique(blocks_of(past)[np.isfinite(loss[0])])
        if judged(loss)[0] and len(weeks) >= MINIMUM_BLOCKS:
            return True
    return False


def candidate_weights(predictions: Mapping[str, Prediction]) -> dict[str, np.ndarray]:
    """Weights (lead,) of the learned candidate at the last issue, by pollutant; empty where there is none."""
    return {name: one.weights[-1, :, -1] for name, one in predictions.items() if NAME in one.candidates}


def _made(prediction: Prediction) -> np.ndarray:
    return np.flatnonzero(prediction.weights.any(axis=(1, 2)))
