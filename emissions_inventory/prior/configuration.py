"""How `configs/inventory/prior.yaml` is written; the file explains the keys."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

from pydantic import Field, model_validator

from emissions_inventory.inventory import SPECIES
from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped

__all__ = [
    "PRIOR_FILES", "AbroadConfig", "BalanceConfig", "FuelConfig", "GasConfig", "PeopleConfig", "PowerConfig",
    "PriorConfig", "ProductConfig", "SettlementConfig", "TotalsConfig", "prior_config",
]  # fmt: skip

BySpecies: TypeAlias = dict[str, float]

_EXACT = 1e-9

PRIOR_FILES = ("source_labels.yaml", *(
    f"inventory/{name}" for name in (
        "counties.csv", "neighbours.csv", "power_plants.csv", "industrial_plants.csv", "prior.yaml",
        "heights.yaml", "timing.yaml", "heating.yaml", "temperature_normals.yaml",
    )
))  # fmt: skip
"""Files under `configs/` that decide the prior."""


class TotalsConfig(Config):
    """Totals of a year, kt, and which of them are published."""

    values: BySpecies
    source: str
    published: tuple[str, ...]
    verified: bool


class PowerConfig(Config):
    """Thermal plants: hours at full load, grams a kilowatt-hour by year, what gas emits relative to coal."""

    hours: float = Field(gt=0, le=8784)
    hours_source: str
    g_per_kwh: dict[int, BySpecies]
    g_source: str
    gas_factor: BySpecies
    raw_coal_g_per_kwh: float = Field(gt=0)
    verified: bool


class ProductConfig(Config):
    """Plants of a sector: what a tonne of product emits."""

    unit: str
    utilisation: float = Field(gt=0, le=1)
    coal_t_per_t: float = Field(ge=0)
    kg_per_t: BySpecies


class FuelConfig(Config):
    """Coal burnt a year and what a kilogram emits."""

    coal_mt: float = Field(ge=0)
    g_per_kg: BySpecies


class GasConfig(Config):
    """Counties heated mainly by gas, and the share of coal that is left there."""

    members: tuple[str, ...]
    coal_left: float = Field(ge=0, le=1)
    source: str


class BalanceConfig(Config):
    """Shares that some counties together have of a total, and the ranges that the published words allow."""

    members: tuple[str, ...]
    fixed: tuple[str, ...]
    shares: BySpecies
    ranges: dict[str, tuple[float, float]]
    coal_share: tuple[float, float]
    coal_from_year: int
    heat_coal_mt: tuple[float, float]
    heat_coal_source: str
    source: str


class PeopleConfig(Config):
    """Weights of townspeople and villagers."""

    urban: float = Field(ge=0)
    rural: float = Field(ge=0)


class SettlementConfig(Config):
    """How far people live from the seat of their county."""

    urban_km_per_root_person: float = Field(gt=0)
    urban_km: tuple[float, float]
    rural_km: float = Field(gt=0)
    cut: float = Field(gt=1)
    source: str


class AbroadConfig(Config):
    """What a person outside Xinjiang emits, and its sectors."""

    kg_per_person: BySpecies
    sectors: dict[str, BySpecies]
    source: str


class PriorConfig(Config):
    """The whole file."""

    species: tuple[str, ...]
    totals_kt: dict[int, TotalsConfig]
    power: PowerConfig
    products: dict[str, ProductConfig]
    products_source: str
    fuels: dict[str, FuelConfig]
    fuels_source: str
    gas_heated: GasConfig
    control: dict[int, BySpecies]
    remainder: dict[str, BySpecies]
    remainder_source: str
    balance: BalanceConfig
    people: dict[str, PeopleConfig]
    settlement: SettlementConfig
    abroad: AbroadConfig
    uncertainty_source: str
    uncertainty: dict[str, tuple[float, ...]]

    @model_validator(mode="after")
    def _whole(self) -> PriorConfig:
        if self.species != SPECIES:
            raise ValueError(f"species: expected {', '.join(SPECIES)}")
        for name, shares in (("remainder", self.remainder), ("abroad.sectors", self.abroad.sectors)):
            for species in self.species:
                total = sum(of_sector[species] for of_sector in shares.values())
                if not math.isclose(total, 1.0, abs_tol=_EXACT):
                    raise ValueError(f"{name}: shares of {species} add up to {total:g}, expected 1")
        known = set(source_labels().sector_ids())
        used = {
            *self.products,
            *self.fuels,
            *self.remainder,
            *self.abroad.sectors,
            *self.uncertainty,
            *self.people,
        }
        if used - known:
            raise ValueError(f"unknown sector {min(used - known)!r}")
        if (areas := {*self.fuels, *self.remainder}) - set(self.people):
            raise ValueError(f"people: {min(areas - set(self.people))!r} is missing")
        if (known := {*used, "power"}) - set(self.uncertainty):
            raise ValueError(f"uncertainty: {min(known - set(self.uncertainty))!r} is missing")
        return self


@lru_cache(maxsize=1)
def prior_config() -> PriorConfig:
    """The numbers that ship with the program."""
    return load_shipped(PriorConfig, "inventory/prior.yaml")
