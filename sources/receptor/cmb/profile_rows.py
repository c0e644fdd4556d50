"""From rows of a profile and a species each to a table of profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from sources.receptor.cmb.profiles import Profiles, collection_config

__all__ = ["ProfileRow", "laid_out"]


@dataclass(frozen=True)
class ProfileRow:
    """One species of one profile.

    Attributes:
        code: of the profile.
        name: of the source.
        text: what is said of its kind.
        species: key of the species.
        fraction: of the source's mass.
        uncertainty: one standard deviation; NaN where not stated.
    """

    code: str
    name: str
    text: str
    species: str
    fraction: float
    uncertainty: float


def laid_out(rows: Sequence[ProfileRow], collection: str, where: str, notes: Sequence[str] = ()) -> Profiles:
    """Lay rows out as a table; an uncertainty that is not stated is assumed, and that is noted.

    Raises:
        InputError: when there is no row, or a profile states a species twice.
    """
    if not rows:
        raise InputError("no profile", where=where)
    first = {row.code: row for row in reversed(rows)}
    codes = list(dict.fromkeys(row.code for row in rows))
    species = list(dict.fromkeys(row.species for row in rows))
    at_code = {code: at for at, code in enumerate(codes)}
    at_species = {name: at for at, name in enumerate(species)}
    fractions = np.full((len(codes), len(species)), np.nan)
    uncertainties = fractions.copy()
    for row in rows:
        place = at_code[row.code], at_species[row.species]
        if np.isfinite(fractions[place]):
            raise InputError(
                f"profile {row.code!r} states species {row.species!r} twice", where=where,
                remedy="Keep one; two spellings of one species count as the same",
            )  # fmt: skip
        fractions[place], uncertainties[place] = row.fraction, row.uncertainty
    lacking = np.isfinite(fractions) & ~np.isfinite(uncertainties)
    choices = collection_config()
    assumed = np.maximum(
        choices.assumed_relative_uncertainty * fractions,
        np.where(fractions > 0.0, 0.0, choices.assumed_zero_uncertainty),
    )
    said = list(notes)
    if lacking.any():
        said.append(
            f"{collection}: {int(lacking.sum())} of {int(np.isfinite(fractions).sum())} fractions had no"
            f" uncertainty; {choices.assumed_relative_uncertainty:.0%} of the fraction is assumed"
        )
    return Profiles(
        tuple(codes),
        tuple(first[code].name for code in codes),
        tuple(first[code].text for code in codes),
        (collection,) * len(codes),
        tuple(species),
        fractions,
        np.where(lacking, assumed, uncertainties),
        tuple(said),
    )
