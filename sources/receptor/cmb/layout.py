"""Samples and profiles laid out against each other: which species are fitted, and why others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from sources.receptor.cmb.effective_variance import Equations
from sources.receptor.cmb.profiles import Profiles, species_key
from sources.receptor.naming.species import species_table
from sources.receptor.samples import Array, Samples

__all__ = ["BalanceInput", "lay_out"]


@dataclass(frozen=True)
class BalanceInput:
    """What a balance is made of.

    Attributes:
        samples: as read; NaN where missing.
        profiles: of the sources, with the samples' species as columns; NaN where a profile does not say.
        fitted: columns of the species that are fitted.
        total: column of the total mass; None where the samples have none.
        left_out: by species that is not fitted, why.
    """

    samples: Samples
    profiles: Profiles
    fitted: tuple[int, ...]
    total: int | None
    left_out: dict[str, str]

    @property
    def fitted_species(self) -> tuple[str, ...]:
        """Names of the species that are fitted."""
        return tuple(self.samples.species[column] for column in self.fitted)

    def equations(self) -> Equations:
        """Those of the fitted species."""
        columns = list(self.fitted)
        return Equations(
            self.samples.concentrations[:, columns], self.samples.uncertainties[:, columns],
            self.profiles.fractions[:, columns], self.profiles.uncertainties[:, columns],
        )  # fmt: skip

    @property
    def total_mass(self) -> Array:
        """(samples,): the measured mass; NaN where it was not measured."""
        if self.total is None:
            return np.full(len(self.samples.times), np.nan)
        return self.samples.concentrations[:, self.total]


def lay_out(samples: Samples, profiles: Profiles, fit: Sequence[str] | None = None) -> BalanceInput:
    """Choose the fitting species.

    A profile whose fractions sum to its whole mass holds none of what it does not name. By default every
    species is fitted that all profiles state, but for the total mass, a species whose parts are fitted too,
    and one that is zero in every profile.

    Args:
        samples: concentrations with uncertainties.
        profiles: of the sources.
        fit: names of species to be fitted instead.

    Raises:
        InputError: naming the species or sources, when there is no source, a species of `fit` is unknown or
            missing in a profile or a sample set, there are fewer species than sources, or two sources have
            one composition.
    """
    if not len(profiles):
        raise InputError("no source profile", remedy="Choose some")
    keys = [species_key(name) for name in samples.species]
    _no_twice(samples.species, keys)
    laid = profiles.closed().over(keys)
    total = next((column for column, name in enumerate(samples.species) if _is_total(name)), None)
    left_out = _reasons(samples, laid, keys)
    if fit:
        columns = [samples.column(name) for name in dict.fromkeys(fit)]
        for column in columns:
            if (why := left_out.get(samples.species[column])) and not why.startswith("zero"):
                raise InputError(f"species {samples.species[column]!r} cannot be fitted: {why}")
        asked = set(columns)
        for column, name in enumerate(samples.species):
            if column not in asked:
                left_out.setdefault(name, "not asked for")
            else:
                left_out.pop(name, None)
    else:
        columns = [at for at, name in enumerate(samples.species) if name not in left_out]
    given = BalanceInput(samples, laid, tuple(columns), total, left_out)
    _enough(given)
    _apart(given)
    return given


def _reasons(samples: Samples, laid: Profiles, keys: list[str]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    apart = set(species_table().parts_apart(keys))
    for column, (name, key) in enumerate(zip(samples.species, keys, strict=True)):
        lacking = np.flatnonzero(np.isnan(laid.fractions[:, column]))
        if _is_total(name):
            reasons[name] = "the total mass"
        elif not np.isfinite(samples.concentrations[:, column]).any():
            reasons[name] = "missing in every sample"
        elif lacking.size:
            reasons[name] = f"not stated by profile {laid.labels[int(lacking[0])]}"
        elif key not in apart:
            reasons[name] = "its parts are there too"
        elif not (laid.fractions[:, column] > 0.0).any():
            reasons[name] = "zero in every profile"
    return reasons


def _is_total(name: str) -> bool:
    known = species_table().known(name)
    return known is not None and known.total


def _no_twice(species: Sequence[str], keys: list[str]) -> None:
    for column, key in enumerate(keys):
        if key in keys[:column] and not _is_total(species[column]):
            raise InputError(f"species {species[column]!r} is {species[keys.index(key)]!r} once more")


def _enough(given: BalanceInput) -> None:
    if len(given.fitted) < len(given.profiles):
        raise InputError(
            f"{len(given.fitted)} fitting species cannot carry {len(given.profiles)} sources",
            remedy=_why(given),
        )


def _why(given: BalanceInput) -> str:
    reasons = "; ".join(f"{name}: {reason}" for name, reason in given.left_out.items())
    return f"Choose fewer sources, or profiles that state more species. Not fitted: {reasons or 'none'}"


def _apart(given: BalanceInput) -> None:
    fractions = given.profiles.fractions[:, list(given.fitted)]
    size = np.linalg.norm(fractions, axis=1)
    if (void := np.flatnonzero(size <= 0.0)).size:
        raise InputError(
            f"profile {given.profiles.labels[int(void[0])]} holds none of the fitting species",
            remedy=_why(given),
        )
    unit = fractions / size[:, None]
    alike = np.triu(unit @ unit.T, 1) > 1.0 - 1e-12
    if alike.any():
        one, other = (given.profiles.labels[int(row)] for row in np.argwhere(alike)[0])
        raise InputError(
            f"profiles {one} and {other} are one composition", remedy="Choose one of them, or their mean"
        )
