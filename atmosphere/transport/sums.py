"""Sensitivities to what enters the model during its steps, added up by the engines."""

from __future__ import annotations

import torch

from atmosphere.transport.tracers import Outside

__all__ = ["Sums"]


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
