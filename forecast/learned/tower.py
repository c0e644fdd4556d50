"""The network: stations exchange what they see, and each lead at each station is decoded on its own.

Stations attend to one another with weights that their states and their relative positions decide (a learned
adjacency: Vaswani et al. 2017, arXiv:1706.03762, section 3.2, with a bias from geometry). No station has a
parameter of its own, so any set of stations can be given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from forecast.learned.configuration import ANCHOR_LAGS, NetworkConfig
from forecast.learned.exchange import Exchange, Neighbours, Residual
from forecast.learned.quantile_head import QuantileHead
from forecast.learned.relative import relative_to_usual
from forecast.learned.windows import ahead_features, history_features

_LEAD_WAVES = 6
_NEIGHBOUR_LAGS = 3
"""Anchors, the latest first, that are also taken from the neighbours."""

_STRAIGHT = 32
"""Sums of all anchors of all pollutants that reach the head without a bend, as in a regression."""


class Tower(nn.Module):
    """Quantiles of every pollutant at the leads of one range.

    Args:
        config: its shape.
        pollutants: number of pollutants.
        weather: number of weather variables.
        scales: mean and deviation (2, pollutant) of ln concentration, display units.
        concentrations: whether anchors are added up as concentrations.
    """

    def __init__(
        self, config: NetworkConfig, pollutants: int, weather: int, scales: Tensor, concentrations: bool
    ) -> None:
        super().__init__()
        self.config = config
        width, lead_width = config.width, config.lead_width
        self.embed = nn.Linear(history_features(config.windows, pollutants, weather), width)
        self.own = nn.ModuleList(Residual(width, config.dropout) for _ in range(2))
        self.exchange = nn.ModuleList(Exchange(config) for _ in range(config.rounds))
        self.state = nn.Linear(width, lead_width)
        self.lead = nn.Linear(ahead_features(config.windows, weather) + 2 * _LEAD_WAVES + 1, lead_width)
        self.mix = nn.Linear(lead_width, lead_width)
        self.drop = nn.Dropout(config.dropout)
        self.neighbours = Neighbours(config)
        anchors = len(ANCHOR_LAGS) + 1 + config.heads * _NEIGHBOUR_LAGS
        self.straight = nn.Linear(pollutants * anchors, _STRAIGHT, bias=False)
        self.gate = nn.Linear(lead_width, _STRAIGHT)
        self.head = QuantileHead(
            config, lead_width + _STRAIGHT, (pollutants, anchors), scales, concentrations
        )

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Forecast.

        Args:
            batch: tensors named and shaped as the attributes of `forecast.learned.windows.Windows`, with a
                first axis of issues on all but `positions`, `leads` and `kinds`.

        Returns:
            See `QuantileHead.forward`.
        """
        seen = batch if self.config.correction is None else relative_to_usual(batch, self.config.windows)
        state = functional.gelu(self.embed(seen["history"]))
        for block in self.own:
            state = block(state)
        for exchange in self.exchange:
            state = exchange(state, batch["positions"])
        around = self.neighbours(state, batch["positions"], batch["anchors"][..., :_NEIGHBOUR_LAGS])
        anchors = torch.cat([batch["anchors"], around], dim=-1)
        features = self._decode(state, seen)
        straight = self.gate(features) * self.straight(self._shown(anchors, seen).flatten(-2))[:, None]
        return self.head(torch.cat([features, straight], dim=-1), anchors, batch)  # type: ignore[no-any-return]

    def _shown(self, anchors: Tensor, seen: Mapping[str, Tensor]) -> Tensor:
        """Anchors as the network sees them: as they are, or less what was usual of late."""
        if self.config.correction is None:
            return anchors
        own = seen["anchors"].shape[-1]
        return torch.cat([seen["anchors"], anchors[..., own:] - anchors[..., own - 1 : own]], dim=-1)

    def _decode(self, state: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        """Features (issue, lead, station, width) of every lead at every station."""
        waves = lead_waves(batch["leads"], self.config.windows.horizon).to(state.dtype)
        known = batch["ahead"]
        position = waves[:, None, :].expand(known.shape[0], -1, known.shape[2], -1)
        lead = self.lead(torch.cat([known, position], dim=-1))
        mixed = functional.gelu(self.state(state)[:, None] + lead)
        return functional.gelu(self.mix(self.drop(mixed))) + mixed


def lead_waves(leads: Tensor, horizon: int) -> Tensor:
    """Position of leads on a logarithmic scale of time (lead, feature), as cosines, sines and itself."""
    scale = torch.log1p(leads.float()) / math.log1p(horizon)
    angle = scale[:, None] * math.pi * torch.arange(1, _LEAD_WAVES + 1, device=leads.device)
    return torch.cat([scale[:, None], angle.cos(), angle.sin()], dim=-1)
