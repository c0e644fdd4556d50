"""Species of the transport model, the reactions between them, and the sums PM2.5 and PM10.

The table is `configs/species.yaml`. A case may run a part of it: reactions whose species are absent are
dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch

from atmosphere.transport.forcing import Reaction
from atmosphere.transport.species_configuration import ReactionConfig, SpeciesConfig, SpeciesFile
from foundation.configuration import load_shipped
from foundation.errors import ConfigurationError, InputError

__all__ = ["SpeciesTable", "load_species"]


@dataclass(frozen=True)
class SpeciesTable:
    """The species of a run, in order, and the reactions among them.

    Attributes:
        species: what is known of each.
        reaction_rules: the reactions both of whose species are there.
    """

    species: tuple[SpeciesConfig, ...]
    reaction_rules: tuple[ReactionConfig, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(one.name for one in self.species)

    def index(self, name: str) -> int:
        """Place of a species.

        Raises:
            ConfigurationError: when the run has no such species.
        """
        if name not in self.names:
            held = ", ".join(self.names)
            raise ConfigurationError(f"unknown species {name!r}", remedy=f"Species here: {held}")
        return self.names.index(name)

    @property
    def reactions(self) -> tuple[Reaction, ...]:
        """The reactions by index, with kilograms of product from a kilogram used up."""
        return tuple(
            Reaction(self.index(rule.source), self.index(rule.product), self._mass_factor(rule))
            for rule in self.reaction_rules
        )

    @property
    def settling(self) -> tuple[int, ...]:
        """Indices of the species that settle."""
        return tuple(place for place, one in enumerate(self.species) if one.settles)

    def select(self, names: Sequence[str]) -> SpeciesTable:
        """The table of some species, in the order given.

        Raises:
            ConfigurationError: when a name is unknown or given twice, or there is none.
        """
        if not names or len(set(names)) != len(names):
            raise ConfigurationError(f"species: expected different names, got {list(names)}")
        kept = tuple(self.species[self.index(name)] for name in names)
        rules = tuple(rule for rule in self.reaction_rules if {rule.source, rule.product} <= set(names))
        return SpeciesTable(kept, rules)

    def pm25(
        self, concentration: torch.Tensor, nitrate_particle_share: torch.Tensor | float | None = None,
        axis: int = 1,
    ) -> torch.Tensor:  # fmt: skip
        """PM2.5: the sum of the species with their mass factors.

        Args:
            concentration: of the species, in any unit of mass, species along `axis`.
            nitrate_particle_share: share of total nitrate that is particle (`nitrate_split.particle_share`),
                a number or of the shape of `concentration` without `axis`; needed when nitrate is in the
                table.
            axis: axis of the species.

        Returns:
            PM2.5 in the same unit, shape of `concentration` without `axis`.

        Raises:
            InputError: when the axis does not hold the species, or the share of nitrate is missing.
        """
        return self._sum([one.pm25 for one in self.species], concentration, nitrate_particle_share, axis)

    def pm10(
        self, concentration: torch.Tensor, nitrate_particle_share: torch.Tensor | float | None = None,
        axis: int = 1,
    ) -> torch.Tensor:  # fmt: skip
        """PM10: as `pm25`."""
        return self._sum([one.pm10 for one in self.species], concentration, nitrate_particle_share, axis)

    def _sum(
        self, factors: list[float], concentration: torch.Tensor, share: torch.Tensor | float | None, axis: int
    ) -> torch.Tensor:
        if concentration.shape[axis] != len(self.species):
            raise InputError(f"concentration: expected {len(self.species)} species on axis {axis}, "
                             f"got shape {tuple(concentration.shape)}")  # fmt: skip
        total = torch.zeros_like(concentration.select(axis, 0))
        for place, (one, factor) in enumerate(zip(self.species, factors, strict=True)):
            if one.phase == "both" and share is None:
                raise InputError(f"{one.name}: the share that is particle is missing")
            if factor:
                mass = factor * concentration.select(axis, place)
                total = total + (mass * share if one.phase == "both" and share is not None else mass)
        return total

    def _mass_factor(self, rule: ReactionConfig) -> float:
        if rule.mass_yield is not None:
            return rule.mass_yield
        source, product = (self.species[self.index(name)].molar_mass for name in (rule.source, rule.product))
        if rule.molar_yield is None or source is None or product is None:
            raise ConfigurationError(f"reaction {rule.name!r}: molar_yield needs both molar masses")
        return rule.molar_yield * product / source


@lru_cache(maxsize=1)
def load_species() -> SpeciesTable:
    """The shipped table with all species."""
    file = load_shipped(SpeciesFile, "species.yaml")
    return SpeciesTable(file.species, file.reactions)
