"""Measurements and weather hidden in training, so that a network learns what to do without them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from pydantic import Field

from forecast.learned.panel import Ahead, Panel
from foundation.configuration import Config


class GapsConfig(Config):
    """Measurements hidden in training, anew each epoch, so that the network learns what to do without.

    Attributes:
        silent: share of a station's record that is hidden, in spells.
        all_silent: share of the record in which all stations are hidden.
        weather: share of the record in which weather is hidden.
        mean_hours: mean length of a spell, hours.
    """

    silent: float = Field(default=0.05, ge=0, lt=0.5)
    all_silent: float = Field(default=0.02, ge=0, lt=0.5)
    weather: float = Field(default=0.05, ge=0, lt=0.5)
    mean_hours: float = Field(default=96.0, gt=0)


@dataclass(frozen=True)
class _Hidden:
    """Weather ahead of which some issues know nothing."""

    ahead: Ahead
    hidden: np.ndarray

    @property
    def names(self) -> tuple[str, ...]:
        return self.ahead.names

    @property
    def perfect(self) -> bool:
        return self.ahead.perfect

    def of(self, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        return np.where(self.hidden[issues][:, None, None, None], np.nan, self.ahead.of(issues, leads))


def with_gaps(panel: Panel, config: GapsConfig, random: np.random.Generator) -> Panel:
    """The same panel with spells of measurements and weather hidden; what is judged stays."""
    steps, stations = panel.recent.shape[:2]
    length = max(1.0, config.mean_hours * panel.steps_per_day / 24)
    hidden = np.stack([_spells(steps, config.silent, length, random) for _ in range(stations)], axis=1)
    hidden |= _spells(steps, config.all_silent, length, random)[:, None]
    recent = np.where(hidden[..., None], np.nan, panel.recent)
    no_weather = _spells(steps, config.weather, length, random)
    weather = np.where(no_weather[:, None, None], np.nan, panel.weather)
    no_ahead = _spells(steps, config.weather, length, random)
    ahead = None if panel.ahead is None else _Hidden(panel.ahead, no_ahead)
    return replace(panel, recent=recent, weather=weather, ahead=ahead)


def _spells(steps: int, share: float, length: float, random: np.random.Generator) -> np.ndarray:
    """Rows hidden by spells of exponential length that together cover about a share."""
    hidden = np.zeros(steps, dtype=bool)
    number = random.poisson(steps * -np.log1p(-share) / length)
    starts = random.integers(0, steps, number)
    ends = starts + np.ceil(random.exponential(length, number)).astype(int)
    for start, end in zip(starts, ends, strict=True):
        hidden[start:end] = True
    return hidden
