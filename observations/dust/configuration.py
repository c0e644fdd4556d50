"""Numbers of the dust detector and of the split, by region and season (`configs/dust_detection.yaml`)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from pydantic import model_validator

from foundation.configuration import Config, load_shipped
from foundation.times import beijing_from_utc, season_of_month

SEASONS = ("winter", "spring", "summer", "autumn")


class Spread(Config):
    """A normal distribution."""

    mean: float
    spread: float


class Air(Config):
    """What PM10 (ln of µg/m³) and the fine share (logit of PM2.5/PM10) are like."""

    ln_pm10: Spread
    logit_share: Spread


class SeasonalAir(Air):
    """Air outside dust in one season, and how often there is dust then."""

    dust_frequency: float


class DustRegion(Config):
    """A region with its own climatology.

    Attributes:
        seasons: air outside dust, by season.
        dust: air in dust.
        fine_share_of_dust: logit of the fine share of dust alone, the end member of the split.
    """

    name: str
    chinese: str
    places: tuple[str, ...]
    seasons: dict[str, SeasonalAir]
    dust: Air
    fine_share_of_dust: Spread

    @model_validator(mode="after")
    def _all_seasons(self) -> DustRegion:
        if set(self.seasons) != set(SEASONS):
            raise ValueError(f"expected the seasons {', '.join(SEASONS)}, got {', '.join(self.seasons)}")
        return self


class Steps(Config):
    """How the detector goes in time, for hours or for days."""

    mean_duration: float
    widening: float
    earlier_steps: int
    longest_gap: int


class Evidence(Config):
    """Bounded log odds of dust from a weather variable, between `low` and `high`, half way at `middle`."""

    source: str
    low: float
    high: float
    middle: float
    width: float


class WeatherEvidence(Config):
    """What wind and visibility add; visibility says nothing in humid air, where fog and haze lower it."""

    verified: bool
    wind_speed_m_s: Evidence
    visibility_km: Evidence
    humid_above: float


class SplitConfig(Config):
    """Numbers of the split into dust and the rest."""

    draws: int
    seed: int
    interval: tuple[float, float]
    share_error: float
    own_share_window: dict[str, int]
    own_share_least: int
    negligible_probability: float


class DetectionConfig(Config):
    """All of `configs/dust_detection.yaml`."""

    source: str
    verified: bool
    elsewhere: str
    probability: float
    pm10_above: float
    return_within: float
    largest_evidence: float
    steps: dict[str, Steps]
    weather: WeatherEvidence
    split: SplitConfig
    regions: tuple[DustRegion, ...]

    def region_of(self, place: str) -> DustRegion:
        """The region that serves a place."""
        named = {region.name: region for region in self.regions}
        return next((region for region in self.regions if place in region.places), named[self.elsewhere])


@lru_cache(maxsize=1)
def detection_config() -> DetectionConfig:
    """The numbers that ship with the program."""
    return load_shipped(DetectionConfig, "dust_detection.yaml")


def seasons_of(times: np.ndarray) -> np.ndarray:
    """Index into `SEASONS` of the Beijing month that holds each UTC instant."""
    months = beijing_from_utc(times).astype("datetime64[M]").astype(int) % 12 + 1
    return np.asarray(season_of_month(months))
