"""Alternating least squares, accelerated: each start looks ahead along its last step while that helps."""

from __future__ import annotations

from dataclasses import dataclass

from sources.receptor.least_squares import (
    Tensor,
    coordinate_descent,
    flattened,
    gathered,
    normal_matrices,
    right_sides,
)
from sources.receptor.weighted_table import WeightedTable

__all__ = ["Descent", "begin", "descend"]

_FIRST_SWEEPS, _CONTRIBUTION_SWEEPS, _PROFILE_SWEEPS = 10, 1, 3
_STRIDE, _GROWTH, _LIMIT_GROWTH, _SHRINK = 0.6, 1.06, 1.01, 1.5


@dataclass
class Descent:
    """Where a batch of starts stands.

    Attributes:
        profiles: (factors, starts x species).
        contributions: (factors, starts x samples).
        ahead_profiles: the same, extrapolated.
        ahead_contributions: the same, extrapolated.
        stride: (starts,), how far to look ahead.
        limit: (starts,), of the stride.
        q: (starts,), objective.
        drop: (starts,), relative change of the objective per sweep, smoothed.
    """

    profiles: Tensor
    contributions: Tensor
    ahead_profiles: Tensor
    ahead_contributions: Tensor
    stride: Tensor
    limit: Tensor
    q: Tensor
    drop: Tensor

    @property
    def starts(self) -> int:
        """How many."""
        return len(self.q)

    def tables(self) -> tuple[Tensor, Tensor]:
        """Contributions (starts, factors, samples) and profiles (starts, factors, species)."""
        return gathered(self.contributions, self.starts), gathered(self.profiles, self.starts)

    def of(self, chosen: Tensor) -> Descent:
        """Some of the starts."""

        def some(table: Tensor) -> Tensor:
            return flattened(gathered(table, self.starts)[chosen])

        flat = (self.profiles, self.contributions, self.ahead_profiles, self.ahead_contributions)
        each = (self.stride, self.limit, self.q, self.drop)
        return Descent(*(some(table) for table in flat), *(one[chosen] for one in each))


def begin(table: WeightedTable, profiles: Tensor, contributions: Tensor | None = None) -> Descent:
    """A batch of starts from profiles (starts, factors, species); contributions are fitted unless given."""
    import torch

    starts, factors = profiles.shape[:2]
    flat = flattened(profiles)
    if contributions is None:
        guess = torch.ones(factors, starts * table.values.shape[0], dtype=flat.dtype, device=flat.device)
        held = coordinate_descent(*_for_contributions(table, profiles), guess, _FIRST_SWEEPS)
    else:
        held = flattened(contributions)
    each = torch.ones(starts, dtype=flat.dtype, device=flat.device)
    return Descent(flat, held, flat, held, each * _STRIDE, each.clone(), each * torch.inf, each.clone())


def descend(table: WeightedTable, state: Descent, sweeps: int) -> None:
    """Sweep over contributions and profiles in turn, extrapolating each.

    The extrapolation is that of Ang and Gillis 2019 (doi:10.1162/neco_a_01157), with a stride for each start:
    a start whose objective rises goes back and looks less far ahead.
    """
    total = _weighted_squares(table)
    for _ in range(sweeps):
        _sweep(table, state, total)


def _sweep(table: WeightedTable, state: Descent, total: Tensor) -> None:
    import torch

    starts = state.starts
    samples, species = table.values.shape
    normal, right = _for_contributions(table, gathered(state.ahead_profiles, starts))
    new = coordinate_descent(normal, right, state.ahead_contributions, _CONTRIBUTION_SWEEPS)
    ahead = _look_ahead(new, state.contributions, state.stride.repeat_interleave(samples))
    normal, right = _for_profiles(table, gathered(ahead, starts))
    profiles = coordinate_descent(normal, right, state.ahead_profiles, _PROFILE_SWEEPS)
    part = (((normal * profiles[None]).sum(1) - 2.0 * right) * profiles).sum(0)
    q = total + part.reshape(starts, species).sum(1)
    ahead_profiles = _look_ahead(profiles, state.profiles, state.stride.repeat_interleave(species))
    worse = q > state.q
    state.drop = 0.7 * state.drop + 0.3 * ((state.q - q).abs() / q).clamp(max=1.0)
    state.limit = torch.where(worse, state.stride, (state.limit * _LIMIT_GROWTH).clamp(max=1.0))
    state.stride = torch.where(worse, state.stride / _SHRINK, (state.stride * _GROWTH).minimum(state.limit))
    state.q = torch.where(worse, state.q, q)
    by_sample, by_species = worse.repeat_interleave(samples), worse.repeat_interleave(species)
    state.contributions = torch.where(by_sample, state.contributions, ahead)
    state.ahead_contributions = state.contributions
    state.profiles = torch.where(by_species, state.profiles, profiles)
    state.ahead_profiles = torch.where(by_species, state.profiles, ahead_profiles)


def _look_ahead(new: Tensor, old: Tensor, stride: Tensor) -> Tensor:
    return (new + stride * (new - old)).clamp_(min=0.0)


def _for_contributions(table: WeightedTable, profiles: Tensor) -> tuple[Tensor, Tensor]:
    weights = table.weights
    return normal_matrices(profiles, weights.mT), right_sides(profiles, (weights * table.values).mT)


def _for_profiles(table: WeightedTable, contributions: Tensor) -> tuple[Tensor, Tensor]:
    weights, counted = table.weights, contributions
    if table.counts is not None:
        counted = contributions * table.counts[:, None]
        weights = weights * table.counts[:, :, None]
    return normal_matrices(contributions, weights), right_sides(counted, table.weights * table.values)


def _weighted_squares(table: WeightedTable) -> Tensor:
    squares = (table.weights * table.values.square()).sum(-1)
    return (squares if table.counts is None else squares * table.counts).sum(-1)
