"""What a sweep back tells of each hour, added up: sensitivities, and contributions by source and cell."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from atmosphere.transport.tracers import Emissions

__all__ = ["FootprintRecorder", "carried_over"]


@dataclass
class FootprintRecorder:
    """Adds up the footprints of hours.

    Attributes:
        shares: of each layer in each release, (release, layer).
        hours: number of hours of the run.
        hours_together: hours of emission to one map.
        sensitivity: (receptor, bin, release, species, y, x), per kg s-1 during the bin.
        emitted: contribution of what was emitted, (receptor, bin, source), in the receptors' units.
        cells: contribution of each cell, (receptor, source, y, x).
    """

    shares: np.ndarray
    hours: int
    hours_together: int
    sensitivity: np.ndarray = field(init=False)
    emitted: np.ndarray = field(init=False)
    cells: np.ndarray = field(init=False)
    _started: bool = False

    @property
    def bins(self) -> int:
        """Number of maps; the last may hold fewer hours."""
        return -(-self.hours // self.hours_together)

    def hour(self, number: int, footprint: torch.Tensor, emissions: Emissions, member: int = 0) -> None:
        """Add an hour.

        Args:
            number: of the hour.
            footprint: (member, layer, y, x, species, receptor), per kg s-1.
            emissions: of that hour, by tag.
            member: whose footprint it is.
        """
        mine = footprint[member].cpu()
        if not self._started:
            self._start(mine, emissions.tags)
        place = number // self.hours_together
        maps = np.einsum("lyxsr,gl->rgsyx", mine.numpy(), self.shares.astype(np.float32), optimize=True)
        self.sensitivity[:, place] += maps
        by_cell = _by_cell_and_source(mine, emissions)
        self.cells += by_cell
        self.emitted[:, place] += by_cell.sum((2, 3))

    def _start(self, mine: torch.Tensor, tags: int) -> None:
        _, rows, columns, species, receptors = mine.shape
        size = (receptors, self.bins, len(self.shares), species, rows, columns)
        self.sensitivity = np.zeros(size, np.float32)
        self.emitted = np.zeros((receptors, self.bins, tags))
        self.cells = np.zeros((receptors, tags, rows, columns))
        self._started = True


def _by_cell_and_source(footprint: torch.Tensor, emissions: Emissions) -> np.ndarray:
    """A footprint, (layer, y, x, species, receptor), times emissions, (receptor, source, y, x)."""
    _, rows, columns, species, receptors = footprint.shape
    column, tags = emissions.column().cpu(), emissions.tags
    kind, tag = (part.cpu() for part in (emissions.slot.long() // tags, emissions.slot.long() % tags))
    entry = (emissions.layer.long().cpu() * rows * columns + column) * species + kind
    value = footprint.reshape(-1, receptors)[entry].double() * emissions.rate.cpu().double()[:, None]
    total = torch.zeros(rows * columns * tags, receptors, dtype=torch.float64)
    total.index_add_(0, column * tags + tag, value)
    return total.reshape(rows, columns, tags, receptors).permute(3, 2, 0, 1).numpy()


def carried_over(initial: torch.Tensor, state: torch.Tensor) -> np.ndarray:
    """What was in the air at the beginning, by source, in the receptors' units, (receptor, source).

    Args:
        initial: sensitivity to the first mixing ratios, (member, z, y, x, species, receptor).
        state: these mixing ratios, (member, z, y, x, species, source).
    """
    parts = [
        initial[member, layer].reshape(-1, initial.shape[-1]).double().T.cpu()
        @ state[member, layer].reshape(-1, state.shape[-1]).double().cpu()
        for member in range(state.shape[0])
        for layer in range(state.shape[1])
    ]
    return torch.stack(parts).sum(0).numpy()
