"""How `configs/species.yaml` is written: species and reactions, checked when read."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from foundation.configuration import Config

__all__ = ["GasConfig", "ReactionConfig", "SpeciesConfig", "SpeciesFile"]


class GasConfig(Config):
    """What dry deposition needs to know of a gas (Wesely 1989, table 2).

    Attributes:
        diffusivity_ratio: diffusivity of water vapour over that of the gas.
        henry: effective Henry's constant, mol L-1 atm-1.
        reactivity: reactivity relative to ozone.
    """

    diffusivity_ratio: float
    henry: float
    reactivity: float


class SpeciesConfig(Config):
    """One species; `configs/species.yaml` explains the keys.

    A gas has `gas` when it deposits; a particle has a diameter and a density; `both` has all.
    """

    name: str
    chinese: str
    english: str
    phase: Literal["gas", "particle", "both"]
    molar_mass: float | None = None
    bin_um: tuple[float, float] | None = None
    diameter_um: float | None = None
    density: float | None = None
    pm25: float = 0.0
    pm10: float = 0.0
    deposits: bool
    settles: bool
    gas: GasConfig | None = None
    in_cloud: float
    in_cloud_gas: float = 0.0
    below_cloud: Literal["fine", "coarse"] | float
    below_cloud_gas: float = 0.0
    snow_scavenges: bool
    sources: dict[str, str]

    @model_validator(mode="after")
    def _complete(self) -> SpeciesConfig:
        particle = self.phase != "gas"
        if particle != (self.diameter_um is not None and self.density is not None):
            raise ValueError("expected diameter_um and density for particles, and for them only")
        if self.deposits and self.phase != "particle" and self.gas is None:
            raise ValueError("expected `gas`, because the gas deposits")
        if self.settles and self.phase != "particle":
            raise ValueError("expected only particles to settle")
        if particle != isinstance(self.below_cloud, str):
            raise ValueError("below_cloud: expected fine or coarse for particles and a number for gases")
        if min(self.pm25, self.pm10, self.in_cloud) < 0 or self.pm25 > self.pm10:
            raise ValueError("expected factors of 0 or more, and no more PM2.5 than PM10")
        return self


class ReactionConfig(Config):
    """A first-order reaction: what, into what, how fast (the name of a rate) and with what yield."""

    name: str
    chinese: str
    source: str
    product: str
    rate: str
    molar_yield: float | None = None
    mass_yield: float | None = None
    reference: str

    @model_validator(mode="after")
    def _one_yield(self) -> ReactionConfig:
        if (self.molar_yield is None) == (self.mass_yield is None):
            raise ValueError("expected either molar_yield or mass_yield")
        return self


class SpeciesFile(Config):
    """The file `configs/species.yaml`."""

    species: tuple[SpeciesConfig, ...]
    reactions: tuple[ReactionConfig, ...]

    @model_validator(mode="after")
    def _consistent(self) -> SpeciesFile:
        names = [one.name for one in self.species]
        if len(set(names)) != len(names):
            raise ValueError("a species is given twice")
        for reaction in self.reactions:
            if {reaction.source, reaction.product} - set(names):
                raise ValueError(f"reaction {reaction.name!r}: expected species that the table holds")
        return self
