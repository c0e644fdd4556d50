"""One network of an ensemble, and what it is fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from forecast.learned.building import network_of, new_network
from forecast.learned.configuration import NetworkConfig
from forecast.learned.network import Network
from forecast.learned.normalisation import Normalisation
from forecast.learned.panel import Panel
from training.splitting import Split


@dataclass(frozen=True)
class Data:
    """What a network is fitted to.

    Attributes:
        panel: the series.
        parts: its chronological parts.
        scales: fitted on the training part.
    """

    panel: Panel
    parts: Split
    scales: Normalisation

    @property
    def last_row(self) -> int:
        """Row of the issue by which all was known that shapes the weights and their calibration."""
        return min(self.parts.edges[1] - 1 + self.panel.delay, len(self.panel.times) - 1)


@dataclass(frozen=True)
class Member:
    """One of an ensemble.

    Attributes:
        seed: decides the first weights, the batches and the gaps.
        held_out: (station,) whose measurements are left out of the loss.
        start: weights to begin with, of the same shape; random when None.
    """

    seed: int
    held_out: np.ndarray
    start: dict[str, Tensor] | None = None

    def told(self) -> str:
        """What tells it from others, start included."""
        begun = (
            0.0 if self.start is None else sum(float(value.double().sum()) for value in self.start.values())
        )
        return f"{self.seed} {self.held_out.tolist()} {begun:.12g}"


def begun(data: Data, shape: NetworkConfig, member: Member) -> Network:
    """The network of a member before its fit."""
    if member.start is None:
        return new_network(shape, data.scales, member.seed)
    return network_of(shape, data.scales, member.start)
