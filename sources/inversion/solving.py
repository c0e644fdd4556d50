"""The most probable states, by Newton's steps damped as Levenberg and Marquardt do, and their covariance.

Minimised is half of |L^-1 (z - z(x))|^2 + x' B^-1 x, with L the root of the errors' covariance and B the
covariance of the states before (Rodgers 2000, chapter 5; Tarantola 2005, chapter 3). With x = K u and
B = K K' the second part is |u|^2. About the solution the covariance is K H^-1 K', H the second derivative by
u: the Laplace approximation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sources.inversion.arrays import Array
from sources.inversion.errors import Errors
from sources.inversion.problem import Problem

__all__ = ["Solution", "solve"]

_MOST_STEPS, _FEW_STEPS = 60, 4
_CONVERGED = 1e-8
_REFINED = 10
_SETTLED = 0.01
_DEFINITE = 0.05


@dataclass(frozen=True)
class Solution:
    """The most probable states.

    Attributes:
        problem: what was solved.
        errors: covariance of the rows about the solution, outliers' widened.
        state: (state,).
        covariance: of the states afterwards, (state, state).
        kernel: averaging kernel: how much of a true change of a state (column) comes back in a state (row).
        chi_square: at the solution, prior included; expected is the number of rows.
        outliers: rows that count less.
        converged: whether the last step was small.
    """

    problem: Problem
    errors: Errors
    state: Array
    covariance: Array
    kernel: Array
    chi_square: float
    outliers: NDArray[np.bool_]
    converged: bool


def solve(problem: Problem, outlier: float) -> Solution:
    """Find the most probable states; what stands out by more than `outlier` deviations counts less.

    Errors are those of the values that the model gives at the solution, so that a value measured low by
    chance does not pass for a sure one. The independent variance of an outlier is widened until it lies
    `outlier` deviations from what the other rows of its place say.
    """
    x = np.zeros(len(problem.states.covariance))
    widened = np.ones(len(problem.samples.measured))
    errors = problem.row_errors.about(problem.samples.measured, widened)
    for _ in range(_REFINED):
        errors, widened = _refined(problem, x, errors, widened, outlier)
        before, (x, _) = x, _minimise(problem, errors, x, _FEW_STEPS)
        if np.abs(x - before).max() < _SETTLED:
            break
    x, converged = _minimise(problem, errors, x, _MOST_STEPS)
    return _described(problem, errors, x, widened > 1.0, converged)


def _refined(
    problem: Problem, x: Array, errors: Errors, widened: Array, outlier: float
) -> tuple[Errors, Array]:
    """Errors about the present values, with outliers widened."""
    if not x.any():
        return errors, widened
    left, variance = errors.standing_out(problem.measured - problem.predicted(x))
    value = problem.values(x)
    passing = problem.row_errors.passing(value)
    from_others = np.maximum(variance - passing * widened, 0.0)
    wanted = np.maximum(((left / outlier) ** 2 - from_others) / passing, 1.0)
    return problem.row_errors.about(value, wanted), wanted


def _described(
    problem: Problem, errors: Errors, x: Array, outliers: NDArray[np.bool_], converged: bool
) -> Solution:
    root = problem.states.root
    at = _expanded(problem, errors, root, np.asarray(np.linalg.solve(root, x), dtype=np.float64))
    covariance = root @ np.linalg.inv(at.curve) @ root.T
    _, gradient = problem.predicted_with_gradient(x)
    steep = errors.whitened(gradient)
    return Solution(
        problem, errors, x, covariance, covariance @ (steep.T @ steep), 2.0 * at.cost, outliers, converged
    )


@dataclass(frozen=True)
class _Expanded:
    """Cost about a point u: its value, slope and second derivative, which is positive definite."""

    cost: float
    slope: Array
    curve: Array


def _minimise(problem: Problem, errors: Errors, x: Array, most: int) -> tuple[Array, bool]:
    root = problem.states.root
    u = np.asarray(np.linalg.solve(root, x), dtype=np.float64)
    damping = 1e-3
    at = _expanded(problem, errors, root, u)
    for _ in range(most):
        damped = at.curve + damping * np.diag(np.diag(at.curve))
        step = np.asarray(np.linalg.solve(damped, -at.slope), dtype=np.float64)
        if abs(at.slope @ step) <= _CONVERGED * max(at.cost, 1.0):
            return root @ u, True
        if not _cost(problem, errors, root, u + step) <= at.cost:
            damping *= 10.0
            continue
        u, damping = np.asarray(u + step), max(damping / 10.0, 1e-12)
        at = _expanded(problem, errors, root, u)
    return root @ u, False


def _cost(problem: Problem, errors: Errors, root: Array, u: Array) -> float:
    residual = errors.whitened(problem.measured - problem.predicted(root @ u))
    return float(0.5 * (residual @ residual + u @ u))


def _expanded(problem: Problem, errors: Errors, root: Array, u: Array) -> _Expanded:
    """Newton's second derivative; Gauss and Newton's, without the model's own, where that is not definite."""
    predicted, gradient = problem.predicted_with_gradient(root @ u)
    apart = problem.measured - predicted
    residual = errors.whitened(apart)
    steep = errors.whitened(gradient) @ root
    plain = steep.T @ steep + np.eye(len(u))
    whole = plain - root.T @ problem.bending(root @ u, errors.weighted(apart)) @ root
    definite = np.linalg.eigvalsh(whole)[0] > _DEFINITE
    cost = float(0.5 * (residual @ residual + u @ u))
    return _Expanded(cost, u - steep.T @ residual, np.asarray(whole if definite else plain))
