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


def promising_starts(table: WeightedTable, factors: int, starts: int, seed: int) -> Descent:
    """The best of a few random tries for each start; no start knows of another.

    Profiles are drawn as the square of an exponential variable, which leaves each species to few factors, in
    proportion to its mean.

    Args:
        table: with one table of weights for all.
        factors: how many.
        starts: how many.
        seed: the same seed gives the same starts, on any device.
    """
    import torch

    species = table.values.shape[1]
    source = torch.Generator().manual_seed(seed)
    drawn = torch.rand(starts * TRIES, factors, species, generator=source, dtype=torch.float64)
    drawn = (-torch.log(1.0 - drawn)).square().to(table.values.device)
    state = begin(table, drawn * table.values.mean(0) / factors)
    tries = TRIES
    for sweeps, kept in _ROUNDS:
        descend(table, state, sweeps)
        state = state.of(_best_of_each(state.q, tries, kept))
        tries = kept
    return state


def _best_of_each(q: Tensor, tries: int, kept: int) -> Tensor:
    import torch

    order = q.reshape(-1, tries).argsort(1)[:, :kept]
    return (order + torch.arange(len(order), device=q.device)[:, None] * tries).reshape(-1)
