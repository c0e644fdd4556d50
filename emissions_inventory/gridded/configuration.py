"""How `configs/inventory/meic.yaml` and `configs/inventory/edgar.yaml` are written."""

from __future__ import annotations

import math
from functools import lru_cache

from pydantic import Field, field_validator, model_validator

from emissions_inventory.inventory import SPECIES
from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped

__all__ = [
    "EdgarConfig",
    "InventoryRules",
    "MeicConfig",
    "RangeConfig",
    "SectorRule",
    "edgar_config",
    "meic_config",
]

_EXACT = 1e-9
_NORMAL_95 = 1.959963984540054
"""Standard deviations from the middle to the end of a 95 % interval of the normal distribution."""


class RangeConfig(Config):
    """A published 95 % range of a national total, on either side of its middle.

    Attributes:
        percent: what the upper end lies above the middle, per cent of it.
        source: where it is published.
        verified: whether the figure was read in its source.
    """

    percent: float = Field(gt=0)
    source: str
    verified: bool = False

    @property
    def log_deviation(self) -> float:
        """Standard deviation of the logarithm: the upper end lies 1.96 of them above the median."""
        return math.log1p(self.percent / 100.0) / _NORMAL_95


class SectorRule(Config):
    """Where a sector of another inventory goes.

    Attributes:
        shares: share of each of our sectors; adds up to 1.
        by_species: other shares for some species.
        widening: factor on the deviation of the national total, for a sector is less certain than the total.
        contains: sectors of the same inventory that are part of this one; both together count twice.
        expected: our species that the sector must have where another sector has them; empty for all.
        source: why these shares.
    """

    shares: dict[str, float]
    by_species: dict[str, dict[str, float]] = Field(default_factory=dict)
    widening: float = Field(ge=1, default=1.0)
    contains: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    source: str = ""

    @model_validator(mode="after")
    def _sound(self) -> SectorRule:
        known = set(source_labels().sector_ids())
        for name, shares in (("shares", self.shares), *self.by_species.items()):
            stray = set(shares) - known
            if stray:
                raise ValueError(f"{name}: unknown sector {min(stray)!r}")
            if min(shares.values(), default=-1.0) < 0 or abs(sum(shares.values()) - 1.0) > _EXACT:
                raise ValueError(f"{name}: expected shares of 0 or more that add up to 1")
        if set(self.expected) - set(SPECIES):
            raise ValueError(f"expected: unknown species {min(set(self.expected) - set(SPECIES))!r}")
        if set(self.by_species) - set(SPECIES):
            raise ValueError(f"by_species: unknown species {min(set(self.by_species) - set(SPECIES))!r}")
        return self

    def of(self, species: str) -> dict[str, float]:
        """Shares of our sectors for a species."""
        return self.by_species.get(species, self.shares)


class InventoryRules(Config):
    """What both files say.

    Attributes:
        title: name of the inventory, with its publisher.
        sectors: rules, by the inventory's names.
        species: our species, by the inventory's names in lower case; empty for what is left out.
        ranges: published 95 % ranges of national totals, by our species.
        province_widening: factor on the deviation for a part of the country instead of the whole.
        province_source: why.
    """

    title: str
    sectors: dict[str, SectorRule]
    species: dict[str, str]
    ranges: dict[str, RangeConfig]
    province_widening: float = Field(ge=1)
    province_source: str

    @field_validator("ranges")
    @classmethod
    def _whole(cls, ranges: dict[str, RangeConfig]) -> dict[str, RangeConfig]:
        if set(ranges) != set(SPECIES):
            raise ValueError(f"expected {', '.join(SPECIES)}, got {', '.join(ranges)}")
        return ranges

    def deviation(self, name: str, species: str) -> float:
        """Standard deviation of the logarithm of a sector's emissions in a part of the country."""
        return self.ranges[species].log_deviation * self.sectors[name].widening * self.province_widening


class MeicConfig(InventoryRules):
    """The file `configs/inventory/meic.yaml`; the file explains the keys."""

    nodata: float
    lambert_projection: str
    lambert_origin_m: tuple[float, float]
    lambert_cell_m: float = Field(gt=0)
    lambert_shape: tuple[int, int]


class EdgarConfig(InventoryRules):
    """The file `configs/inventory/edgar.yaml`; the file explains the keys."""

    variables: tuple[str, ...]
    units: dict[str, str]

    @field_validator("units")
    @classmethod
    def _kinds(cls, units: dict[str, str]) -> dict[str, str]:
        if set(units.values()) - {"tonnes", "flux"}:
            raise ValueError("expected `tonnes` or `flux`")
        return units


@lru_cache(maxsize=1)
def meic_config() -> MeicConfig:
    """The rules for MEIC that ship with the program."""
    return load_shipped(MeicConfig, "inventory/meic.yaml")


@lru_cache(maxsize=1)
def edgar_config() -> EdgarConfig:
    """The rules for EDGAR that ship with the program."""
    return load_shipped(EdgarConfig, "inventory/edgar.yaml")
