"""How `configs/idealised_emissions.yaml` is written."""

from __future__ import annotations

import math
from functools import lru_cache

from pydantic import Field, model_validator

from emissions_inventory.heights import RangeConfig
from foundation.configuration import Config, load_shipped
from foundation.places import gazetteer

__all__ = ["IdealisedEmissionsConfig", "RegionConfig", "SectorConfig", "idealised_config"]

_EXACT = 1e-9


class SectorConfig(Config):
    """A sector: its share of each species, its spread around cities, its heights and its profiles."""

    id: str
    chinese: str
    english: str
    shares: dict[str, float]
    spread_km: float = Field(gt=0)
    release: tuple[RangeConfig, ...]
    months: tuple[float, ...] = Field(min_length=12, max_length=12)
    hours: tuple[float, ...] = Field(min_length=24, max_length=24)

    @model_validator(mode="after")
    def _sound(self) -> SectorConfig:
        _sums_to_one("release", [one.share for one in self.release])
        for name, profile in (("months", self.months), ("hours", self.hours)):
            if min(profile) < 0 or sum(profile) == 0:
                raise ValueError(f"{name}: expected factors of 0 or more, not all 0")
        return self


class RegionConfig(Config):
    """A region: its share of each species, and the weights of its places."""

    id: str
    chinese: str
    english: str
    shares: dict[str, float]
    places: dict[str, float]

    @model_validator(mode="after")
    def _sound(self) -> RegionConfig:
        _sums_to_one("places", list(self.places.values()))
        unknown = set(self.places) - {place.id for place in gazetteer().places}
        if unknown:
            raise ValueError(f"unknown place {min(unknown)!r}")
        return self


class IdealisedEmissionsConfig(Config):
    """The file `configs/idealised_emissions.yaml`; the file explains the keys."""

    totals_kt: dict[str, float]
    sectors: tuple[SectorConfig, ...]
    regions: tuple[RegionConfig, ...]

    @model_validator(mode="after")
    def _shares(self) -> IdealisedEmissionsConfig:
        for species, total in self.totals_kt.items():
            if not total >= 0:
                raise ValueError(f"totals_kt: {species}: expected 0 or more")
            for name, parts in (("sectors", self.sectors), ("regions", self.regions)):
                _sums_to_one(
                    f"{species}, shares of {name}", [part.shares.get(species, -1.0) for part in parts]
                )
        return self


def _sums_to_one(name: str, shares: list[float]) -> None:
    if min(shares) < 0 or not math.isclose(sum(shares), 1.0, abs_tol=_EXACT):
        raise ValueError(f"{name}: expected shares of 0 or more that add up to 1, got {sum(shares):g}")


@lru_cache(maxsize=1)
def idealised_config() -> IdealisedEmissionsConfig:
    """The numbers that ship with the program."""
    return load_shipped(IdealisedEmissionsConfig, "idealised_emissions.yaml")
