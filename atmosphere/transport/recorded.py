"""The way forward of a sweep: first states of pieces of it, and all states where memory allows."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from atmosphere.transport.model import Hour, TransportModel

__all__ = ["Piece"]


class Piece:
    """Some hours of the forward run: the first state, and all states where there was room for them."""

    def __init__(self, first: int, start: torch.Tensor, taken: int) -> None:
        self.first = first
        self.start = start
        self.taken = [taken]
        self.states: list[list[torch.Tensor]] = []

    @property
    def last(self) -> int:
        """Number of the latest hour."""
        return self.first + len(self.taken) - 2

    def forward(
        self, base: torch.Tensor, hour: Hour, model: TransportModel, room: int
    ) -> tuple[torch.Tensor, int]:
        """Run an hour, keep its states where there is room; the state at the end and the room left."""
        room -= model.prepare(hour).steps * base.nbytes
        kept: list[torch.Tensor] = []
        base = model.hour(base, hour, (lambda state: kept.append(state.clone())) if room >= 0 else None)
        self.states.append(kept)
        self.taken.append(model.taken)
        return base, room

    def repeat(self, hours: Sequence[Hour], model: TransportModel) -> None:
        """Run the hours again where states are missing, and keep them all."""
        if all(self.states):
            return
        again = Piece(self.first, self.start, self.taken[0])
        runner = TransportModel(model.longest_step_s, model.wanted_engine, self.taken[0], model.device)
        base = self.start.clone()
        for hour in hours:
            base, _ = again.forward(base, hour, runner, room=2**62)
        self.states = again.states
