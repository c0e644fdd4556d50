"""What a chemical mass balance found, sample by sample, and which samples it could not solve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sources.receptor.cmb.effective_variance import Equations, Mask, Solution, solve
from sources.receptor.cmb.layout import BalanceInput
from sources.receptor.samples import Array

__all__ = ["Balance", "apportion"]


@dataclass(frozen=True)
class Balance:
    """Contributions of known sources.

    Attributes:
        given: what was fitted, and what was left out.
        contributions: (samples, sources), in the unit of the samples; zero where a source was eliminated, NaN
            in a sample without a solution.
        covariances: (samples, sources, sources).
        eliminated: (samples, sources), sources taken out because their contribution was negative.
        iterations: (samples,).
        failures: by sample, why it has no solution; empty where it has one.
    """

    given: BalanceInput
    contributions: Array
    covariances: Array
    eliminated: Mask
    iterations: np.ndarray[Any, np.dtype[np.int64]]
    failures: tuple[str, ...]

    @property
    def solved(self) -> Mask:
        """(samples,): which samples have a solution."""
        return np.array([not reason for reason in self.failures])

    @property
    def standard_errors(self) -> Array:
        """(samples, sources): one standard deviation; NaN where a source is eliminated or nothing solved."""
        errors = np.sqrt(np.diagonal(self.covariances, axis1=1, axis2=2))
        return np.where(self.eliminated, np.nan, errors)

    @property
    def t_statistics(self) -> Array:
        """(samples, sources): contribution over its standard error; below 2 it is not told from nothing."""
        return np.asarray(self.contributions / self.standard_errors)

    @property
    def negative(self) -> Mask:
        """(samples, sources): where a contribution is below zero."""
        return np.nan_to_num(self.contributions) < 0.0


def apportion(given: BalanceInput, *, eliminate_negative: bool = False) -> Balance:
    """Apportion samples to sources by effective variance.

    Args:
        given: samples and profiles laid out against each other.
        eliminate_negative: take the source whose negative contribution is the largest in units of its
            standard error out of a sample, fit that sample again, and so on until none is negative. What is
            taken out is told in `eliminated`; else negative contributions stand as they are found.

    Returns:
        The balance. A sample without a solution, for lack of values, because its sources are not told apart
        or because the iteration does not settle, has NaN and the reason in `failures`.
    """
    equations = given.equations()
    short = equations.there.sum(1) < len(given.profiles)
    found = solve(equations)
    eliminated = np.zeros(found.contributions.shape, bool)
    if eliminate_negative:
        _eliminate(equations, found, eliminated, ~short)
    failures = [_failure(given, found, row, bool(short[row])) for row in range(len(short))]
    failed = np.array([bool(reason) for reason in failures])
    found.contributions[failed] = np.nan
    found.covariances[failed] = np.nan
    eliminated[failed] = False
    return Balance(
        given, found.contributions, found.covariances, eliminated, found.iterations, tuple(failures)
    )


def _eliminate(equations: Equations, found: Solution, eliminated: Mask, may: Mask) -> None:
    while True:
        with np.errstate(invalid="ignore", divide="ignore"):
            errors = np.sqrt(np.diagonal(found.covariances, axis1=1, axis2=2))
            strength = np.where(found.contributions < 0.0, found.contributions / errors, 0.0)
        rows = np.flatnonzero(may & found.converged & (strength < 0.0).any(1))
        if not len(rows):
            return
        eliminated[rows, strength[rows].argmin(1)] = True
        again = solve(equations.of(rows), ~eliminated[rows])
        for name in ("contributions", "covariances", "converged", "separable"):
            getattr(found, name)[rows] = getattr(again, name)
        found.iterations[rows] += again.iterations


def _failure(given: BalanceInput, found: Solution, row: int, short: bool) -> str:
    if short:
        there = int(given.equations().there[row].sum())
        return f"{there} fitting species have a value, {len(given.profiles)} sources need as many"
    if not found.separable[row]:
        return "its species do not tell the sources apart"
    if not found.converged[row]:
        return f"no convergence in {int(found.iterations[row])} iterations"
    return ""
