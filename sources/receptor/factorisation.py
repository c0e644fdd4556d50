"""Positive matrix factorisation: all starts at once, to full convergence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from sources.receptor.admission import check, tensor_table
from sources.receptor.alternating import Descent, begin, descend
from sources.receptor.least_squares import Tensor
from sources.receptor.refinement import refine
from sources.receptor.results import Factorisation, StartReport
from sources.receptor.samples import Array, Samples
from sources.receptor.solutions import Solutions
from sources.receptor.starts import promising_starts
from sources.receptor.weighted_table import WeightedTable, q_robust, q_true, robust_weights

__all__ = ["converge", "factorise"]

_SWEEPS_A_ROUND, _STANDSTILL = 10, 3e-6
_ROBUST_ROUNDS, _ROBUST_SWEEPS, _ROBUST_STANDSTILL = 60, 5, 2e-6
_POLISH_ROUNDS, _POLISH_STANDSTILL = 60, 1e-9


@dataclass(frozen=True)
class _Found:
    contributions: Tensor
    profiles: Tensor
    converged: Tensor


def factorise(  # noqa: PLR0913 - each is a choice of the analyst
    samples: Samples,
    factors: int,
    *,
    starts: int = 20,
    seed: int = 0,
    robust: bool = False,
    max_sweeps: int = 1000,
    device: str = "cpu",
) -> Factorisation:
    """Factorise samples into contributions and profiles, neither negative.

    Minimises the sum of squared scaled residuals (Paatero and Tapper 1994, doi:10.1002/env.3170050203) from
    several starts, all in one batch of double precision: alternating least squares with extrapolation, starts
    that stand still leave the batch, and Newton steps give the best one its last digits. In robust mode the
    weights follow the residuals until Q(robust) itself stands still.

    Args:
        samples: prepared: no gap, no bad species.
        factors: how many.
        starts: random starts.
        seed: of the starts.
        robust: minimise Q(robust) instead of Q(true).
        max_sweeps: a start that has not stood still by then counts as not converged.
        device: for torch.

    Raises:
        InputError: when samples hold gaps, negative concentrations or uncertainties that are not above zero,
            or there are more factors than species or samples.
    """
    check(samples, factors)
    if starts < 1:
        raise InputError(f"{starts} starts", remedy="Give at least one")
    begun = time.perf_counter()
    table = tensor_table(samples, device)
    found = _from_all_starts(table, promising_starts(table, factors, starts, seed), max_sweeps)
    if robust:
        found = _robustly(table, found)
    objective = q_robust if robust else q_true
    best = int(objective(table, found.contributions, found.profiles).argmin())
    held = _polished(table, found.profiles[best : best + 1], robust)
    report = _report(table, found, best, held)
    contributions, profiles = _ordered(*held)
    return Factorisation(
        samples, contributions, profiles, report, robust, 0.0, seed, time.perf_counter() - begun
    )


def converge(
    table: WeightedTable, state: Descent, max_sweeps: int, standstill: float = _STANDSTILL
) -> tuple[Tensor, Tensor, Tensor]:
    """Sweep until every start stands still; those that do leave the batch.

    Returns:
        Contributions (starts, factors, samples), profiles (starts, factors, species), converged (starts,).
    """
    import torch

    contributions, profiles = (one.clone() for one in state.tables())
    active = torch.arange(state.starts, device=state.q.device)
    still = torch.zeros(state.starts, dtype=torch.bool, device=state.q.device)
    for _ in range(0, max_sweeps, _SWEEPS_A_ROUND):
        descend(table.of(active), state, _SWEEPS_A_ROUND)
        contributions[active], profiles[active] = state.tables()
        resting = state.drop < standstill
        still[active[resting]] = True
        if bool(resting.all()):
            break
        if bool(resting.any()):
            active, state = active[~resting], state.of(~resting)
    return contributions, profiles, still


def _from_all_starts(table: WeightedTable, state: Descent, max_sweeps: int) -> _Found:
    return _Found(*converge(table, state, max_sweeps))


def _robustly(table: WeightedTable, found: _Found) -> _Found:
    import torch

    contributions, profiles = found.contributions.clone(), found.profiles.clone()
    active = torch.arange(len(profiles), device=profiles.device)
    still = torch.zeros(len(profiles), dtype=torch.bool, device=profiles.device)
    before = q_robust(table, contributions, profiles)
    for _ in range(_ROBUST_ROUNDS):
        held = contributions[active], profiles[active]
        weighted = table.own_weights(robust_weights(table, *held))
        state = begin(weighted, held[1], held[0])
        descend(weighted, state, _ROBUST_SWEEPS)
        contributions[active], profiles[active] = state.tables()
        now = q_robust(table, contributions[active], profiles[active])
        resting = (before[active] - now).abs() <= _ROBUST_STANDSTILL * _ROBUST_SWEEPS * now
        before[active] = now
        still[active[resting]] = True
        active = active[~resting]
        if not len(active):
            break
    return _Found(contributions, profiles, still & found.converged)


def _polished(table: WeightedTable, profiles: Tensor, robust: bool) -> tuple[Tensor, Tensor]:
    """The last digits, by Newton steps; in robust mode with weights that follow."""
    fitted, _ = refine(table, profiles, steps=0 if robust else 60)
    if not robust:
        return fitted.contributions, fitted.profiles
    contributions, profiles = fitted.contributions, fitted.profiles
    before = float(q_robust(table, contributions, profiles))
    for _ in range(_POLISH_ROUNDS):
        weighted = table.own_weights(robust_weights(table, contributions, profiles)[0])
        fitted, _ = refine(weighted, profiles, steps=4)
        now = float(q_robust(table, fitted.contributions, fitted.profiles))
        if now < before:
            contributions, profiles = fitted.contributions, fitted.profiles
        if before - now <= _POLISH_STANDSTILL * now:
            break
        before = now
    return contributions, profiles


def _report(table: WeightedTable, found: _Found, best: int, held: tuple[Tensor, Tensor]) -> StartReport:
    def of(objective: Callable[[WeightedTable, Tensor, Tensor], Tensor]) -> Array:
        each = objective(table, found.contributions, found.profiles)
        each[best] = objective(table, *held)[0]
        return np.asarray(each.cpu().numpy())

    solutions = Solutions(found.contributions.cpu().numpy(), found.profiles.cpu().numpy())
    return StartReport(of(q_true), of(q_robust), found.converged.cpu().numpy(), best, solutions)


def _ordered(contributions: Tensor, profiles: Tensor) -> tuple[Array, Array]:
    """Contributions (samples, factors) of mean one and profiles (factors, species), the largest first."""
    held, shapes = contributions[0].cpu().numpy(), profiles[0].cpu().numpy()
    mean = held.mean(1)
    mean = np.where(mean > 0.0, mean, 1.0)
    held, shapes = held / mean[:, None], shapes * mean[:, None]
    order = np.argsort(-shapes.sum(1), kind="stable")
    return np.ascontiguousarray(held[order].T), np.ascontiguousarray(shapes[order])
