"""Species of sample tables and of published profiles under one name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from pydantic import model_validator

from foundation.configuration import Config, load_shipped

__all__ = ["Species", "SpeciesTable", "species_table"]


class Species(Config):
    """One species.

    Attributes:
        id: by which it is named.
        names: spellings in tables.
        numbers: under which published profiles keep it, the first that a profile holds is taken.
        total: whether it is the mass itself.
        holds: species that are a part of it.
    """

    id: str
    names: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    total: bool = False
    holds: tuple[str, ...] = ()


class SpeciesTable(Config):
    """The file `configs/sources/species.yaml`."""

    species: tuple[Species, ...]

    @model_validator(mode="after")
    def _whole(self) -> SpeciesTable:
        ids = [one.id for one in self.species]
        for names in (ids, [name for one in self.species for name in one.names]):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"species {min(twice)!r} is given twice")
        if stray := {part for one in self.species for part in one.holds} - set(ids):
            raise ValueError(f"unknown species {min(stray)!r}")
        return self

    @cached_property
    def _exact(self) -> dict[str, Species]:
        return {name: one for one in self.species for name in (one.id, *one.names)}

    @cached_property
    def _folded(self) -> dict[str, Species]:
        found: dict[str, list[Species]] = {}
        for one in self.species:
            for name in {_fold(name) for name in (one.id, *one.names)}:
                found.setdefault(name, []).append(one)
        return {name: held[0] for name, held in found.items() if len(held) == 1}

    def known(self, name: str) -> Species | None:
        """The species of that name in a table; None where there is none, or case alone would decide."""
        plain = name.strip()
        return self._exact.get(plain) or self._folded.get(_fold(plain))

    def of_numbers(self) -> dict[int, Species]:
        """The species of each number of the published profiles."""
        return {number: one for one in self.species for number in one.numbers}

    def parts_apart(self, ids: Iterable[str]) -> list[str]:
        """The ids without those whose parts are there too, so that nothing counts twice; order kept."""
        listed = list(ids)
        there = set(listed)
        wholes = {one.id for one in self.species if there.intersection(one.holds)}
        return [name for name in listed if name not in wholes]


def _fold(name: str) -> str:
    return name.lower().replace(" ", "").replace("_", "")


@lru_cache(maxsize=1)
def species_table() -> SpeciesTable:
    """The table that ships with the program."""
    return load_shipped(SpeciesTable, "sources/species.yaml")
