"""Choices about tags, from `configs/sources/tagging.yaml`."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped
from foundation.places import gazetteer

__all__ = ["IntervalsConfig", "TaggingConfig", "TransportErrorConfig", "tagging_config"]


class TransportErrorConfig(Config):
    """Standard deviation of the logarithm of what the transport model carries.

    Attributes:
        own: from the receptor's own group of regions.
        other: from all other groups of regions.
    """

    own: float = Field(ge=0)
    other: float = Field(ge=0)


class IntervalsConfig(Config):
    """How well shares are known.

    Attributes:
        draws: how many times all tags are drawn.
        seed: of the draws.
        lower: lower quantile of the interval.
        upper: upper quantile of the interval.
        transport: error of what is carried.
        transport_source: where it comes from.
        boundary: error of what flows in, as the others the standard deviation of a logarithm.
        initial: error of what was in the air when the first run began.
        unattributed: error of what the model does not explain.
        dust: error of what deserts emit.
        others_source: where the last four come from.
        verified: whether anybody checked these numbers against measurements.
        species_of_component: inventory species behind each component of particles.
        species_of_pollutant: inventory species behind a pollutant of which no components are known.
        january_kt: what sectors emit, for the weight of each in its group.
    """

    draws: int = Field(ge=100)
    seed: int
    lower: float = Field(gt=0, lt=0.5)
    upper: float = Field(gt=0.5, lt=1)
    transport: TransportErrorConfig
    transport_source: str
    boundary: float = Field(ge=0)
    initial: float = Field(ge=0)
    unattributed: float = Field(ge=0)
    dust: float = Field(ge=0)
    others_source: str
    verified: bool
    species_of_component: dict[str, str]
    species_of_pollutant: dict[str, str]
    january_kt: dict[str, dict[str, float]]


class TaggingConfig(Config):
    """The whole file.

    Attributes:
        largest_factor: what the published value may be over the model's before the rest is unattributed.
        fewest_hours: of a day that the model must reach to share it out.
        natural_sectors: groups of sectors that are nature's.
        undivided_regions: groups of regions that are what is left over.
        target_regions: regions of the gazetteer, the first that holds a place says what is regional.
        intervals: how well shares are known.
    """

    largest_factor: float = Field(default=3.3, gt=1)
    fewest_hours: int = Field(default=12, ge=1, le=24)
    natural_sectors: tuple[str, ...] = ()
    undivided_regions: tuple[str, ...] = ()
    target_regions: tuple[str, ...]
    intervals: IntervalsConfig

    @model_validator(mode="after")
    def _known(self) -> TaggingConfig:
        labels = source_labels()
        groups = {group.id for group in (*labels.sector_groups, labels.whole)}
        known = {
            "natural_sectors": (self.natural_sectors, groups),
            "undivided_regions": (self.undivided_regions, {group.id for group in labels.region_groups}),
            "target_regions": (self.target_regions, {region.id for region in gazetteer().regions}),
            "intervals.january_kt": (self.intervals.january_kt, set(labels.sector_ids())),
        }
        for key, (given, allowed) in known.items():
            stray = set(given) - allowed
            if stray:
                raise ValueError(f"{key}: unknown {min(stray)!r}")
        lacking = set(labels.sector_ids()) - set(self.intervals.january_kt)
        if lacking:
            raise ValueError(f"intervals.january_kt: {min(lacking)!r} is missing")
        return self


@lru_cache(maxsize=1)
def tagging_config() -> TaggingConfig:
    """The choices that ship with the program."""
    return load_shipped(TaggingConfig, "sources/tagging.yaml")
