"""Profiles of sources: which fraction of a source's mass each species is, and how uncertain that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import Field

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError
from sources.receptor.naming.species import species_table
from sources.receptor.samples import Array

__all__ = ["CollectionConfig", "Profiles", "collection_config", "species_key"]


class CollectionConfig(Config):
    """The file `configs/sources/profile_collections.yaml`.

    Attributes:
        assumed_relative_uncertainty: of a fraction without one.
        assumed_zero_uncertainty: of a zero without one.
        whole_from: sum of fractions from which a profile names all that it holds.
        percent_above: ratio of uncertainty to fraction above which it is in percent.
        divisors: by method of uncertainty, to one standard deviation.
    """

    assumed_relative_uncertainty: float = Field(gt=0.0)
    assumed_zero_uncertainty: float = Field(gt=0.0)
    whole_from: float = Field(gt=0.5, le=1.0)
    percent_above: float = Field(gt=1.0)
    divisors: dict[str, float]


@dataclass(frozen=True)
class Profiles:
    """Profiles of one or more collections.

    Attributes:
        codes: one per profile, as its collection has it.
        names: of the sources.
        texts: what the collection says of the kind of source, for categories.
        collections: which collection each is of.
        species: keys of `species_key`, one per column.
        fractions: (profiles, species), of the source's mass; NaN where not stated.
        uncertainties: (profiles, species), one standard deviation; NaN where there is no fraction.
        notes: what was assumed or left out in reading, one line each.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    collections: tuple[str, ...]
    species: tuple[str, ...]
    fractions: Array
    uncertainties: Array
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many profiles."""
        return len(self.codes)

    @property
    def labels(self) -> tuple[str, ...]:
        """`collection:code`, which no two profiles share."""
        return tuple(f"{one}:{code}" for one, code in zip(self.collections, self.codes, strict=True))

    @property
    def whole(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """(profiles,): whether the fractions, each mass counted once, sum to the whole mass."""
        apart = set(species_table().parts_apart(self.species))
        once = [name in apart for name in self.species]
        sums = np.nansum(np.where(once, self.fractions, np.nan), axis=1)
        return np.asarray(sums >= collection_config().whole_from)

    def closed(self) -> Profiles:
        """The same with zeros, of the uncertainty of a zero, for what a whole profile does not name."""
        gaps = np.isnan(self.fractions) & self.whole[:, None]
        zero = collection_config().assumed_zero_uncertainty
        return replace(
            self,
            fractions=np.where(gaps, 0.0, self.fractions),
            uncertainties=np.where(gaps, zero, self.uncertainties),
        )

    def over(self, species: Sequence[str]) -> Profiles:
        """The same with these columns, NaN where a species is not held at all."""
        at = {name: column for column, name in enumerate(self.species)}
        fractions = np.full((len(self), len(species)), np.nan)
        uncertainties = fractions.copy()
        for column, name in enumerate(species):
            if name in at:
                fractions[:, column] = self.fractions[:, at[name]]
                uncertainties[:, column] = self.uncertainties[:, at[name]]
        return replace(self, species=tuple(species), fractions=fractions, uncertainties=uncertainties)

    def of(self, rows: Sequence[int]) -> Profiles:
        """Some of the profiles, by their rows."""
        chosen = list(rows)
        return replace(
            self,
            codes=tuple(self.codes[row] for row in chosen),
            names=tuple(self.names[row] for row in chosen),
            texts=tuple(self.texts[row] for row in chosen),
            collections=tuple(self.collections[row] for row in chosen),
            fractions=self.fractions[chosen],
            uncertainties=self.uncertainties[chosen],
        )

    def chosen(self, wanted: Sequence[str]) -> Profiles:
        """The profiles of these codes or labels, in that order.

        Raises:
            InputError: when a code is unknown, stands twice, or is of two collections.
        """
        rows = [self._row(code) for code in wanted]
        for place, row in enumerate(rows):
            if row in rows[:place]:
                raise InputError(f"profile {wanted[place]!r} is chosen twice", remedy="Name it once")
        return self.of(rows)

    def _row(self, code: str) -> int:
        rows = [row for row, label in enumerate(self.labels) if code in (self.codes[row], label)]
        if not rows:
            raise InputError(f"no profile {code!r} among {len(self)}", remedy=_nearest(code, self.codes))
        if len(rows) > 1:
            both = ", ".join(self.labels[row] for row in rows)
            raise InputError(f"profile {code!r} is in two collections", remedy=f"Name one of {both}")
        return rows[0]


def _nearest(code: str, codes: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(code, codes, n=3)
    return f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(codes[:8])} ..."


def species_key(name: str) -> str:
    """Key under which a species of a table is held: its id in the species table, or else its own name."""
    found = species_table().known(name)
    return found.id if found else name.strip()


@lru_cache(maxsize=1)
def collection_config() -> CollectionConfig:
    """The choices that ship with the program."""
    return load_shipped(CollectionConfig, "sources/profile_collections.yaml")
