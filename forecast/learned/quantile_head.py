"""From features of a lead at a station to quantiles that never cross and sources of the median."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from forecast.learned.configuration import NetworkConfig
from forecast.learned.relative import first_guess
from forecast.learned.source_head import SourceHead

LARGEST_LOGARITHM = 9.2
"""ln of the largest concentration a network may say, display units: 10,000 µg m-3."""

_BEND = 0.5
_SMALL_START = 0.1
"""Factor on the random weights of an untrained head."""


class QuantileHead(nn.Module):
    """Median in display units, and steps of its logarithm to the other levels.

    Args:
        config: shape of the network; levels and the head over tags are read.
        width: features of a lead at a station.
        sizes: number of pollutants, the first of which is PM2.5, and of anchors.
        scales: mean and deviation (2, pollutant) of ln concentration.
        concentrations: whether anchors are added up as concentrations; otherwise as their logarithms. A
            network that is not told the level always takes concentrations, whose ratios have none.
    """

    scales: Tensor

    def __init__(
        self, config: NetworkConfig, width: int, sizes: tuple[int, int], scales: Tensor, concentrations: bool
    ) -> None:
        super().__init__()
        self.concentrations = concentrations or config.correction is not None
        (pollutants, anchors), self.sides = sizes, len(config.levels) // 2
        self.pollutants, self.anchors = sizes
        self.register_buffer("scales", scales.float())
        self.out = nn.Linear(width, pollutants * (1 + anchors + 2 * self.sides))
        sources = config.sources
        self.correction = config.correction
        self.sources = None if sources is None else SourceHead(width, sources, LARGEST_LOGARITHM)
        with torch.no_grad():
            self.out.weight.mul_(_SMALL_START)
            bias = self.out.bias.view(pollutants, -1)
            bias.zero_()
            bias[:, 1] = 1.0

    def forward(self, features: Tensor, anchors: Tensor, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Forecast.

        Args:
            features: (issue, lead, station, width).
            anchors: (issue, station, pollutant, anchor) standardised values to start from; an untrained head
                says the first, which is the last one measured.
            batch: windows; tags are read where there are any.

        Returns:
            `logarithm` (issue, lead, station, pollutant, level): ln of display units, increasing.
            With tags also `sources` (issue, lead, station, source + 1), parts of the median of PM2.5, µg m-3,
            what is unattributed last, which sum to it to 3e-6 in float32; and `penalty`, part of the loss.
        """
        out = self.out(features).float()
        out = out.view(*out.shape[:-1], self.pollutants, 1 + self.anchors + 2 * self.sides)
        weights, increments = out[..., 1 : 1 + self.anchors], out[..., 1 + self.anchors :]
        steps = functional.softplus(increments - 1.0)
        above = steps[..., self.sides :].cumsum(-1)
        below = steps[..., : self.sides].cumsum(-1).flip(-1)
        spread = torch.cat([-below, torch.zeros_like(above[..., :1]), above], dim=-1)
        mean, deviation = self.scales[0, :, None], self.scales[1, :, None]
        middle = self._from_anchors(weights, anchors) + deviation[:, 0] * out[..., 0]
        if self.correction is not None:
            guess = mean[:, 0] + deviation[:, 0] * first_guess(batch, self.correction.decay)
            trust = 1.0 if self.training else self.correction.trust
            middle = guess + trust * (middle - guess)
        spread = deviation * spread
        if self.sources is None or not batch["tags"].shape[-1]:
            return {"logarithm": (middle[..., None] + spread).clamp(max=LARGEST_LOGARITHM)}
        said = self.sources(features, batch, middle[..., 0])
        middle = torch.cat([said.logarithm[..., None], middle[..., 1:]], dim=-1)
        logarithm = (middle[..., None] + spread).clamp(max=LARGEST_LOGARITHM)
        return {"logarithm": logarithm, "sources": said.sources, "penalty": said.penalty}

    def _from_anchors(self, weights: Tensor, anchors: Tensor) -> Tensor:
        """Logarithm (issue, lead, station, pollutant) that the weighted anchors give."""
        mean, deviation = self.scales[0, :, None], self.scales[1, :, None]
        if not self.concentrations:
            return mean[:, 0] + deviation[:, 0] * (weights * anchors[:, None]).sum(-1)
        logarithms = (mean + deviation * anchors).clamp(max=LARGEST_LOGARITHM)[:, None]
        ratio = (weights * (logarithms - logarithms[..., :1]).exp()).sum(-1)
        return logarithms[..., 0] + positive_logarithm(ratio)


def positive_logarithm(ratio: Tensor) -> Tensor:
    """Logarithm of a ratio, and below one half the straight line that goes on smoothly, for any number."""
    return torch.where(ratio > _BEND, ratio.clamp(min=_BEND).log(), math.log(_BEND) + (ratio - _BEND) / _BEND)
