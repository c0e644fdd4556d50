"""The search behind displacement: each element fixed ever further off and all else re-fitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sources.receptor.constraints.bounded_step import bounded_step
from sources.receptor.constraints.normalised_fit import NormalisedFit, curved, normalised_fit
from sources.receptor.errors.displaced import Ends, Entries, Search, begun
from sources.receptor.least_squares import Tensor
from sources.receptor.weighted_table import WeightedTable

__all__ = ["search"]

_STEPS, _SETTLED, _PRECISION = 150, 1e-3, 0.01
_FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-6, 1e-9, 1e2
_LESS, _MORE, _NEARER, _WILD = 0.1, 30.0, 0.3, 6.0


def search(
    table: WeightedTable,
    base: NormalisedFit,
    entries: Entries,
    levels: Sequence[float],
    take: Callable[[Ends], None],
) -> None:
    """Displace every entry to every level; each leaves the batch when it is through.

    The element is an unknown that is fixed; Newton steps re-fit all others. When the steps promise less than
    0.3 % of the level, the rise and its slope with the element give the next value to try, until the rise is
    within 1 % of its level, or the element is at zero.

    Args:
        table: of which each start counts its samples as it does.
        base: one fit per entry, at its minimum.
        entries: what to displace.
        levels: rises of Q, ascending.
        take: is given the ends as they are found.
    """
    import torch

    state = begun(base, entries, levels[0], _FIRST_DAMPING)
    wanted = torch.as_tensor(levels, dtype=base.q.dtype, device=base.q.device)
    for _ in range(_STEPS):
        if not len(state.place):
            return
        leaving = _step(table.of(state.place), state, entries, wanted, take)
        state = state.of(~leaving)
    while len(state.place):
        state = state.of(_give_up(state, entries, wanted, take))


def _step(
    table: WeightedTable, state: Search, entries: Entries, levels: Tensor, take: Callable[[Ends], None]
) -> Tensor:
    """One Newton step of every entry; gives which leave."""
    import torch

    slope, curvature, scale, forces = curved(table, state.fit)
    scale = scale + 1e-12 * scale.amax(1, keepdim=True)
    point = state.fit.profiles.flatten(1)
    new, fall = bounded_step(point, slope, curvature, state.damping[:, None] * scale, state.bounds)
    settled = ~state.jumped & (fall < _SETTLED * levels[state.level])
    leaving = torch.zeros_like(settled)
    if settled.any():
        rows = settled.nonzero()[:, 0]
        leaving[rows] = _retarget(state, rows, slope[rows, state.column[rows]], entries, levels, take)
        again = rows[~leaving[rows]]
        parts = (point[again], slope[again], curvature[again], (state.damping[:, None] * scale)[again])
        new[again], _ = bounded_step(*parts, state.bounds.of(again))
    going = (~leaving).nonzero()[:, 0]
    if len(going):
        limit = entries.q[state.place[going]] + _WILD * levels[state.level[going]]
        _refit(table.of(going), state, going, new[going], forces[going], limit)
    return leaving


def _refit(
    table: WeightedTable, state: Search, rows: Tensor, new: Tensor, forces: Tensor, limit: Tensor
) -> None:
    """Take the steps that lower Q; the first towards a new value may raise it, within the limit."""
    old, jumped = state.fit.of(rows), state.jumped[rows]
    point = old.profiles.flatten(1)
    moved = (new - point)[:, :, None]
    force = old.force + (forces @ moved)[:, :, 0]
    fit = normalised_fit(table, new.reshape(old.profiles.shape), force, old.free)
    # A step of nothing is no step: where the curvature is not positive, damping must grow.
    went = (moved != 0.0).flatten(1).any(1)
    accepted = went & fit.q.isfinite() & (fit.q <= limit.where(jumped, old.q * (1.0 + 1e-12)).maximum(old.q))
    damping = state.damping[rows]
    changed = (damping * _LESS).where(accepted, damping * _MORE)
    state.damping[rows] = changed.clamp(_LEAST_DAMPING, _MOST_DAMPING)
    state.fit.put(rows[accepted], fit.of(accepted))
    column = state.column[rows]
    value = state.fit.profiles.flatten(1)[rows, column]
    aim, again = state.bounds.lower[rows, column], jumped & ~accepted
    nearer = (value + _NEARER * (aim - value)).where(went, aim)
    state.aim(rows, nearer.where(again, value))
    state.jumped[rows] = again


def _retarget(
    state: Search,
    rows: Tensor,
    slope: Tensor,
    entries: Entries,
    levels: Tensor,
    take: Callable[[Ends], None],
) -> Tensor:
    """Record what is at its level and aim anew; gives which of the rows are through with all levels."""
    through = rows.new_zeros(len(rows), dtype=bool)
    place = state.place[rows]
    sign = entries.sign[place]
    value = state.fit.profiles.flatten(1)[rows, state.column[rows]]
    rise = state.fit.q[rows] - entries.q[place]
    part = state.bracket.of(rows)
    part.learn(value, rise, 2.0 * slope * sign, levels[state.level[rows]])
    while True:
        level = levels[state.level[rows].clamp(max=len(levels) - 1)]
        at_zero = (sign < 0.0) & (value <= 0.0) & (rise <= level)
        exact = (rise / level - 1.0).abs() < _PRECISION
        found = (exact | at_zero | part.closed()) & ~through
        if not found.any():
            break
        _report(state, rows[found], (exact | at_zero)[found], entries, take)
        state.level[rows[found]] += 1
        through = state.level[rows] >= len(levels)
        part.reopen(found, value, rise)
    state.bracket.put(rows, part)
    going = (~through).nonzero()[:, 0]
    if len(going):
        aim = part.of(going).next_value(levels[state.level[rows[going]]])
        state.aim(rows[going], aim)
    return through


def _report(
    state: Search, rows: Tensor, reached: Tensor, entries: Entries, take: Callable[[Ends], None]
) -> None:
    for level in state.level[rows].unique():
        some = rows[state.level[rows] == level]
        fit, place = state.fit.of(some), state.place[some]
        value = fit.profiles.flatten(1).gather(1, state.column[some][:, None])[:, 0]
        hits = reached[state.level[rows] == level]
        take(Ends(int(level), place, value, fit.q - entries.q[place], hits, fit))


def _give_up(state: Search, entries: Entries, levels: Tensor, take: Callable[[Ends], None]) -> Tensor:
    """Report what never settled as not reached, one level; gives which have levels left."""
    rows = state.place.new_tensor(range(len(state.place)))
    _report(state, rows, rows.new_zeros(len(rows), dtype=bool), entries, take)
    state.level = state.level + 1
    return state.level < len(levels)
