"""Factors that follow a drift: adaptive conformal inference from a forecast's own recent outcomes.

Gibbs and Candès (2021, arXiv:2106.00170), equation 2: the rate of misses that a level is set to, alpha, is
raised by gamma times (wanted minus found) after each outcome, so that a level that is missed too often is
set further out. Here one alpha for each level (and so for each side), group of leads and pollutant; "found"
is the share of all outcomes, over leads and stations, that became known since the last issue, each judged
by the level as it was issued: the outcome of lead k is known k steps later, or more. The factor is the
score that the outcomes of the last `window_issues` do not exceed with probability 1 - alpha. After a sudden
change the intervals hold again, to some 5 points, when that window has turned over, `window_issues` after
the first outcome is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from forecast.calibration.conformal_scores import factor_scores, score_quantile
from forecast.calibration.distribution import SMALLEST
from forecast.calibration.median_scaling import (
    QuantileAxes,
    lead_group,
    log_distance,
    median_position,
    outward,
    scaled_about_median,
)
from foundation.configuration import Config
from foundation.errors import ContractError

_LEAST = 0.01
"""Smallest share of outcomes that a level is set to hold on its side."""


class AdaptiveConfig(Config):
    """Choices of adaptive factors.

    Attributes:
        lead_bounds: last lead, in steps, of each group of leads that share factors.
        rate: gamma as a share of alpha (1 - alpha) as wanted, so that outer levels move in finer steps.
        window_issues: last issues with known outcomes on which a factor rests.
        minimum_issues: with fewer the factor is 1.
        largest_factor: bound of every factor.
    """

    lead_bounds: tuple[int, ...] = Field(min_length=1)
    rate: float = Field(default=0.1, ge=0, lt=1)
    window_issues: int = Field(default=40, ge=10)
    minimum_issues: int = Field(default=15, ge=2)
    largest_factor: float = Field(default=5.0, ge=1)


@dataclass(frozen=True)
class AdaptiveFactors:
    """Factors at each issue, from what was known at it.

    Attributes:
        factors: (issue, lead group, pollutant, level); 1 at the median.
        alpha: (issue, lead group, pollutant, level) rate of misses each level was set to.
        axes: what the axes stand for.
        lead_bounds: last lead of each group.
    """

    factors: np.ndarray
    alpha: np.ndarray
    axes: QuantileAxes
    lead_bounds: tuple[int, ...]

    def apply(self, quantiles: np.ndarray, issues: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Quantiles (issue, lead, station, pollutant, level) with the factors of those issues."""
        self.axes.check(quantiles)
        group = lead_group(self.axes.leads, self.lead_bounds)
        chosen = self.factors[issues][:, group][:, :, None]
        return scaled_about_median(quantiles, chosen, self.axes.levels)


def adaptive_factors(
    quantiles: np.ndarray, observed: np.ndarray, axes: QuantileAxes, steps: np.ndarray,
    config: AdaptiveConfig, delay: int = 0,
) -> AdaptiveFactors:  # fmt: skip
    """Factors for each issue from the outcomes known by then.

    Args:
        quantiles: (issue, lead, station, pollutant, level) as they stand before these factors, display units.
        observed: (issue, lead, station, pollutant) outcomes in display units; NaN where not known or not
            measured. The last issue may be today's, of which nothing is known.
        axes: what the axes stand for.
        steps: (issue,) time of each issue in steps, increasing.
        config: the choices.
        delay: steps after its time at which an outcome is known, as in `forecast.history.History`.

    Raises:
        ContractError: when shapes do not match, or a quantile is missing.
    """
    axes.check(quantiles)
    if observed.shape != quantiles.shape[:4] or len(steps) != len(quantiles) or (np.diff(steps) <= 0).any():
        raise ContractError(
            f"outcomes and steps: expected {quantiles.shape[:4]} and {len(quantiles)} increasing steps, "
            f"got {observed.shape} and {steps}"
        )
    groups, bounds = lead_group(axes.leads, config.lead_bounds), config.lead_bounds
    shape = (len(steps), len(bounds), len(axes.pollutants), len(axes.levels))
    factors, alpha = np.ones(shape), np.empty(shape)
    alpha[:] = np.minimum(axes.levels, 1 - axes.levels)
    for group in np.unique(groups):
        inside = groups == group
        known_at = steps[:, None] + axes.leads[inside] + delay
        for pollutant in range(shape[2]):
            course = _Course.of(
                quantiles[..., pollutant, :][:, inside], observed[..., pollutant][:, inside], axes
            )
            found = course.followed(steps, known_at, config)
            factors[:, group, pollutant], alpha[:, group, pollutant] = found
    return AdaptiveFactors(factors, alpha, axes, bounds)


@dataclass(frozen=True)
class _Course:
    """Errors and distances of one group of leads and pollutant.

    Attributes:
        error: (level, issue, lead, station) ln of outcome over median, on the side of the level.
        distance: the same shape, of the level from the median.
        scores: the same shape, see `factor_scores`.
        levels: (level,).
    """

    error: np.ndarray
    distance: np.ndarray
    scores: np.ndarray
    levels: np.ndarray

    @classmethod
    def of(cls, quantiles: np.ndarray, observed: np.ndarray, axes: QuantileAxes) -> _Course:
        middle = median_position(axes.levels)
        ratio = np.log(np.maximum(observed, SMALLEST)) - np.log(np.maximum(quantiles[..., middle], SMALLEST))
        signs = np.where(axes.levels < 0.5, -1.0, 1.0)
        error = np.stack([sign * ratio for sign in signs])
        distance = np.moveaxis(log_distance(quantiles, axes.levels), -1, 0)
        scores = np.where(np.isfinite(error), factor_scores(error, distance), np.nan)
        return cls(error, distance, scores, axes.levels)

    def followed(
        self, steps: np.ndarray, known_at: np.ndarray, config: AdaptiveConfig
    ) -> tuple[np.ndarray, np.ndarray]:
        """Factors and alpha (issue, level) at each issue, from outcomes `known_at` (issue, lead) by then."""
        wanted = np.minimum(self.levels, 1 - self.levels)
        gain = config.rate * wanted * (1 - wanted)
        factors, alphas = np.ones((len(steps), len(wanted))), np.tile(wanted, (len(steps), 1))
        alpha, before = wanted.copy(), steps[0] - 1
        for row, step in enumerate(steps):
            known = known_at <= step
            alpha = alpha + gain * (wanted - self._missed(known & (known_at > before), factors, wanted))
            before, alphas[row] = step, alpha
            factors[row] = self._factors(known, alpha, config)
        return factors, alphas

    def _missed(self, new: np.ndarray, factors: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Share of new outcomes beyond each level as it was issued; as wanted where there are none."""
        issue, lead = np.nonzero(new)
        error = self.error[:, issue, lead]
        reach = factors.T[:, issue, None] * self.distance[:, issue, lead]
        for side in outward(self.levels):
            reach[side] = np.maximum.accumulate(reach[side], axis=0)
        known = np.isfinite(error)
        count = known.sum(axis=(1, 2))
        missed = (known & (error > reach)).sum(axis=(1, 2))
        return np.where(count > 0, missed / np.maximum(count, 1), wanted)

    def _factors(self, known: np.ndarray, alpha: np.ndarray, config: AdaptiveConfig) -> np.ndarray:
        """Factors (level) from the outcomes known, (issue, lead), of the last issues."""
        judged = np.isfinite(self.error[0]).any(axis=2) & known
        rows = np.flatnonzero(judged.any(axis=1))[-config.window_issues :]
        factors = np.ones(len(alpha))
        if len(rows) < config.minimum_issues:
            return factors
        scores = self.scores[:, rows][:, judged[rows]].reshape(len(alpha), -1)
        for level in np.flatnonzero(~np.isclose(self.levels, 0.5)):
            of_level = scores[level][np.isfinite(self.error[level, rows][judged[rows]]).ravel()]
            found = score_quantile(of_level, float(np.clip(1 - alpha[level], _LEAST, 1)), len(of_level))
            factors[level] = of_level.max() if found is None else found
        return np.minimum(factors, config.largest_factor)
