"""What a forecast is trained for: the quantile loss, near the thresholds that decide in particular.

Twice the mean of the quantile (pinball) loss over evenly spread levels is the CRPS (Gneiting and Ranjan 2011,
doi:10.1198/jbes.2010.08110, equations 11 and 12). Weighting a part of the axis is the same score of forecast
and measurement pushed up to a threshold (chaining function; Allen et al. 2023, doi:10.1137/22M1532184).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from pydantic import Field
from torch import Tensor

from foundation.configuration import Config


class LossConfig(Config):
    """What the loss weighs.

    Attributes:
        score: `pinball` counts every level alike, `crps` by the probabilities that it stands for.
        pollutant_weights: weight of each pollutant, in the order of the panel; equal when empty.
        logarithmic: weight of the loss of ln concentration beside that of the concentration.
        thresholds: concentrations of PM2.5, µg m-3, above which errors count more.
        threshold_weight: weight of what lies above each of them.
        physical: weight of the penalties that draw sources to the physical model.
    """

    score: Literal["pinball", "crps"] = "pinball"
    pollutant_weights: tuple[float, ...] = ()
    logarithmic: float = Field(default=0.1, ge=0)
    thresholds: tuple[float, ...] = ()
    threshold_weight: float = Field(default=0.0, ge=0)
    physical: float = Field(default=1.0, ge=0)


def pinball(quantiles: Tensor, observed: Tensor, levels: Tensor) -> Tensor:
    """Quantile loss, mean over levels.

    Args:
        quantiles: (..., level).
        observed: (...).
        levels: (level,) in (0, 1).

    Returns:
        (...) in the unit of the forecast; NaN where nothing was measured.
    """
    error = observed[..., None] - quantiles
    return torch.maximum(levels * error, (levels - 1) * error).mean(-1)


def crps(quantiles: Tensor, observed: Tensor, levels: Tensor) -> Tensor:
    """Continuous ranked probability score from quantiles, twice their mean loss weighted by their spacing.

    Each level stands for the probabilities nearest to it (midpoint rule); shapes as for `pinball`.
    """
    edges = torch.cat([levels.new_zeros(1), (levels[1:] + levels[:-1]) / 2, levels.new_ones(1)])
    error = observed[..., None] - quantiles
    return 2 * (torch.maximum(levels * error, (levels - 1) * error) * edges.diff()).sum(-1)


def pushed_up(quantiles: Tensor, observed: Tensor, threshold: Tensor) -> tuple[Tensor, Tensor]:
    """Forecast (..., level) and measurement (...) pushed up to a threshold (...): more alone counts."""
    return torch.maximum(quantiles, threshold[..., None]), torch.maximum(observed, threshold)


_SCORES = {"pinball": pinball, "crps": crps}


@dataclass(frozen=True)
class Objective:
    """The loss of a batch.

    Attributes:
        config: what it weighs.
        levels: (level,).
        scales: (horizon, pollutant) size of the error of persistence at each lead, display units, so that
            every lead counts alike.
        deviation: (pollutant,) standard deviation of ln concentration.
    """

    config: LossConfig
    levels: Tensor
    scales: Tensor
    deviation: Tensor

    def __call__(self, logarithm: Tensor, observed: Tensor, leads: Tensor, counted: Tensor) -> Tensor:
        """Mean loss over what was measured and counts.

        Args:
            logarithm: (issue, lead, station, pollutant, level) ln of display units.
            observed: (issue, lead, station, pollutant) ln of display units; NaN where not measured.
            leads: (lead,) steps ahead.
            counted: (station,) 1 for stations whose measurements may be trained on.
        """
        known = torch.isfinite(observed) & (counted > 0)[:, None]
        truth = torch.where(known, observed, logarithm[..., logarithm.shape[-1] // 2].detach())
        size = self.scales[leads - 1][:, None, :]
        forecast, measured = logarithm.exp() / size[..., None], truth.exp() / size
        loss = self._score(forecast, measured)
        loss = loss + self.config.logarithmic * self._score(logarithm, truth) / self.deviation
        if self.config.threshold_weight and self.config.thresholds:
            loss = loss + self._above(forecast, measured, size)
        return self._mean(loss, known)

    def _score(self, quantiles: Tensor, observed: Tensor) -> Tensor:
        return _SCORES[self.config.score](quantiles, observed, self.levels)

    def _above(self, forecast: Tensor, measured: Tensor, size: Tensor) -> Tensor:
        """Loss of PM2.5 above the thresholds, zero for the other pollutants."""
        extra = torch.zeros_like(measured)
        for threshold in self.config.thresholds:
            scaled = (threshold / size)[..., 0]
            extra[..., 0] += self._score(*pushed_up(forecast[..., 0, :], measured[..., 0], scaled))
        return self.config.threshold_weight * extra / len(self.config.thresholds)

    def _mean(self, loss: Tensor, known: Tensor) -> Tensor:
        over = tuple(range(loss.dim() - 1))
        number = known.sum(over)
        of_pollutant = torch.where(known, loss, 0.0).sum(over) / number.clamp(min=1)
        weights = self._weights(loss).to(loss.dtype) * (number > 0)
        return (of_pollutant * weights).sum() / weights.sum().clamp(min=1e-12)

    def _weights(self, loss: Tensor) -> Tensor:
        wanted: Sequence[float] = self.config.pollutant_weights or (1.0,) * loss.shape[-1]
        return torch.tensor(wanted, device=loss.device)
