"""How far what a network sees at an issue lies from a usual state, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from forecast.learned.clock import CALENDAR
from forecast.learned.configuration import WindowsConfig
from forecast.learned.windows import Cutter, ahead_features, history_features
from foundation.errors import ContractError

Shift = dict[str, Tensor]
"""Displacements of some tensors of a batch, by their name."""

_USUAL_CALENDAR = (0.0, 0.0, 2 / 7, 0.0, 0.0)
"""Means over a year and a day of season (cosine, sine), weekend and clock (cosine, sine)."""

_SLOW = 3
"""Leading values of a calendar that move from day to day; the clock follows."""


@dataclass(frozen=True)
class InputShifts:
    """Displacements from the reference that one batch holds; see `forecast.learned.input_groups`.

    Attributes:
        batch: windows of one issue.
        values: (issue, station, step, feature) of its history.
        usual: the same shape, the level of late where a value is known.
        pollutant_count: number of pollutants.
        weather_count: number of weather variables.
        usual_ahead: (issue, lead, station, feature) the weather of late in the place of that ahead.
        hourly: whether the clock moves from issue to issue.
    """

    batch: Mapping[str, Tensor]
    values: Tensor
    usual: Tensor
    pollutant_count: int
    weather_count: int
    usual_ahead: Tensor
    hourly: bool

    @classmethod
    def of(cls, batch: Mapping[str, Tensor], cutter: Cutter) -> InputShifts:
        """Take a batch apart.

        Raises:
            ContractError: when the windows are not as long as their configuration says.
        """
        config, panel = cutter.config, cutter.panel
        pollutants, weather = len(panel.pollutants), len(panel.weather_names)
        _check(batch, config, pollutants, weather)
        steps = config.fine + config.blocks + 1
        history = batch["history"][..., :-CALENDAR]
        values = history.reshape(*history.shape[:-1], steps, -1).clone()
        marks = values[..., pollutants : 2 * pollutants]
        present = torch.zeros_like(values)
        present[..., :pollutants] = (marks > 0).float()
        if weather:
            present[..., 2 * pollutants : -1] = (values[..., -1:] > 0).float()
        usual = values[..., -1:, :] * present
        ahead = _usual_ahead(batch["ahead"], usual[..., 0, 2 * pollutants :], weather)
        return cls(batch, values, usual, pollutants, weather, ahead, panel.steps_per_day > 1)

    def pollutants(self, station: int, chosen: slice) -> Shift:
        """How some pollutants of one station depart from their level of late."""
        history = torch.zeros_like(self.values)
        departure = (self.values - self.usual)[:, station, :, : self.pollutant_count]
        history[:, station, :, : self.pollutant_count][..., chosen] = departure[..., chosen]
        anchors = torch.zeros_like(self.batch["anchors"])
        anchors[:, station, chosen] = (self.batch["anchors"] - self._usual_anchors)[:, station, chosen]
        return {"history": self._flat(history), "anchors": anchors}

    def weather_past(self) -> Shift:
        """How the weather up to the issue departs from that of late."""
        history = torch.zeros_like(self.values)
        first = 2 * self.pollutant_count
        history[..., first:-1] = (self.values - self.usual)[..., first:-1]
        return {"history": self._flat(history)}

    def weather_ahead(self) -> Shift:
        """How the weather ahead departs from that of late."""
        shift = torch.zeros_like(self.batch["ahead"])
        shift[..., CALENDAR:-1] = self.batch["ahead"][..., CALENDAR:-1] - self.usual_ahead
        return {"ahead": shift}

    def level(self) -> Shift:
        """The level of late, of pollutants and weather, everywhere."""
        shift = {"history": self._flat(self.usual), "anchors": self._usual_anchors}
        if self.weather_count:
            ahead = torch.zeros_like(self.batch["ahead"])
            ahead[..., CALENDAR:-1] = self.usual_ahead
            shift["ahead"] = ahead
        return shift

    def tag(self, number: int) -> Shift:
        """How one tag departs from its mean of late."""
        lately = self.batch["lately"][:, None, :, number]
        shift = torch.zeros_like(self.batch["tags"])
        shift[..., number] = (self.batch["tags"][..., number] - lately) * self.batch["tagged"]
        return {"tags": shift}

    def calendar(self) -> Shift:
        """Season, weekend and clock of the issue and of the valid time."""
        history, ahead = torch.zeros_like(self.batch["history"]), torch.zeros_like(self.batch["ahead"])
        moving = slice(0, CALENDAR if self.hourly else _SLOW)
        usual = torch.tensor(_USUAL_CALENDAR)
        past, future = (
            self.batch["history"][..., -CALENDAR:] - usual,
            self.batch["ahead"][..., :CALENDAR] - usual,
        )
        history[..., -CALENDAR:][..., moving] = past[..., moving]
        ahead[..., :CALENDAR][..., moving] = future[..., moving]
        return {"history": history, "ahead": ahead}

    @property
    def _usual_anchors(self) -> Tensor:
        return self.batch["anchors"][..., -1:].expand_as(self.batch["anchors"])

    def _flat(self, values: Tensor) -> Tensor:
        shift = torch.zeros_like(self.batch["history"])
        shift[..., :-CALENDAR] = values.flatten(-2)
        return shift


def _usual_ahead(ahead: Tensor, usual: Tensor, weather: int) -> Tensor:
    """The weather of late in the place of that ahead, where any is known (issue, lead, station, feature)."""
    if not weather:
        return ahead[..., :0]
    given = ahead[..., CALENDAR:-1]
    known = (ahead[..., -1:] > 0) | (given != 0)
    repeated = usual[..., :weather].repeat(1, 1, given.shape[-1] // weather)
    return repeated[:, None] * known.float()


def _check(batch: Mapping[str, Tensor], config: WindowsConfig, pollutants: int, weather: int) -> None:
    lengths = {
        "history": history_features(config, pollutants, weather),
        "ahead": ahead_features(config, weather),
    }
    for name, expected in lengths.items():
        if batch[name].shape[-1] != expected:
            raise ContractError(
                f"windows: expected {expected} features of {name}, got {batch[name].shape[-1]}"
            )
