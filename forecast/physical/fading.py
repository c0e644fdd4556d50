"""What was in the air at the reference time, carried on alone: no later cut of emissions can change it."""

from __future__ import annotations

from dataclasses import replace

import torch

from atmosphere.transport.model import Hour, TransportModel

__all__ = ["Fading"]


class Fading:
    """The state of the reference time without what is emitted or flows in afterwards, tag by tag.

    A tag less what of it fades is what was emitted since, as far as the limiter of the transport scheme
    is linear.

    Args:
        state: mixing ratios at the reference time, (member, z, y, x, species, tag); it is not changed.
        model: the model that carries the run on; its steps and device are taken over.
    """

    def __init__(self, state: torch.Tensor, model: TransportModel) -> None:
        self.state = state.clone()
        self._model = TransportModel(model.longest_step_s, model.wanted_engine, model.taken, model.device)

    def hour(self, hour: Hour) -> None:
        """Carry what is left through an hour."""
        clean = replace(hour, outside=hour.outside.map(torch.zeros_like), emissions=None)
        self.state = self._model.hour(self.state, clean)
