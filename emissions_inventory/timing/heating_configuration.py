"""How `heating.yaml` and `temperature_normals.yaml` under `configs/inventory/` are written."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from emissions_inventory.timing.configuration import SourceConfig, timing_config
from foundation.configuration import Config, load_shipped

__all__ = [
    "HeatedSectorConfig", "HeatingConfig", "NormalsConfig", "SeasonConfig", "TemperatureNormalsConfig",
    "heating_config", "normals_config",
]  # fmt: skip

MonthAndDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Celsius = Annotated[float, Field(ge=-60, le=50)]


class SeasonConfig(Config):
    """A legal heating season.

    Attributes:
        regions: ids of regions where it holds.
        start: its first day, `10-10`.
        end: its last day, `04-10`.
        source: of the dates.
        verified_for: those of the regions for which the dates were read in that source.
    """

    regions: tuple[str, ...] = Field(min_length=1)
    start: MonthAndDay
    end: MonthAndDay
    source: SourceConfig
    verified_for: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _days(self) -> SeasonConfig:
        for day in (self.start, self.end):
            dt.date.fromisoformat(f"2001-{day}")
        if self.start == self.end:
            raise ValueError("expected start and end to differ")
        strays = set(self.verified_for) - set(self.regions)
        if strays:
            held = ", ".join(self.regions)
            raise ValueError(f"verified_for: {min(strays)!r} is not among the regions ({held})")
        return self


class HeatedSectorConfig(Config):
    """A sector that emits by degree days.

    Attributes:
        id: of the sector.
        season: `legal` where a legal season is known, else, or if `technical`, cold days decide.
        all_year_share: share of the year's emission that is not for warmth: hot water, cooking.
    """

    id: str
    season: Literal["legal", "technical"]
    all_year_share: float = Field(ge=0, le=1)
    note: str = ""


class HeatingConfig(Config):
    """The file `configs/inventory/heating.yaml`; the file explains the keys."""

    base_temperature_c: float = Field(ge=0, le=30)
    threshold_c: float = Field(ge=-20, le=25)
    cold_days: int = Field(ge=1, le=30)
    rule_source: SourceConfig
    seasons: tuple[SeasonConfig, ...]
    sectors: tuple[HeatedSectorConfig, ...]

    @model_validator(mode="after")
    def _known(self) -> HeatingConfig:
        _check_regions([region for season in self.seasons for region in season.regions])
        names = [sector.id for sector in self.sectors]
        strange = set(names) - set(source_labels().sector_ids())
        if strange:
            raise ValueError(f"unknown sector {min(strange)!r}")
        if len(set(names)) < len(names):
            raise ValueError("sectors: one is given twice")
        lacking = {name for name, uses in timing_config().sectors.items() if not uses.months} - set(names)
        if lacking:
            raise ValueError(f"sectors: {min(lacking)!r} has no profile of months and must be heated for")
        return self

    def sector(self, name: str) -> HeatedSectorConfig | None:
        """How a sector is heated for; None when it does not emit by degree days."""
        return next((sector for sector in self.sectors if sector.id == name), None)

    def season_of(self, sector: str, region: str) -> SeasonConfig | None:
        """The legal season that a sector keeps in a region; None where cold days decide."""
        heated = self.sector(sector)
        if heated is None or heated.season == "technical":
            return None
        return next((season for season in self.seasons if region in season.regions), None)


class NormalsConfig(Config):
    """Monthly mean temperatures of a place.

    Attributes:
        id: of the place.
        period: years of the means.
        monthly_mean_c: January to December, degrees Celsius.
        annual_mean_c: the year's mean as published, to check the twelve against; within 0.5 K.
        regions: ids of regions it stands for; those that none names take the first place.
    """

    id: str
    period: str
    monthly_mean_c: tuple[Celsius, ...] = Field(min_length=12, max_length=12)
    annual_mean_c: Celsius | None = None
    regions: tuple[str, ...]
    source: SourceConfig

    @model_validator(mode="after")
    def _annual(self) -> NormalsConfig:
        mean = math.fsum(self.monthly_mean_c) / 12
        if self.annual_mean_c is not None and abs(mean - self.annual_mean_c) > 0.5:
            raise ValueError(f"{self.id}: months have a mean of {mean:.1f}, expected {self.annual_mean_c}")
        return self


class TemperatureNormalsConfig(Config):
    """The file `configs/inventory/temperature_normals.yaml`."""

    places: tuple[NormalsConfig, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> TemperatureNormalsConfig:
        _check_regions([region for place in self.places for region in place.regions])
        return self

    def place_of(self, region: str | None) -> NormalsConfig:
        """The place that stands for a region."""
        return next((place for place in self.places if region in place.regions), self.places[0])


def _check_regions(regions: list[str]) -> None:
    strange = set(regions) - set(source_labels().region_ids())
    if strange:
        raise ValueError(f"unknown region {min(strange)!r}")
    twice = {region for region in regions if regions.count(region) > 1}
    if twice:
        raise ValueError(f"region {min(twice)!r} is given twice")


@lru_cache(maxsize=1)
def heating_config() -> HeatingConfig:
    """The rules of heating that ship with the program."""
    return load_shipped(HeatingConfig, "inventory/heating.yaml")


@lru_cache(maxsize=1)
def normals_config() -> TemperatureNormalsConfig:
    """The normals that ship with the program."""
    return load_shipped(TemperatureNormalsConfig, "inventory/temperature_normals.yaml")
