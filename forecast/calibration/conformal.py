"""Conformal calibration of quantiles: how far each level stands from the median, made to fit past outcomes.

Conformalised quantile regression (Romano, Patterson and Candès 2019, arXiv:1905.03222), with scores that are
ratios in ln space: with the median m, the quantile q of a level and the outcome y, the score is
(ln y - ln m) / (ln q - ln m), so that a factor on the distance of a level from the median makes it hold as
often as it says, separately for each level and so for each side. The median is never touched: it is published
as a sum of sources. Levels are fitted from the median outwards, each given those inside it, since a level
never comes inside one nearer to the median.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.conformal_scores import factor_scores, score_quantile
from forecast.calibration.conformal_table import USUAL, ConformalConfig, ConformalTable
from forecast.calibration.distribution import SMALLEST
from forecast.calibration.median_scaling import (
    DAY_LEADS,
    HOUR_LEADS,
    QuantileAxes,
    lead_group,
    log_distance,
    median_position,
    outward,
)
from foundation.errors import ContractError, InputError

_SMALLEST_FACTOR = 1e-3

__all__ = [
    "DAY_LEADS", "HOUR_LEADS", "ConformalConfig", "ConformalTable", "QuantileAxes", "fit_conformal",
]  # fmt: skip


def fit_conformal(
    quantiles: np.ndarray, observed: np.ndarray, axes: QuantileAxes, situation: np.ndarray,
    config: ConformalConfig,
) -> ConformalTable:  # fmt: skip
    """Fit the factors on issues that no part of the forecast was fitted on.

    Stations are pooled. A factor is drawn to that of all situations, and that to the one of all pollutants,
    by `prior_issues`. A situation is never given a smaller factor than one it contains, so that a degraded
    one is never narrower than the usual.

    Args:
        quantiles: (issue, lead, station, pollutant, level) display units; issues in order of time.
        observed: (issue, lead, station, pollutant) display units; NaN where not measured.
        axes: what the axes stand for.
        situation: (issue, station) bit masks, 0 the usual.
        config: the choices.

    Raises:
        ContractError: when shapes do not match, or a quantile is missing.
        InputError: when a group of leads, or the usual situation, has no outcome.
    """
    axes.check(quantiles)
    if observed.shape != quantiles.shape[:4] or situation.shape != quantiles.shape[:3:2]:
        raise ContractError(
            f"outcomes and situations: expected {quantiles.shape[:4]} and {quantiles.shape[:3:2]}, "
            f"got {observed.shape} and {situation.shape}"
        )
    situations = (USUAL, *(int(code) for code in np.unique(situation) if code != USUAL))
    groups = lead_group(axes.leads, config.lead_bounds)
    cells = []
    for number in range(len(config.lead_bounds)):
        inside = groups == number
        outcomes = _outcomes(quantiles[:, inside], observed[:, inside], axes, situation, situations)
        cells.append(_fit_group(outcomes, axes, situations, config))
    return ConformalTable(
        tuple(map(float, axes.levels)), axes.pollutants, config.lead_bounds, situations,
        np.stack([factors for factors, _ in cells]), np.stack([issues for _, issues in cells]),
        config.unmeasured_widening,
    )  # fmt: skip


@dataclass(frozen=True)
class _Outcomes:
    """All outcomes of one group of leads in a row (case,).

    Attributes:
        error: ln of what was measured over the median.
        distance: (case, level) of the levels from the median in ln space.
        issue: number of the issue.
        pollutant: number of the pollutant.
        situation: number of the situation.
    """

    error: np.ndarray
    distance: np.ndarray
    issue: np.ndarray
    pollutant: np.ndarray
    situation: np.ndarray

    def issues_of(self, chosen: np.ndarray) -> int:
        """Number of different issues among chosen cases."""
        return int((np.bincount(self.issue[chosen], minlength=1) > 0).sum())


def _outcomes(
    quantiles: np.ndarray, observed: np.ndarray, axes: QuantileAxes, situation: np.ndarray,
    situations: tuple[int, ...],
) -> _Outcomes:  # fmt: skip
    known = np.nonzero(np.isfinite(observed))
    chosen = quantiles[known]
    median = chosen[:, median_position(axes.levels)]
    error = np.log(np.maximum(observed[known], SMALLEST)) - np.log(np.maximum(median, SMALLEST))
    number = np.searchsorted(situations, situation[known[0], known[2]])
    return _Outcomes(error, log_distance(chosen, axes.levels), known[0], known[3], number)


def _fit_group(
    outcomes: _Outcomes, axes: QuantileAxes, situations: tuple[int, ...], config: ConformalConfig
) -> tuple[np.ndarray, np.ndarray]:
    """Factors (pollutant, situation, level) and issues (pollutant, situation) of one group of leads."""
    if not (outcomes.situation == 0).any():
        raise InputError(
            "conformal calibration: a group of leads has no outcome in the usual situation",
            remedy="Give issues whose outcomes are measured, or lead bounds that hold the leads given",
        )
    cells = _Cells.of(outcomes, len(axes.pollutants), situations)
    factors = np.ones((len(axes.pollutants), len(situations), len(axes.levels)))
    for side, sign in zip(outward(axes.levels), (-1.0, 1.0), strict=True):
        error, reach = sign * outcomes.error, np.zeros(len(outcomes.error))
        for level in side:
            target = float(max(axes.levels[level], 1 - axes.levels[level]))
            distance = outcomes.distance[:, level]
            factors[:, :, level] = cells.factors(factor_scores(error, distance, reach), target, config)
            chosen = factors[outcomes.pollutant, outcomes.situation, level]
            reach = np.maximum(reach, chosen * distance)
    return factors, cells.issues


@dataclass(frozen=True)
class _Cells:
    """Which cases share a factor: (pollutant, situation), inside a pollutant, inside all."""

    of_pollutant: list[np.ndarray]
    of_cell: list[list[np.ndarray]]
    issues: np.ndarray
    issues_of_pollutant: np.ndarray
    issues_of_all: int
    situations: tuple[int, ...]

    @classmethod
    def of(cls, outcomes: _Outcomes, pollutants: int, situations: tuple[int, ...]) -> _Cells:
        by_pollutant = [np.flatnonzero(outcomes.pollutant == number) for number in range(pollutants)]
        by_cell = [
            [cases[outcomes.situation[cases] == number] for number in range(len(situations))]
            for cases in by_pollutant
        ]
        return cls(
            by_pollutant, by_cell,
            np.array([[outcomes.issues_of(cases) for cases in row] for row in by_cell]),
            np.array([outcomes.issues_of(cases) for cases in by_pollutant]),
            outcomes.issues_of(np.arange(len(outcomes.issue))), situations,
        )  # fmt: skip

    def factors(self, scores: np.ndarray, target: float, config: ConformalConfig) -> np.ndarray:
        """Factors (pollutant, situation) of one level, each drawn to those of more cases."""
        overall = _drawn(scores, self.issues_of_all, target, config, None)
        found = np.empty((len(self.of_pollutant), len(self.situations)))
        for pollutant, cases in enumerate(self.of_pollutant):
            parent = _drawn(scores[cases], int(self.issues_of_pollutant[pollutant]), target, config, overall)
            for number, cell in enumerate(self.of_cell[pollutant]):
                own = _drawn(scores[cell], int(self.issues[pollutant, number]), target, config, parent)
                contained = [
                    found[pollutant, earlier]
                    for earlier in range(number)
                    if self.situations[earlier] & self.situations[number] == self.situations[earlier]
                ]
                found[pollutant, number] = max([own, *contained])
        return found


def _drawn(
    scores: np.ndarray, issues: int, target: float, config: ConformalConfig, parent: float | None
) -> float:
    """Factor of a cell, drawn to that of its parent in ln space; the parent's where the cell is too small."""
    independent = issues / config.issues_as_one
    own = score_quantile(np.minimum(scores, config.largest_factor), target, independent)
    if parent is None:
        return max(float(scores.max()), 1.0) if own is None else own
    if own is None:
        return parent
    share = independent / (independent + config.prior_issues)
    logarithms = np.log(np.maximum([own, parent], _SMALLEST_FACTOR))
    return float(np.exp(share * logarithms[0] + (1 - share) * logarithms[1]))
