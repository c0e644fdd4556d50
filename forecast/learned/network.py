"""The network: towers side by side, each for a range of leads.

What helps the next hour spoils the next day: the first asks for detail, and a network with an eye for detail
remembers the days it was trained on. So each range of leads has a tower of its own, with no parameter in
common, and each is stopped when its own validation is best.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from forecast.learned.configuration import NetworkConfig
from forecast.learned.tower import Tower


class Network(nn.Module):
    """Quantiles of every pollutant from windows.

    Args:
        config: its shape.
        pollutants: number of pollutants, the first of which is PM2.5.
        weather: number of weather variables.
        scales: mean and deviation (2, pollutant) of ln concentration, display units.
    """

    def __init__(self, config: NetworkConfig, pollutants: int, weather: int, scales: Tensor) -> None:
        super().__init__()
        self.config = config
        self.towers = nn.ModuleList(
            Tower(config, pollutants, weather, scales, last <= config.concentrations_until)
            for last in config.bounds
        )

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Forecast.

        Args:
            batch: tensors named and shaped as the attributes of `forecast.learned.windows.Windows`, with a
                first axis of issues on all but `positions`, `leads` and `kinds`; leads increase.

        Returns:
            See `QuantileHead.forward`; penalties of towers are added up.
        """
        said = [
            tower(leads_within(batch, first, last))
            for tower, (first, last) in zip(self.towers, self.config.ranges, strict=True)
            if bool(((batch["leads"] >= first) & (batch["leads"] <= last)).any())
        ]
        together = {
            name: torch.cat([one[name] for one in said], dim=1) for name in said[0] if name != "penalty"
        }
        if "penalty" in said[0]:
            together["penalty"] = torch.stack([one["penalty"] for one in said]).sum()
        return together


def leads_within(batch: Mapping[str, Tensor], first: int, last: int) -> dict[str, Tensor]:
    """A batch with the leads of a range alone."""
    inside = (batch["leads"] >= first) & (batch["leads"] <= last)
    if bool(inside.all()):
        return dict(batch)
    of_leads = {name: batch[name][:, inside] for name in ("ahead", "tags", "tagged")}
    return {**batch, **of_leads, "leads": batch["leads"][inside]}
