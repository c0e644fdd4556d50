"""A distribution from predictors by one logistic law over many thresholds: monotone by construction.

P(y > c_k) = 1 / (1 + exp(a_k - x b)) with a_1 < a_2 < ... : the proportional odds of McCullagh 1980
(doi:10.1111/j.2517-6161.1980.tb01109.x), as Wilks 2009 (doi:10.1002/met.134) extends a logistic regression to
all thresholds. Between thresholds the a are linear in ln c, beyond them as in the nearest step, so that
probabilities of any values and quantiles come from one distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError

__all__ = ["Ordinal", "fit_ordinal"]

_LEAST_STEP = 1e-3
_ITERATIONS = 500
_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Ordinal:
    """A fitted law.

    Attributes:
        cuts: thresholds c, rising, (cut,); one alone makes it a logistic regression.
        intercepts: a, rising, (cut,).
        slopes: b, (predictor,).
        none_below: whether what lies below the first cut is nothing, as for dust, rather than a little.
    """

    cuts: np.ndarray
    intercepts: np.ndarray
    slopes: np.ndarray
    none_below: bool = True

    def above(self, predictors: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
        """Probability of more than each threshold, (..., threshold); never rises with the threshold.

        Args:
            predictors: (..., predictor).
            thresholds: above 0, (threshold,).

        Raises:
            InputError: for another threshold than that of a law of one cut.
        """
        at = self._intercept(np.asarray(thresholds, dtype=float))
        chances: np.ndarray = _logistic((predictors @ self.slopes)[..., None] - at)
        return chances

    def quantiles(self, predictors: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Values below which y lies with each probability, (..., level), not decreasing with the level.

        Args:
            predictors: (..., predictor).
            levels: between 0 and 1, (level,).

        Raises:
            InputError: for a law of one cut.
        """
        wanted = np.log(levels / (1 - levels))
        at = (predictors @ self.slopes)[..., None] + wanted
        found = np.exp(self._logarithm(at))
        return np.where(at < self.intercepts[0], 0.0, found) if self.none_below else found

    def _intercept(self, thresholds: np.ndarray) -> np.ndarray:
        if len(self.cuts) == 1:
            if (thresholds != self.cuts[0]).any():
                raise InputError(f"thresholds: expected {self.cuts[0]:g} alone, got {thresholds}")
            return np.full(len(thresholds), float(self.intercepts[0]))
        logs, wanted = np.log(self.cuts), np.log(thresholds)
        first, last = self._steepness()[[0, -1]]
        beyond = np.maximum(wanted - logs[-1], 0) * last + np.minimum(wanted - logs[0], 0) * first
        return np.asarray(np.interp(wanted, logs, self.intercepts) + beyond)

    def _logarithm(self, at: np.ndarray) -> np.ndarray:
        if len(self.cuts) == 1:
            raise InputError("quantiles: expected several cuts, got 1")
        first, last = self._steepness()[[0, -1]]
        above = np.maximum(at - self.intercepts[-1], 0) / last
        below = np.minimum(at - self.intercepts[0], 0) / first
        return np.asarray(np.interp(at, self.intercepts, np.log(self.cuts)) + above + below)

    def _steepness(self) -> np.ndarray:
        return np.asarray(np.diff(self.intercepts) / np.diff(np.log(self.cuts)))


def fit_ordinal(predictors: np.ndarray, values: np.ndarray, cuts: np.ndarray, penalty: float) -> Ordinal:
    """Fit by maximum likelihood less half of `penalty` times the squared slopes.

    Args:
        predictors: standardised, (case, predictor), none missing.
        values: (case,).
        cuts: thresholds, rising; those below or above all values are left out.
        penalty: of the slopes.

    Raises:
        InputError: without cases, with missing values, or where too few thresholds divide the values.
    """
    from scipy.optimize import minimize

    cuts = np.asarray(cuts, dtype=float)
    if len(values) == 0 or not (np.isfinite(predictors).all() and np.isfinite(values).all()):
        raise InputError(f"fit: expected cases without missing values, got {len(values)}")
    dividing = cuts[(cuts >= values.min()) & (cuts < values.max())]
    if len(dividing) < min(2, len(cuts)):
        raise InputError(f"fit: {len(dividing)} of {len(cuts)} thresholds divide the {len(values)} values")
    cuts = dividing
    classes = np.searchsorted(cuts, values, side="left")
    problem = _Problem(predictors, classes, len(cuts), penalty)
    options = {"maxiter": _ITERATIONS, "ftol": _TOLERANCE}
    found = minimize(problem.loss, problem.start(), jac=True, method="L-BFGS-B", options=options)
    return Ordinal(cuts, *problem.parts(found.x))


@dataclass(frozen=True)
class _Problem:
    """The likelihood; unknown are the first intercept, the logarithms of the steps between, the slopes."""

    predictors: np.ndarray
    classes: np.ndarray
    cuts: int
    penalty: float

    def start(self) -> np.ndarray:
        """Intercepts as the frequencies have them, all slopes 0."""
        shares = np.array([(self.classes <= cut).mean() for cut in range(self.cuts)])
        held = np.clip(shares, 0.5 / len(self.classes), 1 - 0.5 / len(self.classes))
        logits = np.log(held / (1 - held))
        steps = np.log(np.maximum(np.diff(logits), 10 * _LEAST_STEP))
        return np.concatenate([logits[:1], steps, np.zeros(self.predictors.shape[1])])

    def parts(self, unknowns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Intercepts and slopes."""
        steps = np.exp(unknowns[1 : self.cuts]) + _LEAST_STEP
        return unknowns[0] + np.concatenate([[0.0], np.cumsum(steps)]), unknowns[self.cuts :]

    def loss(self, unknowns: np.ndarray) -> tuple[float, np.ndarray]:
        """Negative logarithm of the likelihood with the penalty, and its gradient."""
        intercepts, slopes = self.parts(unknowns)
        edges = np.concatenate([[-np.inf], intercepts, [np.inf]])
        place = self.predictors @ slopes
        low, high = (_logistic(edges[self.classes + side] - place) for side in (0, 1))
        share = np.maximum(high - low, 1e-12)
        dense_low, dense_high = (one * (1 - one) / share for one in (low, high))
        by_edge = np.zeros(self.cuts + 2)
        np.add.at(by_edge, self.classes + 1, -dense_high)
        np.add.at(by_edge, self.classes, dense_low)
        later = np.cumsum(by_edge[-2:0:-1])[::-1]
        by_slope = (dense_high - dense_low) @ self.predictors + self.penalty * slopes
        gradient = np.concatenate([later[:1], later[1:] * np.exp(unknowns[1 : self.cuts]), by_slope])
        return float(-np.log(share).sum() + 0.5 * self.penalty * slopes @ slopes), gradient


def _logistic(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-values)))
