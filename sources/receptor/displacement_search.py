"""The search behind displacement: all elements at once, each pulled until re-fitted Q has risen as wanted."""

from __future__ import annotations

from dataclasses import dataclass, field

from sources.receptor.curvature import Fitted, shape_of
from sources.receptor.least_squares import Tensor
from sources.receptor.pull import Pull, element_slope
from sources.receptor.refinement import refine
from sources.receptor.weighted_table import WeightedTable

__all__ = ["Search", "begin_search", "search_level"]

_STIFFNESS, _TRIALS, _PRECISION = 100.0, 30, 0.01
_STIFFEN_EVERY, _STIFFER = 10, 100.0
_FIT_TOLERANCE, _FIT_STEPS = 5e-7, 40


@dataclass
class Search:
    """One displacement per entry: an element, a direction, and the bracket of its target.

    Attributes:
        factor, species, sign: which element, and -1 or 1.
        origin: its value in the base solution.
        spread: a first guess of how far it moves for a rise of one.
        stiffness: of the pull.
        near, far: distances of the target at which Q rises by less, by more.
        near_rise, far_rise: how much it rises there.
        target: distance to try next.
        profiles: of the last trial.
        near_profiles: at `near`, from where each trial begins.
        value, rise, contributions: what the last trial came to.
        done: whether the rise is as wanted.
    """

    factor: Tensor
    species: Tensor
    sign: Tensor
    origin: Tensor
    spread: Tensor
    stiffness: Tensor
    near: Tensor
    near_rise: Tensor
    far: Tensor
    far_rise: Tensor
    target: Tensor
    profiles: Tensor
    near_profiles: Tensor
    value: Tensor = field(init=False)
    rise: Tensor = field(init=False)
    done: Tensor = field(init=False)
    contributions: Tensor = field(init=False)


def begin_search(table: WeightedTable, base: Fitted, entries: Tensor) -> Search:
    """A search for each entry (factor, species, sign), at the base solution."""
    import torch

    factor, species = entries[:, 0].long(), entries[:, 1].long()
    count = len(entries)
    many = base.of(torch.zeros(count, dtype=torch.long, device=factor.device))
    shape = shape_of(table, many.of(torch.arange(1, device=factor.device)))
    zero = torch.zeros(count, dtype=torch.float64, device=factor.device)
    pull = Pull(factor, species, zero, zero)
    each = shape_of(table, many)
    answer, _ = element_slope(pull, many, each)
    damped = shape.curvature[0] + torch.diag_embed(shape.scale[0] * 1e-3)
    free = (base.profiles[0].flatten() > 0.0).to(zero.dtype)
    damped = damped * free[:, None] * free + torch.diag_embed((1.0 - free) * shape.scale[0])
    step = torch.linalg.solve(damped, (answer * free).mT).mT
    own = shape.scale[0].reshape(base.profiles.shape[1:])[factor, species]
    origin = base.profiles[0, factor, species]
    alone = (1.0 / own).sqrt()
    spread = (step * answer).sum(1).clamp(min=0.0).sqrt().minimum(0.1 * origin + alone).maximum(alone)
    nothing = [zero.clone() for _ in range(4)]
    return Search(
        factor, species, entries[:, 2], origin, spread, _STIFFNESS / spread.square(),
        nothing[0], nothing[1], zero + torch.inf, nothing[2], nothing[3],
        many.profiles.clone(), many.profiles.clone(),
    )  # fmt: skip


def search_level(table: WeightedTable, base: Fitted, search: Search, level: float, *, fresh: bool) -> None:
    """Move each target until the rise is at its level; `fresh` where no lower level came before."""
    import torch

    if fresh:
        search.target = search.spread * level**0.5
        search.value, search.rise = search.origin.clone(), torch.zeros_like(search.origin)
        search.done = torch.zeros_like(search.origin, dtype=torch.bool)
        search.contributions = base.contributions.expand(len(search.origin), -1, -1).clone()
    else:
        search.near, search.near_rise = search.target.clone(), search.rise.clone()
        search.near_profiles = search.profiles.clone()
        search.far = torch.full_like(search.far, torch.inf)
        search.target = search.target * (level / search.rise.clamp(min=1e-3 * level)).sqrt().clamp(1.05, 3.0)
    at_zero = (search.sign < 0.0) & (search.value <= 0.0)
    search.done = at_zero & (search.rise <= level)
    for trial in range(_TRIALS):
        active = (~search.done).nonzero()[:, 0]
        if not len(active):
            break
        if trial and trial % _STIFFEN_EVERY == 0:
            _stiffen(search, active)
        _trial(table, base, search, active)
        _next_targets(search, active, level)


def _stiffen(search: Search, active: Tensor) -> None:
    """Pull harder where a soft pull lets the element jump over the wanted rise, and bracket anew."""
    search.stiffness[active] *= _STIFFER
    distance = search.sign[active] * (search.value[active] - search.origin[active])
    low = search.rise[active] < search.far_rise[active]
    search.near[active] = search.near[active].minimum(distance.where(low, search.near[active])) * 0.9
    search.far[active] = search.far[active].new_tensor(float("inf"))
    search.target[active] = search.near[active]


def _trial(table: WeightedTable, base: Fitted, search: Search, active: Tensor) -> None:
    stiffness = search.stiffness[active]
    target = search.origin[active] + search.sign[active] * search.target[active]
    pull = Pull(search.factor[active], search.species[active], target, stiffness)
    fitted, _ = refine(table, search.near_profiles[active], pull, steps=_FIT_STEPS, tolerance=_FIT_TOLERANCE)
    search.profiles[active] = fitted.profiles
    search.contributions[active] = fitted.contributions
    search.rise[active] = fitted.q - base.q
    search.value[active] = pull.value(fitted)


def _next_targets(search: Search, active: Tensor, level: float) -> None:
    import torch

    rise, target = search.rise[active], search.target[active]
    at_zero = (search.sign[active] < 0.0) & (search.value[active] <= 0.0) & (rise <= level)
    search.done[active] = at_zero | ((rise / level - 1.0).abs() < _PRECISION)
    low = rise < level
    near, far = search.near[active], search.far[active]
    near_rise, far_rise = search.near_rise[active], search.far_rise[active]
    near, near_rise = torch.where(low, target, near), torch.where(low, rise, near_rise)
    far, far_rise = torch.where(low, far, target), torch.where(low, far_rise, rise)
    search.near[active], search.near_rise[active] = near, near_rise
    search.near_profiles[active[low]] = search.profiles[active[low]]
    search.far[active], search.far_rise[active] = far, far_rise
    root, below, above = level**0.5, near_rise.clamp(min=0.0).sqrt(), far_rise.clamp(min=0.0).sqrt()
    part = ((root - below) / (above - below).clamp(min=1e-12)).clamp(0.05, 0.95)
    between = near + part * (far - near)
    beyond = near * (root / below.clamp(min=0.2 * root)).clamp(1.1, 3.0)
    search.target[active] = torch.where(far.isfinite(), between, beyond)
