"""What was in the air at the reference time, carried on alone: no later cut of emissions can change it."""

from __future__ import annotations

from dataclasses import replace

import torch

from atmosphere.transport.model import Hour, TransportModel

__all__ = ["GONE", "Fading"]

GONE = 1e-3
"""Share of a species near the ground below which nothing counts as left."""


class Fading:
    """The state of the reference time without what is emitted or flows in afterwards, tag by tag.

    A tag less what of it fades is what was emitted since, as far as the limiter of the transport scheme
    is linear. It counts as gone, and costs nothing more, once it is at most a thousandth of every species
    near the ground, summed over the domain.

    Args:
        state: mixing ratios at the reference time, (member, z, y, x, species, tag); it is not changed.
        model: the model that carries the run on; its steps and device are taken over.
    """

    def __init__(self, state: torch.Tensor, model: TransportModel) -> None:
        self.state = state.clone()
        self.gone = False
        self._model = TransportModel(model.longest_step_s, model.wanted_engine, model.taken, model.device)

    def hour(self, hour: Hour, whole: torch.Tensor) -> None:
        """Carry what is left through an hour.

        Args:
            hour: what drives the run.
            whole: the state of the run at its end.
        """
        if self.gone:
            return
        clean = replace(hour, outside=hour.outside.map(torch.zeros_like), emissions=None)
        self.state = self._model.hour(self.state, clean)
        left, present = (part[:, 0].double().sum((1, 2, 4)) for part in (self.state, whole))
        if bool((left <= GONE * present).all()):
            self.gone, self.state = True, torch.zeros_like(self.state)
