"""What factors are taken for: a category each, its candidates, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Basis", "Candidate", "FactorName", "FactorNames", "Verdict"]

Basis = Literal["compound", "likelihood"]
Verdict = Literal["named", "uncertain", "no match"]


@dataclass(frozen=True)
class Candidate:
    """One profile near a factor.

    Attributes:
        profile: its `collection:code`.
        name: of the source.
        category: its category; None where it has none.
        pearson_distance: PD.
        identity_distance: SID.
        uncentred_correlation: cosine.
        weighted_difference: WD.
        misfit: root mean square difference over the uncertainty of both, the mass at its best.
        species: how many were compared for the distances.
        acceptable: whether PD, SID and misfit are within their limits.
    """

    profile: str
    name: str
    category: str | None
    pearson_distance: float | None
    identity_distance: float | None
    uncentred_correlation: float | None
    weighted_difference: float | None
    misfit: float | None
    species: int
    acceptable: bool


@dataclass(frozen=True)
class FactorName:
    """What one factor is taken for.

    Attributes:
        factor: its number as in the tables, `factor_1`.
        category: id of its category; None where nothing is near.
        verdict: uncertain where the category is not likely enough.
        basis: `compound` where a compound makes most of the factor, else the likelihood of the profiles.
        support: probability of the category among all; the compound's share of the factor's known mass where
            that is the basis; zero for no match.
        probabilities: of the categories, the likeliest first, from 1 %.
        candidates: the likeliest profiles.
        markers: species of which this factor makes more than half.
        undetermined: species left out of the distances: the samples do not tell how much the factor has.
    """

    factor: str
    category: str | None
    verdict: Verdict
    basis: Basis
    support: float
    probabilities: dict[str, float]
    candidates: tuple[Candidate, ...]
    markers: tuple[str, ...]
    undetermined: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactorNames:
    """The names of all factors.

    Attributes:
        factors: one each.
        compared: species that were compared.
        left_out: by species, why it was not.
        profiles: how many were held against them.
    """

    factors: tuple[FactorName, ...]
    compared: tuple[str, ...]
    left_out: dict[str, str]
    profiles: int

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Factors without a category."""
        return tuple(one.factor for one in self.factors if one.category is None)
