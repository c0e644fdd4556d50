"""Cuts as shares of the tags that a run carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emissions_inventory.inventory import SPECIES
from emissions_inventory.scenarios.cut import Cut
from emissions_inventory.speciation import is_emitted
from foundation.errors import InputError
from sources.measures.emission_totals import EmissionTotals
from sources.measures.tagged_forecast import Sources

__all__ = ["TagCuts", "needs_inventory", "pair_cuts", "tag_cuts"]

_MIXED = 1e-9


@dataclass(frozen=True)
class TagCuts:
    """What cuts take from each tag.

    Attributes:
        species: of the model, (species,).
        share: of the emissions of a tag, 0 to 1, (species, source).
        is_part: whether only a part of the tag is cut, so that heights, hours and places of the whole stand
            in for those of the part, (source,).
        kg_cut: kilograms a day less, (species, source).
        kg: kilograms a day of the tag, (species, source).
    """

    species: tuple[str, ...]
    share: np.ndarray
    is_part: np.ndarray
    kg_cut: np.ndarray
    kg: np.ndarray


def needs_inventory(cut: Cut) -> bool:
    """Whether a cut reaches for single counties, enterprises or grades, which a run's totals do not hold."""
    return cut.points_only or any(scope.partly or not scope.regions for scope in cut.scopes)


def pair_cuts(totals: EmissionTotals, cuts: Sequence[Cut]) -> np.ndarray:
    """Share of each sector of each region that cuts take; several multiply what they leave.

    PM10 includes PM2.5: coarse particles are what is left of PM10 without PM2.5. A cut of PM2.5 alone leaves
    them as they are.

    Args:
        totals: of the run.
        cuts: of sectors, regions and species alone, see `needs_inventory`.

    Returns:
        Shares from 0 to 1, (pair, species).

    Raises:
        InputError: when a cut needs the inventory, reaches nothing, or takes more PM10 than coarse particles.
    """
    left = {name: np.ones(len(totals.tag)) for name in SPECIES}
    for cut in cuts:
        if needs_inventory(cut) or cut.amount is None:
            raise InputError(
                f"cut {cut.text!r} is of single counties, enterprises or grades, which the run does not tell",
                remedy="Give --inventory FILE, the inventory of the run",
            )
        reached = _reached(totals, cut)
        for name in cut.species or SPECIES:
            left[name] = np.where(reached, left[name] * (1.0 - cut.amount), left[name])
    return _of_model(totals, left)


def _reached(totals: EmissionTotals, cut: Cut) -> np.ndarray:
    reached = np.ones(len(totals.tag), bool)
    if cut.sectors:
        reached &= np.isin(totals.sector, cut.sectors)
    if cut.scopes:
        reached &= np.isin(totals.region, [region for scope in cut.scopes for region in scope.regions])
    moved = [name for name in totals.species if _needs(name) & set(cut.species or SPECIES)]
    if not sum(float(totals.of_species(name)[reached].sum()) for name in moved) > 0:
        raise InputError(
            f"cut {cut.text!r} reaches nothing that the run carries and emits",
            remedy=f"It emits {', '.join(totals.species)} of {', '.join(dict.fromkeys(totals.sector))} in "
            f"{', '.join(dict.fromkeys(totals.region))}",
        )
    return reached


def _needs(species: str) -> set[str]:
    """Species of an inventory that one of the model is made from."""
    return {name for name in SPECIES if not is_emitted(species, [one for one in SPECIES if one != name])}


def _of_model(totals: EmissionTotals, left: dict[str, np.ndarray]) -> np.ndarray:
    shares = np.zeros_like(totals.kg)
    for number, name in enumerate(totals.species):
        if name == "ppm_coarse":
            shares[:, number] = _coarse(totals, left)
        else:
            shares[:, number] = 1.0 - left["pm25" if name == "ppm_fine" else name]
    return shares


def _coarse(totals: EmissionTotals, left: dict[str, np.ndarray]) -> np.ndarray:
    fine, coarse = totals.of_species("ppm_fine"), totals.of_species("ppm_coarse")
    after = coarse * left["pm10"] + fine * (left["pm10"] - left["pm25"])
    if (after < -1e-9 * (fine + coarse)).any():
        worst = int(np.argmin(after))
        raise InputError(
            f"{totals.sector[worst]} of {totals.region[worst]} would have less PM10 than PM2.5",
            remedy="PM10 includes PM2.5: cut them together, as [pm]",
        )
    share = 1.0 - np.divide(after, coarse, out=np.ones_like(coarse), where=coarse > 0)
    return np.asarray(np.clip(share, 0.0, 1.0))


def tag_cuts(
    totals: EmissionTotals,
    shares: np.ndarray,
    sources: Sources,
    species: Sequence[str],
    uneven: bool = False,
) -> TagCuts:
    """Cuts of sectors of regions as cuts of tags, by mass.

    Args:
        totals: of the run.
        shares: cut, (pair, species of the totals).
        sources: of the run.
        species: of the model that are wanted, in their order.
        uneven: whether what is cut within a sector of a region differs, as with enterprises.

    Raises:
        InputError: when a tag that is cut is none of the run.
    """
    held = [name for name in species if name in totals.species]
    kg, share = np.zeros((2, len(totals.tag), len(species)))
    for name in held:
        kg[:, species.index(name)] = totals.of_species(name)
        share[:, species.index(name)] = shares[:, totals.species.index(name)]
    missing = set(totals.tag[(kg * share > 0).any(axis=1)]) - set(sources.ids)
    if missing:
        raise InputError(
            f"the run carries no tag {min(missing)!r}", remedy="Use the files of one run together"
        )
    total, cut = (totals.by_tag(part, sources.ids).T for part in (kg, kg * share))
    of_tag = np.divide(cut, total, out=np.zeros_like(cut), where=total > 0)
    if uneven:
        is_part = ((of_tag > 0) & (of_tag < 1)).any(axis=0)
    else:
        is_part = _differs(totals, np.where(kg > 0, share, 0.0), of_tag, sources)
    return TagCuts(tuple(species), of_tag, is_part, cut, total)


def _differs(totals: EmissionTotals, share: np.ndarray, of_tag: np.ndarray, sources: Sources) -> np.ndarray:
    """Whether a sector of a region loses more than its tag does, (source,)."""
    largest = [share[totals.tag == tag].max(axis=0, initial=0.0) for tag in sources.ids]
    return np.asarray((np.transpose(largest) - of_tag > _MIXED).any(axis=0))
