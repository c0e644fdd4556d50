"""Newton steps on the profiles: the last digits of a fit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sources.receptor.curvature import Fitted, fit_contributions, shape_of
from sources.receptor.least_squares import Tensor
from sources.receptor.weighted_table import WeightedTable

__all__ = ["refine"]

_FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-3, 1e-10, 1e8
_QUIET_STEPS, _QUIET_DAMPING = 2, 1.0
_BOUND_PASSES = 3


@dataclass
class _Walk:
    fitted: Fitted
    damping: Tensor
    quiet: Tensor
    objective: Tensor


def refine(
    table: WeightedTable,
    profiles: Tensor,
    *,
    steps: int = 60,
    tolerance: float = 1e-9,
) -> tuple[Fitted, Tensor]:
    """Newton steps with damping (Levenberg and Marquardt) and bounds, each start until it stands still.

    Args:
        table: weights as they are.
        profiles: (starts, factors, species), where to begin.
        steps: at most.
        tolerance: relative fall of the objective, twice in a row, at which a start stands still.

    Returns:
        The fits, contributions of mean one; and which starts stood still, (starts,).
    """
    import torch

    fitted = _normalised(fit_contributions(table, profiles))
    ones = torch.ones_like(fitted.q)
    walk = _Walk(fitted, ones * _FIRST_DAMPING, torch.zeros_like(ones), fitted.q)
    done = torch.zeros_like(ones, dtype=torch.bool)
    result = fitted
    active = torch.arange(len(ones), device=ones.device)
    for _ in range(steps):
        _step(table.of(active), walk, tolerance)
        result = result.with_new(walk.fitted, active)
        still = (walk.quiet >= _QUIET_STEPS) | (walk.damping >= _MOST_DAMPING)
        done[active[still]] = True
        active, walk = active[~still], _some(walk, ~still)
        if not len(active):
            break
    return result, done


def _step(table: WeightedTable, walk: _Walk, tolerance: float) -> None:
    import torch

    fitted = walk.fitted
    shape = shape_of(table, fitted)
    slope, curvature = shape.slope.flatten(1), shape.curvature
    tried = _moved(fitted.profiles, slope, curvature, shape.scale, walk.damping)
    new = _normalised(fit_contributions(table, tried, fitted.free))
    objective = new.q
    better = objective <= walk.objective
    fall = (walk.objective - objective) / walk.objective.clamp(min=1e-300)
    still = (fall < tolerance) & (walk.damping < _QUIET_DAMPING)
    walk.quiet = torch.where(better, torch.where(still, walk.quiet + 1.0, 0.0), walk.quiet)
    changed = torch.where(better, walk.damping / 5.0, walk.damping * 5.0)
    walk.damping = changed.clamp(_LEAST_DAMPING, _MOST_DAMPING)
    walk.objective = torch.where(better, objective, walk.objective)
    walk.fitted = fitted.with_new(new.of(better), better.nonzero()[:, 0])


def _moved(profiles: Tensor, slope: Tensor, curvature: Tensor, scale: Tensor, damping: Tensor) -> Tensor:
    """Profiles after one damped step; elements that would pass below zero stop there."""
    import torch

    flat = profiles.flatten(1)
    scale = scale + 1e-12 * scale.amax(1, keepdim=True)
    damped = curvature + torch.diag_embed(damping[:, None] * scale)
    bound = (flat <= 0.0) & (slope > 0.0)
    step = torch.zeros_like(flat)
    for _ in range(_BOUND_PASSES):
        free = (~bound).to(flat.dtype)
        to_bound = torch.where(bound, -flat, 0.0)
        right = -(slope + (damped @ to_bound[:, :, None])[:, :, 0]) * free
        matrix = damped * free[:, :, None] * free[:, None] + torch.diag_embed((1.0 - free) * scale)
        factor, failed = torch.linalg.cholesky_ex(matrix)
        found = torch.cholesky_solve(right[:, :, None], factor)[:, :, 0] * free + to_bound
        step = torch.where((failed == 0)[:, None] & found.isfinite().all(1, keepdim=True), found, 0.0)
        below = (flat + step < 0.0) & ~bound
        if not below.any():
            break
        bound = bound | below
    # A step of nothing is no step: its start must raise its damping, not be called quiet.
    stuck = (step == 0.0).all(1, keepdim=True) & ~bound.all(1, keepdim=True)
    moved = (flat + step).clamp(min=0.0)
    return torch.where(stuck, torch.nan, moved).nan_to_num(nan=0.0).reshape(profiles.shape)


def _normalised(fitted: Fitted) -> Fitted:
    """The same product with contributions of mean one; a factor that contributes nothing stays as it is."""
    import torch

    mean = fitted.contributions.mean(2)
    mean = torch.where(mean > 0.0, mean, 1.0)
    return replace(
        fitted,
        profiles=fitted.profiles * mean[:, :, None],
        contributions=fitted.contributions / mean[:, :, None],
        inverse=fitted.inverse / (mean[:, None, :, None] * mean[:, None, None]),
    )


def _some(walk: _Walk, chosen: Tensor) -> _Walk:
    return _Walk(walk.fitted.of(chosen), walk.damping[chosen], walk.quiet[chosen], walk.objective[chosen])
