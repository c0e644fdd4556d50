"""The best fit under holds: Newton steps with everything else free."""

from __future__ import annotations

from sources.receptor.constraints.bounded_step import Bounds, bounded_step
from sources.receptor.constraints.holds import Holds
from sources.receptor.constraints.normalised_fit import NormalisedFit, curved, normalised_fit
from sources.receptor.least_squares import Tensor, normal_matrices
from sources.receptor.weighted_table import WeightedTable

__all__ = ["settled"]

_CYCLES, _STEPS = 40, 60
_QUIET, _EXACT = 1e-8, 1e-6
_FIRST, _LEAST, _MOST = 1e-6, 1e-10, 1e6
_WILD, _NEARER = 0.3, 0.3


def settled(table: WeightedTable, start: NormalisedFit, holds: Holds) -> NormalisedFit | None:
    """Minimise Q under holds, from a fit near by.

    In turn, what is held moves towards where it must be and everything else is fitted, until both stand
    still. Bounds are kept by active sets; ratios and contributions by squares so stiff that they miss by less
    than a millionth.

    Args:
        table: of one start.
        start: one fit.
        holds: what is held.

    Returns:
        The fit; None where none was found.
    """
    fit = start
    for _ in range(_CYCLES):
        fit, moved = _moved(table, fit, holds)
        if not moved:
            return None
        fit = _refitted(table, fit, holds)
        if _off(fit, holds) <= _EXACT:
            return fit
    return None


def _off(fit: NormalisedFit, holds: Holds) -> float:
    return max((hold.off(fit) for hold in holds.table), default=0.0)


def _moved(table: WeightedTable, fit: NormalisedFit, holds: Holds) -> tuple[NormalisedFit, bool]:
    """A step of what is held towards where it must be, the rest along with it; shorter where Q would leap."""
    bounds, point, damping = holds.bounds(fit), fit.profiles.flatten(1), _FIRST
    aim = point.maximum(bounds.lower).minimum(bounds.upper)
    part = 1.0
    for _ in range(30):
        now = point + part * (aim - point)
        eased = Bounds(bounds.lower.minimum(now), bounds.upper.maximum(now))
        tried, _, _ = _step(table, fit, holds, eased, damping)
        if tried is not None and bool(tried.q < fit.q * (1.0 + _WILD)):
            return tried, True
        part, damping = part * _NEARER, damping * 10.0
    return fit, False


def _refitted(table: WeightedTable, fit: NormalisedFit, holds: Holds) -> NormalisedFit:
    """Everything fitted while elements outside their bounds stay where they are."""
    damping, quiet = _FIRST, 0
    for _ in range(_STEPS):
        bounds, point = holds.bounds(fit), fit.profiles.flatten(1)
        eased = Bounds(bounds.lower.minimum(point), bounds.upper.maximum(point))
        fixed = bounds.lower == bounds.upper
        eased = Bounds(point.where(fixed, eased.lower), point.where(fixed, eased.upper))
        tried, before, fall = _step(table, fit, holds, eased, damping)
        quiet = quiet + 1 if fall < _QUIET * float(fit.q) else 0
        if quiet >= 2:
            break
        if tried is not None and _objective(table, tried, holds) <= before * (1.0 + 1e-13):
            fit, damping = tried, max(damping * 0.1, _LEAST)
        else:
            damping = min(damping * 30.0, _MOST)
            if damping >= _MOST:
                break
    return fit


def _step(
    table: WeightedTable, fit: NormalisedFit, holds: Holds, bounds: Bounds, damping: float
) -> tuple[NormalisedFit | None, float, float]:
    """A fit one Newton step on, the objective before, and the fall promised."""
    slope, curvature, scale, forces = curved(table, fit)
    more_slope, more_curvature, _ = holds.ratios(fit, scale)
    scale = scale + 1e-12 * scale.amax(1, keepdim=True)
    point = fit.profiles.flatten(1)
    new, fall = bounded_step(point, slope + more_slope, curvature + more_curvature, damping * scale, bounds)
    before = _objective(table, fit, holds)
    moved = (new - point)[:, :, None]
    if not bool(new.isfinite().all()) or not bool(fall.isfinite().all()):
        return None, before, float("inf")
    force = fit.force + (forces @ moved)[:, :, 0]
    wells = holds.wells(fit, _stiffness(table, fit))
    tried = normalised_fit(table, new.reshape(fit.profiles.shape), force, fit.free, wells)
    sound = bool(tried.q.isfinite().all()) and bool(tried.profiles.isfinite().all())
    return (tried if sound else None), before, float(fall)


def _objective(table: WeightedTable, fit: NormalisedFit, holds: Holds) -> float:
    normal = normal_matrices(fit.contributions, table.weights)
    scale = normal.diagonal(dim1=0, dim2=1).T.reshape(1, -1)
    wells = holds.wells(fit, _stiffness(table, fit))
    q = fit.q if wells is None else fit.q + wells.objective(fit.contributions)
    return float(q + holds.ratios(fit, scale)[2])


def _stiffness(table: WeightedTable, fit: NormalisedFit) -> Tensor:
    """Curvature of Q with each contribution, (factors, samples)."""
    return normal_matrices(fit.profiles, table.weights.mT).diagonal(dim1=0, dim2=1).T
