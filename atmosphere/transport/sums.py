"""Sensitivities to what enters the model during its steps: added up by the engines, and times what enters."""

from __future__ import annotations

import torch

from atmosphere.transport.tracers import Emissions, Outside
from foundation.errors import InputError

__all__ = ["Sums", "check_layers", "times_emissions", "times_outside"]


class Sums:
    """Sensitivities to what enters during the steps, added up.

    Attributes:
        emitted: to emission, per kg s-1 in a cell, shape (member, layers that emit, y, x, species, tag).
        outside: to the outside mixing ratios; its `top` has shape (member, y, species, tag).
    """

    def __init__(self, adjoint: torch.Tensor, emission_layers: int) -> None:
        """Start at 0, for an adjoint of shape (member, z, y, x, species, tag)."""
        member, _, y, _, species, tag = adjoint.shape
        self.emitted = torch.zeros_like(adjoint[:, :emission_layers])
        self.outside = Outside.uniform(torch.zeros_like(adjoint)).map(torch.Tensor.clone)
        self.outside = Outside(
            self.outside.west, self.outside.east, self.outside.south, self.outside.north,
            adjoint.new_zeros(member, y, species, tag),
        )  # fmt: skip

    def add(self, adjoint: torch.Tensor, per_rate: torch.Tensor) -> None:
        """Add the adjoint of the emitting layers times mixing ratio per emission, (member, z, y, x)."""
        layers = self.emitted.shape[1]
        self.emitted.addcmul_(adjoint[:, :layers], per_rate[:, :layers, ..., None, None])

    def tensors(self) -> list[torch.Tensor]:
        """All that is added up."""
        outside = self.outside
        return [self.emitted, outside.west, outside.east, outside.south, outside.north, outside.top]


def times_emissions(emitted: torch.Tensor, emissions: Emissions | None) -> torch.Tensor:
    """Sensitivity times emissions of one tag, over cells, species and members, double precision, (tag,).

    Args:
        emitted: as `Sums.emitted`.
        emissions: of the same hour, all as one tag.
    """
    if emissions is None or not len(emissions.rate):
        return emitted.new_zeros(emitted.shape[-1], dtype=torch.float64)
    cells = emitted.shape[2] * emitted.shape[3]
    rows = emitted.reshape(emitted.shape[0], -1, emitted.shape[-1])[:, emissions.index(cells)]
    return (rows.double() * emissions.rate[None, :, None].to(rows.device).double()).sum((0, 1))


def times_outside(sums: Outside, outside: Outside) -> torch.Tensor:
    """Sensitivity times what flows in, double precision, (tag,); of `Sums.outside` and `Outside`."""
    total = (sums.top.sum(1) * outside.top).double().sum((0, 1))
    for name in ("west", "east", "south", "north"):
        total = total + (getattr(sums, name) * getattr(outside, name)).double().sum((0, 1, 2, 3))
    return total


def check_layers(emissions: Emissions | None, layers: int) -> None:
    """Refuse emissions above the lowest layers.

    Raises:
        InputError: naming the highest layer.
    """
    if emissions is not None and len(emissions.rate) and int(emissions.layer.max()) >= layers:
        raise InputError(
            f"emissions reach layer {int(emissions.layer.max())}, the footprint only {layers - 1}",
            remedy="Ask for more emission layers",
        )  # fmt: skip
