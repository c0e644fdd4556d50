"""Choices of the reports about sources, from `configs/sources/source_reports.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field

from consultation.bulletin.settings import Names
from foundation.configuration import Config, load_shipped

__all__ = ["EpisodeConfig", "Kind", "SourceReportsConfig", "source_reports_config"]

Kind = Literal["weekly", "episode"]


class EpisodeConfig(Config):
    """What counts as an episode.

    Attributes:
        level: a day is polluted from this level of the index on, by its PM2.5.
        least_days: polluted days that make an episode.
        bridged_days: days below between two polluted days that do not end it.
        trough_share: a day at most this part of the largest value before and after it parts two episodes.
        rise_days: longest rise before the first polluted day that still belongs to it.
        peak_share: part of the largest value from which a day belongs to the peak.
        source: where the rule comes from.
    """

    level: int = Field(ge=2, le=6)
    least_days: int = Field(ge=1)
    bridged_days: int = Field(ge=0)
    trough_share: float = Field(gt=0, lt=1)
    rise_days: int = Field(ge=0)
    peak_share: float = Field(gt=0, lt=1)
    source: str


class SourceReportsConfig(Config):
    """The whole file.

    Attributes:
        regions: target regions, ids of the gazetteer.
        places: places, ids of the gazetteer.
        hourly_places: those with charts by the hour.
        pollutant: what the reports are about.
        week_days: days of a weekly report.
        episode: what counts as one.
        rising_sources: most rows in the table of rising sources.
        title: of each kind.
    """

    regions: tuple[str, ...]
    places: tuple[str, ...]
    hourly_places: tuple[str, ...]
    pollutant: str
    week_days: int = Field(ge=1)
    episode: EpisodeConfig
    rising_sources: int = Field(ge=1)
    title: dict[Kind, Names]


@lru_cache(maxsize=1)
def source_reports_config() -> SourceReportsConfig:
    """The choices that ship with the program."""
    return load_shipped(SourceReportsConfig, "sources/source_reports.yaml")
