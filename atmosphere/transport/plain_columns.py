"""What acts in a column or a cell, in plain PyTorch: turbulence, settling, deposition, reactions, scavenging.

The arithmetic is that of `schemes.h`, which cites it.
"""

from __future__ import annotations

import torch

from atmosphere.transport.stepping import Interval

__all__ = ["mix", "react"]


def mix(state: torch.Tensor, mass: torch.Tensor, interval: Interval) -> torch.Tensor:
    """Implicit turbulence, settling and dry deposition of every column."""
    processes, seconds = interval.processes, interval.seconds
    species = state.shape[-2]
    layers = mass.shape[1]
    air = mass[..., None]
    nothing = torch.zeros_like(air[:, 0])
    mixing = [*(seconds * processes.mixing[..., None]).unbind(1), nothing]
    falling = _falling(processes.settling, processes.settling_species, species, air, seconds)
    below = seconds * processes.deposition.permute(0, 2, 3, 1)
    inverse, coupling, solved = [], [], []
    carried = torch.zeros_like(state[:, 0])
    for k in range(layers):
        kept = air[:, k] + falling[k] + below
        inverse.append(1 / (kept + mixing[k]))
        coupling.append((mixing[k] + falling[k + 1]) * inverse[k])
        below = mixing[k] * (kept - falling[k + 1]) * inverse[k]
        lower = mixing[k - 1] if k else nothing
        carried = (air[:, k][..., None] * state[:, k] + lower[..., None] * carried) * inverse[k][..., None]
        solved.append(carried)
    for k in range(layers - 2, -1, -1):
        solved[k] = solved[k] + coupling[k][..., None] * solved[k + 1]
    return torch.stack(solved, 1)


def _falling(
    settling: torch.Tensor | None, which: tuple[int, ...], species: int, air: torch.Tensor, seconds: float
) -> list[torch.Tensor]:
    """Settling of a step through the lower face of each layer, kg of air, each (member, y, x, species)."""
    layers = air.shape[1]
    every = air.new_zeros(*air.shape[:-1], species)
    if settling is not None:
        columns = [every[..., s] for s in range(species)]
        for index, s in enumerate(which):
            columns[s] = seconds * settling[:, index]
        every = torch.stack(columns, -1)
    return [*every.unbind(1), torch.zeros_like(every[:, 0])][: layers + 1]


def react(state: torch.Tensor, interval: Interval) -> torch.Tensor:
    """First-order reactions, then scavenging; exact over the step for each alone."""
    species = list(state.unbind(-2))
    if interval.converted is not None:
        for number, reaction in enumerate(interval.processes.reactions):
            used = interval.converted[:, number][..., None] * species[reaction.source]
            species[reaction.source] = species[reaction.source] - used
            species[reaction.product] = species[reaction.product] + reaction.mass_factor * used
    state = torch.stack(species, -2)
    return state if interval.kept is None else state * interval.kept.permute(0, 2, 3, 4, 1)[..., None]
