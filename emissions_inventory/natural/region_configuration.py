"""How `configs/dust_regions.yaml` is written: regions that emit dust, their soils, oases and waters."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field, model_validator

from emissions_inventory.natural.configuration import Estimate
from foundation.configuration import Config, load_shipped

__all__ = ["DustRegion", "DustRegionsFile", "DustTag", "NamedOutline", "Population", "dust_regions"]

Ring = tuple[tuple[float, float], ...]


class Population(Config):
    """Grains of a soil, lognormal in mass."""

    median_um: float = Field(gt=0)
    sigma: float = Field(gt=1)
    share: float = Field(gt=0, le=1)


class DustTag(Config):
    """What the transport model carries as one source of dust; `label` is where maps write its name."""

    id: str
    chinese: str
    english: str
    label: tuple[float, float] | None = None


class NamedOutline(Config):
    """An oasis or a lake."""

    name: str
    outline: Ring


class DustRegion(Config):
    """A region that emits dust; the file explains the keys."""

    id: str
    tag: str
    highest_m: float
    source: str
    outline: Ring
    bare: Estimate
    clay: Estimate
    roughness_m: Estimate
    moisture: Estimate
    populations: tuple[Population, ...]

    @model_validator(mode="after")
    def _sound(self) -> DustRegion:
        if len(self.outline) < 3:
            raise ValueError("outline: expected three or more points")
        if abs(sum(one.share for one in self.populations) - 1) > 1e-6:
            raise ValueError("populations: expected shares that add up to 1")
        if self.roughness_m.range[0] <= 0 or self.bare.range[0] < 0 or self.bare.range[1] > 100:
            raise ValueError("expected a roughness above 0 and a bare share of 0 to 100 %")
        return self


class DustRegionsFile(Config):
    """The file `configs/dust_regions.yaml`."""

    soil_source: str
    soil_verified: bool
    tags: tuple[DustTag, ...]
    regions: tuple[DustRegion, ...]
    oasis_radius_km: float
    oasis_source: str
    oases: tuple[NamedOutline, ...]
    water_source: str
    waters: tuple[NamedOutline, ...]

    @model_validator(mode="after")
    def _tags_known(self) -> DustRegionsFile:
        names = [one.id for one in self.regions]
        if len(set(names)) != len(names):
            raise ValueError("regions: an id is given twice")
        unknown = sorted({one.tag for one in self.regions} - {tag.id for tag in self.tags})
        if unknown:
            raise ValueError(f"regions: no tag {', '.join(unknown)}")
        return self


@lru_cache(maxsize=1)
def dust_regions() -> DustRegionsFile:
    """The regions that ship with the program."""
    return load_shipped(DustRegionsFile, "dust_regions.yaml")
