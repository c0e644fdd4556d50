"""Choices of footprints: `configs/sources/footprints.yaml`, which explains the keys."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from pydantic import Field, model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import ConfigurationError
from foundation.grids import Grid
from foundation.places import gazetteer

__all__ = [
    "DailyFootprints",
    "FootprintConfig",
    "ParticleConfig",
    "Release",
    "footprint_config",
    "release_shares",
]


class Release(Config):
    """Heights over which emission is spread evenly."""

    id: str
    chinese: str
    english: str
    top_m: float = Field(gt=0)


class DailyFootprints(Config):
    """What the daily run writes."""

    regions: tuple[str, ...] = Field(min_length=1)
    days: int = Field(ge=1, le=7)
    place_days: int = Field(ge=0, le=7)
    pollutant: str
    hours_together: int = Field(ge=1, le=24)
    minutes: float = Field(gt=0)
    most_megabytes: int = Field(ge=0)

    @model_validator(mode="after")
    def _known(self) -> DailyFootprints:
        strange = set(self.regions) - {region.id for region in gazetteer().regions}
        if strange:
            raise ValueError(f"unknown region {min(strange)!r}")
        return self


class ParticleConfig(Config):
    """Backward particles."""

    count: int = Field(ge=1, le=1_000_000)
    output_s: float = Field(gt=0, le=3600)
    hours: int = Field(ge=1, le=240)


class FootprintConfig(Config):
    """The file `configs/sources/footprints.yaml`."""

    releases: tuple[Release, ...] = Field(min_length=1)
    daily: DailyFootprints
    particles: ParticleConfig

    @model_validator(mode="after")
    def _upward(self) -> FootprintConfig:
        tops = [release.top_m for release in self.releases]
        if tops != sorted(set(tops)):
            raise ValueError("tops of releases: expected heights that grow")
        return self


@lru_cache(maxsize=1)
def footprint_config() -> FootprintConfig:
    """The choices that ship with the program."""
    return load_shipped(FootprintConfig, "sources/footprints.yaml")


def release_shares(
    grid: Grid, layers: int, releases: tuple[Release, ...]
) -> tuple[list[Release], np.ndarray]:
    """Share of each layer in each release, by thickness.

    Args:
        grid: the model's grid.
        layers: lowest layers that take emissions.
        releases: growing tops; those without a layer are left out.

    Returns:
        The releases that hold a layer, and shares, (release, layer), which sum to 1 over the layers.

    Raises:
        ConfigurationError: when no layer lies in any release.
    """
    own = np.searchsorted([release.top_m for release in releases], grid.layer_height_m[:layers])
    thickness = grid.layer_thickness_m[:layers]
    kept = [number for number in range(len(releases)) if (own == number).any()]
    if not kept:
        raise ConfigurationError(
            "no layer of the model lies in a release", where="configs/sources/footprints.yaml"
        )
    shares = np.stack([np.where(own == number, thickness, 0.0) for number in kept])
    return [releases[number] for number in kept], shares / shares.sum(1, keepdims=True)
