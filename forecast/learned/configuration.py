"""The shape of a network: what it looks at, how wide it is, which levels it gives."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from forecast.learned.source_kinds import SourcesConfig
from foundation.configuration import Config

LEVELS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)
"""Levels of the quantiles of a network."""


ANCHOR_LAGS = (0, 1, 2, 3, 6, 12, 23)
"""Steps before the issue of the values a forecast may start from."""


class WindowsConfig(Config):
    """How far a network looks back and ahead, in steps of its panel.

    Attributes:
        steps_per_day: 1 for days, 24 for hours.
        fine: last steps seen one by one.
        block: length of the means before them.
        blocks: number of those means.
        memory: length of the mean that stands for the usual of late.
        ahead_means: trailing means of the weather ahead that end at each valid step.
        horizon: largest lead.
    """

    steps_per_day: Literal[1, 24]
    fine: int = Field(ge=1, le=168)
    block: int = Field(ge=1, le=72)
    blocks: int = Field(ge=0, le=64)
    memory: int = Field(ge=2, le=24 * 90)
    ahead_means: tuple[int, ...] = ()
    horizon: int = Field(ge=1, le=168)

    @property
    def reach(self) -> int:
        """Steps that a window looks at up to its issue, that one included.

        A value to start from that is missing is the last before it, up to `fine` steps old.
        """
        return max(self.fine + self.block * self.blocks, self.memory, ANCHOR_LAGS[-1] + self.fine)


class CorrectionConfig(Config):
    """A network that corrects a first guess, told neither level nor season; see `forecast.learned.relative`.

    Attributes:
        decay: factor by which an anomaly of the first guess fades in a step.
        trust: share of the correction that counts in a forecast: a correction learned from few cases is too
            large by chance, and is drawn to nothing (shrinkage; Copas 1983,
            doi:10.1111/j.2517-6161.1983.tb01258.x).
    """

    decay: float = Field(default=0.9, gt=0, lt=1)
    trust: float = Field(default=1.0, gt=0, le=1)


class NetworkConfig(Config):
    """The shape of a network.

    Attributes:
        windows: what it looks at.
        width: features that stand for a station.
        heads: attention heads between stations; the width is a multiple of them.
        rounds: rounds of exchange between stations; 0 for stations on their own.
        lead_width: features that stand for a lead at a station.
        dropout: share of features dropped in training.
        levels: quantiles, increasing, symmetric about the median.
        until: last lead of each range of leads but the last; a single range when empty.
        concentrations_until: ranges that end at this lead or before start from sums of concentrations
            measured of late, later ones from sums of logarithms; the former serves heavy hours better.
        sources: the head over the physical model's tags; None for a network that does not look at them.
        correction: for a network that corrects a first guess; None for one that is told level and season.
    """

    windows: WindowsConfig
    width: int = Field(default=192, ge=8)
    heads: int = Field(default=4, ge=1)
    rounds: int = Field(default=2, ge=0)
    lead_width: int = Field(default=128, ge=8)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    levels: tuple[float, ...] = LEVELS
    until: tuple[int, ...] = ()
    concentrations_until: int = Field(default=0, ge=0)
    sources: SourcesConfig | None = None
    correction: CorrectionConfig | None = None

    @model_validator(mode="after")
    def _fits(self) -> NetworkConfig:
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of {self.heads} heads")
        mirrored = tuple(round(1 - level, 6) for level in reversed(self.levels))
        if list(self.levels) != sorted(set(self.levels)) or mirrored != self.levels or 0.5 not in self.levels:
            raise ValueError("levels are increasing, symmetric about 0.5 and hold it")
        if list(self.bounds) != sorted(set(self.bounds)) or self.bounds[0] < 1:
            raise ValueError(f"until {self.until}: expected increasing leads below {self.windows.horizon}")
        return self

    @property
    def bounds(self) -> tuple[int, ...]:
        """Last lead of each range of leads."""
        return (*self.until, self.windows.horizon)

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """First and last lead of each range."""
        firsts = (1, *(last + 1 for last in self.until))
        return tuple(zip(firsts, self.bounds, strict=True))
