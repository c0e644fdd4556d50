"""How `configs/inventory/timing.yaml` is written: profiles with their sources, and who uses which."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped

__all__ = ["ProfileConfig", "SectorTimingConfig", "SourceConfig", "TimingConfig", "timing_config"]

Weight = Annotated[float, Field(ge=0, le=1e6)]
_LENGTH = {"months": 12, "weekdays": 7, "hours": 24}


class SourceConfig(Config):
    """Where figures come from.

    Attributes:
        citation: paper, file, standard, or `remembered`, or `choice`.
        licence: of the figures, where one is stated.
        verified: whether the figures were read in that source.
    """

    citation: str = Field(min_length=1)
    licence: str = ""
    verified: bool


class ProfileConfig(Config):
    """Relative rates; only their ratios matter.

    Attributes:
        source: id of a source of the same file.
        note: what a reader should know.
        values: of the months, of Monday to Sunday, or of the hours 0 to 23 of regional time.
    """

    source: str
    note: str = ""
    values: tuple[Weight, ...]

    def weights(self) -> np.ndarray:
        """The values with a mean of 1."""
        values = np.array(self.values, dtype=np.float64)
        return np.asarray(values / values.mean())


class SectorTimingConfig(Config):
    """The profiles of a sector.

    Attributes:
        months: id of a profile of months; empty where degree days take its place.
        weekdays: id of a profile of weekdays.
        hours: id of a profile of hours.
        weekend_hours: id of another profile of hours for Saturday and Sunday.
    """

    months: str = ""
    weekdays: str
    hours: str
    weekend_hours: str = ""


class TimingConfig(Config):
    """The file `configs/inventory/timing.yaml`; the file explains the keys."""

    offset_h: int = Field(ge=-12, le=14)
    other_offsets_h: dict[str, Annotated[int, Field(ge=-12, le=14)]]
    sources: dict[str, SourceConfig]
    months: dict[str, ProfileConfig]
    weekdays: dict[str, ProfileConfig]
    hours: dict[str, ProfileConfig]
    sectors: dict[str, SectorTimingConfig]

    @model_validator(mode="after")
    def _sound(self) -> TimingConfig:
        for kind, length in _LENGTH.items():
            for name, profile in getattr(self, kind).items():
                _check_profile(f"{kind}.{name}", profile, length, self.sources)
        _same("sectors", set(self.sectors), set(source_labels().sector_ids()))
        strange = set(self.other_offsets_h) - set(source_labels().region_ids())
        if strange:
            raise ValueError(f"other_offsets_h: unknown region {min(strange)!r}")
        for name, sector in self.sectors.items():
            self._check_uses(name, sector)
        return self

    def _check_uses(self, name: str, sector: SectorTimingConfig) -> None:
        uses = [("months", sector.months), ("hours", sector.weekend_hours)]
        wanted = [(kind, used) for kind, used in uses if used]
        for kind, used in [*wanted, ("weekdays", sector.weekdays), ("hours", sector.hours)]:
            if used not in getattr(self, kind):
                raise ValueError(f"sectors.{name}: unknown profile of {kind} {used!r}")

    def offset_of(self, region: str | None) -> int:
        """Regional time less UTC, h; of Xinjiang where no region is named."""
        return self.other_offsets_h.get(region or "", self.offset_h)

    def week(self, sector: str) -> np.ndarray:
        """Relative rates of a sector in the week, mean 1, (7, 24), Monday first, hours of regional time."""
        uses = self.sectors[sector]
        workday = self.hours[uses.hours].weights()
        weekend = self.hours[uses.weekend_hours or uses.hours].weights()
        days = self.weekdays[uses.weekdays].weights()
        return np.asarray(days[:, None] * np.stack([workday] * 5 + [weekend] * 2))


def _check_profile(name: str, profile: ProfileConfig, length: int, sources: dict[str, SourceConfig]) -> None:
    if len(profile.values) != length:
        raise ValueError(f"{name}: expected {length} values, got {len(profile.values)}")
    if not (math.fsum(profile.values) > 0 and all(map(math.isfinite, profile.values))):
        raise ValueError(f"{name}: expected values of 0 or more, not all 0")
    if profile.source not in sources:
        raise ValueError(f"{name}: unknown source {profile.source!r}")


def _same(what: str, got: set[str], expected: set[str]) -> None:
    for strays, word in ((got - expected, "unknown"), (expected - got, "missing")):
        if strays:
            raise ValueError(f"{what}: {word} {min(strays)!r}")


@lru_cache(maxsize=1)
def timing_config() -> TimingConfig:
    """The profiles that ship with the program."""
    return load_shipped(TimingConfig, "inventory/timing.yaml")
