"""Starting points: several rough tries per start, of which the better ones go on."""

from __future__ import annotations

from sources.receptor.alternating import Descent, begin, descend
from sources.receptor.least_squares import Tensor
from sources.receptor.weighted_table import WeightedTable

__all__ = ["promising_starts"]

_ROUNDS = ((12, 3), (12, 1))
"""Sweeps of each round, and how many tries per start go on after it."""

TRIES = 8
"""Rough tries per start."""


def promising_starts(
    table: WeightedTable, factors: int, starts: int, seed: int, tries: int = TRIES
) -> Descent:
    """The best of a few random tries for each start; no start knows of another.

    Profiles are drawn as the square of an exponential variable, which leaves each species to few factors, in
    proportion to its mean.

    Args:
        table: with one table of weights for all, or one for each start.
        factors: how many.
        starts: how many.
        seed: the same seed gives the same starts, on any device.
        tries: rough tries per start.
    """
    import torch

    species = table.values.shape[1]
    source = torch.Generator().manual_seed(seed)
    drawn = torch.rand(starts * tries, factors, species, generator=source, dtype=torch.float64)
    drawn = (-torch.log(1.0 - drawn)).square().to(table.values.device)
    each = torch.arange(starts, device=drawn.device).repeat_interleave(tries)
    now = table.of(each)
    state = begin(now, drawn * _mean_of_weighed(now)[..., None, :] / factors)
    for sweeps, most in _ROUNDS:
        descend(now, state, sweeps)
        kept = min(most, tries)
        chosen = _best_of_each(state.q, tries, kept)
        state, now = state.of(chosen), now.of(chosen)
        tries = kept
    return state


def _mean_of_weighed(table: WeightedTable) -> Tensor:
    """Mean of each species over what has any weight, (species,) or (starts, species)."""
    weighed = table.weights > 0.0
    return (table.values * weighed).sum(-2) / weighed.sum(-2).clamp(min=1)


def _best_of_each(q: Tensor, tries: int, kept: int) -> Tensor:
    import torch

    order = q.reshape(-1, tries).argsort(1)[:, :kept]
    return (order + torch.arange(len(order), device=q.device)[:, None] * tries).reshape(-1)
