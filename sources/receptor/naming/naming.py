"""Naming of factors by the published profiles they resemble."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from sources.categories import SourceCategories, source_categories
from sources.receptor.cmb.profiles import Profiles, species_key
from sources.receptor.naming.candidates import candidates
from sources.receptor.naming.category_choice import (
    NO_CATEGORY,
    Numbers,
    category_probabilities,
    chosen_categories,
    compound_shares,
)
from sources.receptor.naming.comparison import Comparison, compare, determined, known_mass
from sources.receptor.naming.factor_names import Basis, FactorName, FactorNames, Verdict
from sources.receptor.naming.published import NamingConfig, Published, naming_config, over_species
from sources.receptor.naming.species import species_table
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array

__all__ = ["name_factors"]

_MARKER, _TOLD = 0.5, 0.01


@dataclass(frozen=True)
class _Choice:
    categories: Numbers
    support: Array
    compound: list[int | None]
    probabilities: Array


def name_factors(
    found: Factorisation,
    doubts: Array,
    profiles: Profiles,
    *,
    config: NamingConfig | None = None,
    categories: SourceCategories | None = None,
) -> FactorNames:
    """Name factors by the category whose published profiles they resemble most.

    A category's probability is that of its likeliest published profiles on average; it is given only where at
    least one of them is acceptable by Pearson distance, identity distance and misfit. A factor that is mostly
    a compound is that. A factor to which nothing is near has no category.

    Args:
        found: factorisation.
        doubts: (factors, species), standard deviations of its profiles.
        profiles: published ones.
        config: limits; those that ship by default.
        categories: the table of categories; the one that ships by default.

    Raises:
        InputError: when the uncertainties do not fit the factor profiles, or no species can be compared.
    """
    if doubts.shape != found.profiles.shape or not (np.isfinite(doubts) & (doubts >= 0.0)).all():
        raise InputError(
            "uncertainties do not fit the factor profiles",
            remedy="Give one of at least zero for each element",
        )
    choices, table = config or naming_config(), categories or source_categories()
    columns, left_out = _columns(found, profiles)
    compared = tuple(found.samples.species[column] for column in columns)
    known = over_species(profiles, [species_key(name) for name in compared], choices)
    kinds = _kinds(known.profiles, table)
    shapes, spreads = found.profiles[:, columns], doubts[:, columns]
    near = compare(shapes, spreads, known, choices)
    choice = _choose(known_mass(shapes, spreads), near, known, kinds, (choices, table))
    unknown = ~determined(shapes, spreads, choices)
    names, own = [], [_id(int(kind), table) for kind in kinds]
    for factor in range(found.factors):
        at = int(choice.categories[factor])
        compound = choice.compound[factor]
        basis: Basis = "likelihood" if compound is None else "compound"
        names.append(
            FactorName(
                f"factor_{factor + 1}",
                None if at == NO_CATEGORY else table.ids()[at],
                _verdict(at, basis, float(choice.support[factor]), choices),
                basis,
                float(choice.support[factor]),
                _ordered(choice.probabilities[factor], table),
                candidates(near, factor, known.profiles, own, choices, compound),
                _markers(found, factor),
                tuple(name for name, one in zip(compared, unknown[factor], strict=True) if one),
            )
        )
    return FactorNames(tuple(names), compared, left_out, len(known.profiles))


def _choose(
    mass: Array,
    near: Comparison,
    published: Published,
    kinds: Numbers,
    tables: tuple[NamingConfig, SourceCategories],
) -> _Choice:
    config, table = tables
    likely = category_probabilities(near.log_likelihood, kinds, len(table.categories), config.nearest)
    chosen = chosen_categories(likely, near.acceptable(config), kinds)
    support = np.array([likely[row, one] if one != NO_CATEGORY else 0.0 for row, one in enumerate(chosen)])
    shares = np.where(kinds == NO_CATEGORY, 0.0, compound_shares(mass, near, published, config))
    largest = shares.max(1, initial=0.0)
    compound = largest > config.compound_share
    if compound.any():
        chosen = np.where(compound, kinds[shares.argmax(1)], chosen)
    rows = [int(row) if found else None for row, found in zip(shares.argmax(1), compound, strict=True)]
    return _Choice(chosen, np.where(compound, largest, support), rows, likely)


def _columns(found: Factorisation, profiles: Profiles) -> tuple[list[int], dict[str, str]]:
    table, species = species_table(), found.samples.species
    keys = [species_key(name) for name in species]
    apart, stated = set(table.parts_apart(keys)), set(profiles.species)
    left_out = {}
    for name, key in zip(species, keys, strict=True):
        known = table.known(name)
        if known and known.total:
            left_out[name] = "the total mass"
        elif key not in stated:
            left_out[name] = "in no published profile" if known else "not in the table of species"
        elif key not in apart:
            left_out[name] = "its parts are there too"
    columns = [column for column, name in enumerate(species) if name not in left_out]
    if len(columns) < 2:
        reasons = "; ".join(f"{name}: {why}" for name, why in list(left_out.items())[:5])
        raise InputError(
            f"{len(columns)} of {len(species)} species of the factors are in published profiles",
            remedy=f"At least two are needed ({reasons})",
        )
    return columns, left_out


def _kinds(profiles: Profiles, table: SourceCategories) -> Numbers:
    number = {name: at for at, name in enumerate(table.ids())}
    kinds = [table.of_profile(text) for text in profiles.texts]
    return np.array([NO_CATEGORY if kind is None else number[kind] for kind in kinds], np.int64)


def _id(kind: int, table: SourceCategories) -> str | None:
    return None if kind == NO_CATEGORY else table.ids()[kind]


def _verdict(chosen: int, basis: Basis, support: float, config: NamingConfig) -> Verdict:
    if chosen == NO_CATEGORY:
        return "no match"
    return "named" if basis == "compound" or support >= config.least_support else "uncertain"


def _ordered(likely: Array, table: SourceCategories) -> dict[str, float]:
    order = [int(at) for at in np.argsort(-likely, kind="stable") if likely[at] >= _TOLD]
    return {table.ids()[at]: float(likely[at]) for at in order}


def _markers(found: Factorisation, factor: int) -> tuple[str, ...]:
    shares = found.species_shares[factor]
    table = species_table()
    totals = {one for one in found.samples.species if (known := table.known(one)) and known.total}
    return tuple(
        name
        for name, share in zip(found.samples.species, shares, strict=True)
        if share > _MARKER and name not in totals
    )
