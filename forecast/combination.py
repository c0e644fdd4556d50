"""What is published: the mean of the models that past verification cannot tell from the best.

With one or two winters of measurements the best model of the past is often best by chance. So, at
each issue and for each group of lead times, every model whose past error is not significantly larger
than that of the best stays in, and those that stay count alike. The test is one step of the model
confidence set of Hansen, Lunde and Nason (2011, doi:10.3982/ECTA5771); errors are averaged in blocks
of a week against their serial correlation. Equal weights are hard to beat when weights must be
estimated from few cases (Smith and Wallis 2009, doi:10.1111/j.1468-0084.2008.00541.x),
and a part of the weight, smaller the more weeks were judged, stays with the fallback models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.window import PastCases
from forecast.history import History, mean_of_known, targets

BLOCK_DAYS = 7
"""Length of the blocks in which losses are averaged, issues (one a day)."""

MINIMUM_BLOCKS = 4
"""Blocks below which nothing is concluded from past losses."""


@dataclass(frozen=True)
class Choice:
    """How models are chosen.

    Attributes:
        critical: a model stays while its t statistic against the best is below this.
        fallback: (model,) 1 for the models that always count, more while little has been verified.
        prior_blocks: blocks with which the weights are drawn to the fallback.
    """

    critical: float
    fallback: np.ndarray
    prior_blocks: float


@dataclass(frozen=True)
class Combination:
    """Weights and point forecasts of the combination.

    Attributes:
        forecast: (issue, lead, place) natural logarithms.
        weights: (issue, lead, model); rows sum to one where there is a forecast.
    """

    forecast: np.ndarray
    weights: np.ndarray


def combine(
    cases: PastCases, leads: np.ndarray, forecasts: np.ndarray, choice: Choice, rows: np.ndarray
) -> Combination:
    """Combine models at issues by what was verified before each.

    Args:
        cases: the issues of a history and which of them speak for which.
        leads: (lead,) steps ahead.
        forecasts: (model, issue, lead, place) natural logarithms.
        choice: how models are chosen.
        rows: numbers of the issues wanted; the others stay NaN.
    """
    history, issues = cases.history, cases.issues
    losses = absolute_errors(history, issues, leads, forecasts)
    weights = np.zeros((len(issues), len(leads), len(forecasts)))
    for group in lead_groups(leads, history.steps_per_day):
        loss = mean_of_known(losses[:, :, group], axis=2)
        last = int(leads[group].max())
        for row in rows:
            past = cases.of(int(row), last)
            weights[row, group] = _weights(loss[:, past], blocks_of(past), choice)
    return Combination(_weighted(forecasts, weights), weights)


def alone(points: np.ndarray, rows: np.ndarray) -> Combination:
    """The combination of one model, which is that model, whatever its past.

    Args:
        points: (issue, lead, place) natural logarithms.
        rows: numbers of the issues wanted; the others stay NaN.
    """
    weights, forecast = np.zeros((*points.shape[:2], 1)), np.full(points.shape, np.nan)
    weights[rows], forecast[rows] = 1.0, points[rows]
    return Combination(forecast, weights)


def absolute_errors(
    history: History, issues: np.ndarray, leads: np.ndarray, forecasts: np.ndarray
) -> np.ndarray:
    """Absolute errors (model, issue, lead) in display units, mean over places."""
    return mean_of_known(np.abs(np.exp(forecasts) - np.exp(targets(history, issues, leads))), axis=-1)


def lead_groups(leads: np.ndarray, steps_per_day: int) -> list[np.ndarray]:
    """Leads that are judged together: each day ahead; within the first day 1-3, 4-12, 13-24 h."""
    if steps_per_day == 1:
        return [np.array([index]) for index in range(len(leads))]
    edges = np.array([3, 12, *range(24, 24 * 40, 24)])
    group = np.searchsorted(edges, leads)
    return [np.flatnonzero(group == number) for number in np.unique(group)]


def blocks_of(cases: np.ndarray) -> np.ndarray:
    """Number of the block that holds each case, from the numbers of the issues."""
    return cases // BLOCK_DAYS


def judged(loss: np.ndarray) -> np.ndarray:
    """Which models (model,) were verified in more than half of the past cases of a loss (model, case)."""
    return np.isfinite(loss).mean(axis=1) > 0.5 if loss.shape[1] else np.zeros(len(loss), bool)


def _weights(loss: np.ndarray, blocks: np.ndarray, choice: Choice) -> np.ndarray:
    """Weights (model,) from past losses (model, case) and the block that holds each case."""
    fallback = choice.fallback / choice.fallback.sum()
    known = judged(loss)
    common = np.isfinite(loss[known]).all(axis=0)
    number = len(np.unique(blocks[common]))
    if number < MINIMUM_BLOCKS or not known.any():
        return np.asarray(fallback)
    means = np.where(known, np.nan_to_num(loss[:, common]).mean(axis=1), np.inf)
    difference = np.nan_to_num(loss[:, common] - loss[means.argmin(), common])
    _, block = np.unique(blocks[common], return_inverse=True)
    totals = np.stack([np.bincount(block, row, number) for row in difference])
    error = np.sqrt(totals.var(axis=1, ddof=1) * number)
    stays = known & (totals.sum(axis=1) <= choice.critical * np.maximum(error, 1e-12))
    trust = number / (number + choice.prior_blocks)
    return np.asarray(trust * stays / stays.sum() + (1 - trust) * fallback)


def _weighted(forecasts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Logarithm of the weighted mean of the concentrations, over the models that have one.

    Concentrations are averaged, not their logarithms: contributions of sources then average with them.
    """
    known = np.isfinite(forecasts)
    share = np.moveaxis(weights, -1, 0)[..., None] * known
    total = share.sum(axis=0)
    concentration = (share * np.exp(np.where(known, forecasts, 0.0))).sum(axis=0) / np.maximum(total, 1e-12)
    return np.where(total > 0, np.log(np.where(total > 0, concentration, 1.0)), np.nan)
