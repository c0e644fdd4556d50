"""The effective-variance solution of many chemical mass balances at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sources.receptor.samples import Array

__all__ = ["Equations", "Solution", "effective_variances", "solve"]

Mask = NDArray[np.bool_]

_MOST_ITERATIONS, _DAMPED_AFTER, _STANDSTILL = 200, 40, 1e-9
_SINGULAR = 1e-12
"""Least eigenvalue of the normal matrix, its diagonal made one, below which sources are not told apart."""


@dataclass(frozen=True)
class Equations:
    """What is solved: one balance per sample.

    Attributes:
        concentrations: (samples, species); NaN where missing.
        uncertainties: (samples, species), one standard deviation.
        profiles: (sources, species), fractions of the source's mass.
        doubts: (sources, species), their standard deviations.
    """

    concentrations: Array
    uncertainties: Array
    profiles: Array
    doubts: Array

    @property
    def there(self) -> Mask:
        """(samples, species): where there is a value."""
        return np.isfinite(self.concentrations) & np.isfinite(self.uncertainties)

    def of(self, rows: NDArray[Any]) -> Equations:
        """Those of some of the samples."""
        return Equations(self.concentrations[rows], self.uncertainties[rows], self.profiles, self.doubts)


@dataclass(frozen=True)
class Solution:
    """Contributions of sources to samples.

    Attributes:
        contributions: (samples, sources); zero where a source is not active; NaN where there is no solution.
        covariances: (samples, sources, sources); zero in rows and columns of sources that are not active.
        iterations: (samples,).
        converged: (samples,).
        separable: (samples,), whether the species tell the sources apart.
    """

    contributions: Array
    covariances: Array
    iterations: NDArray[np.int64]
    converged: Mask
    separable: Mask


def effective_variances(equations: Equations, contributions: Array) -> Array:
    """V = u^2 + sum_j (u_F S)_j^2 (Watson et al. 1984, doi:10.1016/0004-6981(84)90043-X).

    Args:
        equations: with uncertainties of samples and profiles.
        contributions: (samples, sources).

    Returns:
        (samples, species); NaN where a value is missing.
    """
    return np.asarray(equations.uncertainties**2 + np.square(contributions) @ np.square(equations.doubts))


def solve(equations: Equations, active: Mask | None = None) -> Solution:
    """Solve the balances by effective variance (Watson et al. 1984), all samples in one batch.

    S = (F' V^-1 F)^-1 F' V^-1 c with the variances V of the last S, from S = 0, until no contribution moves
    by more than 1e-9 of its standard error (EPA-CMB8.2 stops at 1 %). A balance that still moves after 40
    rounds goes on by half steps, which lead to the same point. The covariance is (F' V^-1 F)^-1 there.

    Args:
        equations: of the samples and sources.
        active: (samples, sources), which sources each sample has; all where None.

    Returns:
        The solution; where sources are not told apart, NaN and `separable` false; where the rounds do not
        suffice, the last values and `converged` false.
    """
    samples, sources = len(equations.concentrations), len(equations.profiles)
    held = np.ones((samples, sources), bool) if active is None else active
    found = Solution(
        np.zeros((samples, sources)), np.zeros((samples, sources, sources)), np.zeros(samples, np.int64),
        np.zeros(samples, bool), np.ones(samples, bool),
    )  # fmt: skip
    moving = np.arange(samples)
    for iteration in range(1, _MOST_ITERATIONS + 1):
        part, on = equations.of(moving), held[moving]
        before = found.contributions[moving]
        after, covariances, separable = _weighted_fit(part, effective_variances(part, before), on)
        errors = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
        with np.errstate(invalid="ignore"):
            still: Mask = np.asarray((np.abs(after - before) <= _STANDSTILL * errors).all(1))
        step = 0.5 if iteration > _DAMPED_AFTER else 1.0
        found.contributions[moving] = np.where(still[:, None], after, before + step * (after - before))
        found.covariances[moving] = covariances
        found.iterations[moving] = iteration
        found.converged[moving] = still
        found.separable[moving] = separable
        moving = moving[~still & separable]
        if not len(moving):
            break
    return found


def _weighted_fit(equations: Equations, variances: Array, active: Mask) -> tuple[Array, Array, Mask]:
    """One weighted fit per sample: contributions, covariances, and whether sources are told apart."""
    weights = np.where(equations.there, 1.0 / variances, 0.0)
    values = np.where(equations.there, equations.concentrations, 0.0)
    normal = np.einsum("ji,ni,ki->njk", equations.profiles, weights, equations.profiles, optimize=True)
    right = (weights * values) @ equations.profiles.T
    both = active[:, :, None] & active[:, None, :]
    off = np.eye(active.shape[1], dtype=bool) & ~active[:, None, :]
    scale = np.sqrt(np.where(active, np.diagonal(normal, axis1=1, axis2=2), 1.0))
    void: Mask = np.asarray((active & (scale <= 0.0)).any(1))
    scale = np.where(scale > 0.0, scale, 1.0)
    unit = np.where(both, normal / (scale[:, :, None] * scale[:, None, :]), 0.0) + off
    least: Array = np.linalg.eigvalsh(unit)[:, 0]
    separable: Mask = np.logical_and(~void, least > _SINGULAR)
    unit[~separable] = np.eye(active.shape[1])
    inverse = np.linalg.inv(unit) / (scale[:, :, None] * scale[:, None, :])
    inverse = np.where(both, inverse, 0.0)
    inverse[~separable] = np.nan
    return np.einsum("njk,nk->nj", inverse, np.where(active, right, 0.0)), inverse, separable
