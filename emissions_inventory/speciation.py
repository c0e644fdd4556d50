"""From the species of an inventory to those of the model, and what fine particles consist of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from pydantic import Field, model_validator

from emissions_inventory.emitters import AreaSources, PointSources
from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped

__all__ = [
    "COMPONENTS",
    "SpeciesProfilesConfig",
    "composition",
    "is_emitted",
    "model_amounts",
    "species_profiles",
    "with_carbon",
]

COMPONENTS = ("bc", "organic", "sulfate", "nitrate", "ammonium", "chloride", "crustal", "other")

_EXACT = 1e-9
_CARBON_UNCERTAINTY = 0.8
"""Standard deviation of the logarithm of a share of BC or OC: a factor of two; a choice."""
_PARTS = {"pm25", "pm10", "bc", "oc"}


class SpeciesProfilesConfig(Config):
    """The file `configs/inventory/species_profiles.yaml`; the file explains the keys."""

    organic_to_carbon: float = Field(ge=1, le=2.5)
    profiles: dict[str, dict[str, float]]
    source: str
    verified: bool

    @model_validator(mode="after")
    def _whole(self) -> SpeciesProfilesConfig:
        if set(self.profiles) != set(source_labels().sector_ids()):
            odd = set(self.profiles) ^ set(source_labels().sector_ids())
            raise ValueError(f"expected a profile for every sector and no other; see {min(odd)!r}")
        for sector, shares in self.profiles.items():
            if tuple(shares) != COMPONENTS or min(shares.values()) < 0:
                raise ValueError(f"{sector}: expected shares of 0 or more of {', '.join(COMPONENTS)}")
            if abs(sum(shares.values()) - 1.0) > _EXACT:
                raise ValueError(f"{sector}: shares add up to {sum(shares.values()):g}, expected 1")
        return self


@lru_cache(maxsize=1)
def species_profiles() -> SpeciesProfilesConfig:
    """The profiles that ship with the program."""
    return load_shipped(SpeciesProfilesConfig, "inventory/species_profiles.yaml")


def composition(sector: str) -> dict[str, float]:
    """Mass shares of PM2.5 of a sector, by `COMPONENTS`; they add up to 1.

    Raises:
        InputError: when the sector is not known.
    """
    return dict(species_profiles().profiles[source_labels().sector(sector).id])


def with_carbon(inventory: Inventory) -> Inventory:
    """An inventory with BC and OC, from PM2.5 by the profile of the sector where it does not know them.

    Args:
        inventory: returned as it is when it holds BC and OC, or no PM2.5.
    """
    absent = [name for name in ("bc", "oc") if name not in inventory.species]
    if not absent or "pm25" not in inventory.species:
        return inventory
    species = tuple(name for name in SPECIES if name in {*inventory.species, *absent})
    fine = inventory.species.index("pm25")

    def filled(part: AreaSources | PointSources) -> np.ndarray:
        emission = np.zeros((*part.emission.shape[:2], len(species)))
        for place, name in enumerate(species):
            if name in inventory.species:
                emission[..., place] = part.emission[..., inventory.species.index(name)]
            else:
                emission[..., place] = part.emission[..., fine] * _carbon_shares(part.sector)[name]
        return emission

    made = replace(
        inventory,
        species=species,
        areas=replace(inventory.areas, emission=filled(inventory.areas)),
        points=replace(inventory.points, emission=filled(inventory.points)),
        uncertainty=inventory.uncertainty.reindex(species=list(species), fill_value=_CARBON_UNCERTAINTY),
    )
    told = f"{' and '.join(absent)} from pm25 by the profile of the sector"
    return made.after("speciate", told, parents=(inventory.version,))


def _carbon_shares(sectors: np.ndarray) -> dict[str, np.ndarray]:
    """BC and OC over PM2.5, each (entry,)."""
    profiles = species_profiles()
    known, place = np.unique(sectors, return_inverse=True)
    shares = [profiles.profiles[str(name)] for name in known]
    bc = np.array([one["bc"] for one in shares])
    organic = np.array([one["organic"] for one in shares])
    return {"bc": bc[place], "oc": organic[place] / profiles.organic_to_carbon}


def is_emitted(name: str, species: Sequence[str]) -> bool:
    """Whether an inventory of these species gives a species of the model."""
    needed = {"ppm_fine": {"pm25"}, "ppm_coarse": {"pm25", "pm10"}}.get(name, {name} - _PARTS)
    return bool(needed) and needed <= set(species)


def model_amounts(amounts: np.ndarray, species: Sequence[str], emitted: Sequence[str]) -> np.ndarray:
    """Amounts of the model's species, (..., emitted): fine particles, coarse ones (PM10 less PM2.5), gases.

    Coarse particles are 0 where PM10 is less than PM2.5.

    Args:
        amounts: of an inventory, (..., species).
        species: of the inventory, in that order.
        emitted: names of the model's species that the inventory gives, see `is_emitted`.
    """
    column = {name: amounts[..., place] for place, name in enumerate(species)}
    made = []
    for name in emitted:
        if name == "ppm_coarse":
            made.append(np.maximum(column["pm10"] - column["pm25"], 0.0))
        else:
            made.append(column["pm25" if name == "ppm_fine" else name])
    return np.stack(made, axis=-1)
