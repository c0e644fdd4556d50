"""What is measured of a run, and what its footprints are."""

from __future__ import annotations

from dataclasses import dataclass

import torch

__all__ = ["Footprints", "Receptor"]


@dataclass(frozen=True)
class Receptor:
    """A linear measure of the state at the end of an hour.

    Attributes:
        hour: number of the hour at whose end it measures.
        layer: of the cell.
        row: of the cell.
        column: of the cell.
        weights: factor of each species' mixing ratio, shape (species,); with the density of air times mass
            factors the measure is a concentration, kg m-3.
        member: ensemble member.
    """

    hour: int
    layer: int
    row: int
    column: int
    weights: torch.Tensor
    member: int = 0


@dataclass(frozen=True)
class Footprints:
    """Sensitivities of every receptor; the last dimension is the receptor.

    Attributes:
        measured: the receptors' values in the one-tag run, shape (receptor,).
        emitted: change of the measure by emission in a cell during an hour, per kg s-1,
            shape (hour, member, layer, y, x, species, receptor).
        from_emissions: share of the measure that was emitted, in its units, (receptor,).
        initial: sensitivity to the first mixing ratios, (member, z, y, x, species, receptor).
        from_initial: part of the measure that was there at the beginning, (receptor,).
        from_outside: part that flowed in, (receptor,).
    """

    measured: torch.Tensor
    emitted: torch.Tensor
    from_emissions: torch.Tensor
    initial: torch.Tensor
    from_initial: torch.Tensor
    from_outside: torch.Tensor
