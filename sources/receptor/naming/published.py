"""Published profiles over the species of factors, and when a factor is taken for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from foundation.configuration import Config, load_shipped
from sources.receptor.cmb.profiles import Profiles, collection_config
from sources.receptor.samples import Array

__all__ = ["Mask", "NamingConfig", "Published", "naming_config", "over_species"]

Mask = NDArray[np.bool_]
_CARBON = {"organic_carbon", "elemental_carbon", "total_carbon"}


class NamingConfig(Config):
    """The file `configs/sources/factor_naming.yaml`.

    Attributes:
        verified: whether the limits of PD and SID were read at their source.
        pearson_distance: largest of an acceptable candidate.
        identity_distance: largest of an acceptable candidate.
        representativeness: relative standard deviation between sources of one kind.
        impurity: fraction of a factor that may be the mean of all factors.
        compound_impurity: the same where the profile is a compound.
        nearest: likeliest profiles that make a category's likelihood.
        fewest_species: that a profile states.
        compound_species: most species of a compound.
        least_stated: fraction of the factors' species that a profile states.
        least_coverage: fraction of a factor's known mass that is of species a profile states.
        undetermined_above: uncertainty, as a fraction of the known mass, by which a species says nothing.
        largest_misfit: of an acceptable candidate.
        compound_share: of a factor's known mass, above which it is a compound.
        least_support: of a name that is not uncertain.
        candidates: how many are told.
    """

    verified: bool
    pearson_distance: float = Field(gt=0.0)
    identity_distance: float = Field(gt=0.0)
    representativeness: float = Field(gt=0.0)
    impurity: float = Field(ge=0.0, lt=1.0)
    compound_impurity: float = Field(ge=0.0)
    nearest: int = Field(ge=1)
    fewest_species: int = Field(ge=2)
    compound_species: int = Field(ge=1)
    least_stated: float = Field(ge=0.0, le=1.0)
    least_coverage: float = Field(ge=0.0, le=1.0)
    undetermined_above: float = Field(gt=0.0)
    largest_misfit: float = Field(gt=0.0)
    compound_share: float = Field(gt=0.0, le=1.0)
    least_support: float = Field(gt=0.0, lt=1.0)
    candidates: int = Field(ge=1)


@dataclass(frozen=True)
class Published:
    """Published profiles over the species of the factors.

    Attributes:
        profiles: over those species; a profile that names all of its mass has zeros for the others.
        compound: (profiles,), whether each names all of its mass in few species, none of carbon; what such a
            one does not hold it holds no trace of.
    """

    profiles: Profiles
    compound: Mask

    @property
    def fractions(self) -> Array:
        """(profiles, species); NaN where not stated."""
        return self.profiles.fractions

    @property
    def uncertainties(self) -> Array:
        """(profiles, species)."""
        return self.profiles.uncertainties


def over_species(profiles: Profiles, species: Sequence[str], config: NamingConfig) -> Published:
    """The profiles that state enough of these species, given as keys, and hold some of them."""
    compound, raw = _compounds(profiles, config), profiles.over(species)
    stated = np.isfinite(raw.fractions).sum(1)
    enough = (stated >= config.fewest_species) & (stated >= config.least_stated * len(species))
    holds = np.nansum(raw.fractions, axis=1) > 0.0
    rows = np.flatnonzero((enough | compound) & holds)
    closed = profiles.closed().over(species).of(rows.tolist())
    zero = compound[rows][:, None] & (closed.fractions == 0.0)
    sharp = np.minimum(closed.uncertainties, collection_config().assumed_zero_uncertainty)
    doubts = np.where(zero, sharp, closed.uncertainties)
    return Published(replace(closed, uncertainties=doubts), compound[rows])


def _compounds(profiles: Profiles, config: NamingConfig) -> Mask:
    held = np.nan_to_num(profiles.fractions) > 0.0
    carbon = [name in _CARBON for name in profiles.species]
    few = held.sum(1) <= config.compound_species
    return np.asarray(profiles.whole & few & ~held[:, carbon].any(1))


@lru_cache(maxsize=1)
def naming_config() -> NamingConfig:
    """The choices that ship with the program."""
    return load_shipped(NamingConfig, "sources/factor_naming.yaml")
