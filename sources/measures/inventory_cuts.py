"""Cuts of counties, enterprises and grades, by the inventory before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.run_months import run_months
from emissions_inventory.scenarios.application import apply_cuts
from emissions_inventory.scenarios.cut import Cut
from emissions_inventory.speciation import is_emitted, model_amounts
from foundation.errors import InputError
from sources.measures.emission_totals import EmissionTotals

__all__ = ["inventory_cuts", "totals_of", "weighted"]

_OF_MODEL = ("ppm_fine", "ppm_coarse", "so2", "nox", "voc", "co")


def inventory_cuts(
    inventory: Inventory, cuts: Sequence[Cut], hours: np.ndarray
) -> tuple[EmissionTotals, np.ndarray, tuple[str, ...]]:
    """What cuts take from each sector of each region, by the inventory.

    Args:
        inventory: of the run.
        cuts: any.
        hours: starts of the hours of the run, UTC, (time,).

    Returns:
        Totals of the inventory, shares cut (pair, species), and what the cuts reach and what they could not.

    Raises:
        InputError: as `apply_cuts`, and when the inventory has no month near the season of the run.
    """
    after = apply_cuts(inventory, cuts)
    before, later = (totals_of(one, hours) for one in (inventory, after))
    taken = before.kg - later.kg
    share = np.divide(taken, before.kg, out=np.zeros_like(taken), where=before.kg > 0)
    return before, np.clip(share, 0.0, 1.0), after.trail[-1].notes


def totals_of(inventory: Inventory, hours: np.ndarray) -> EmissionTotals:
    """What an inventory emits on a mean day of a run, at the mean rates of its months.

    Args:
        inventory: any.
        hours: starts of hours, UTC, (time,).
    """
    species = [name for name in _OF_MODEL if is_emitted(name, inventory.species)]
    sector = np.concatenate([inventory.areas.sector, inventory.points.sector])
    region = np.concatenate([inventory.areas.region, inventory.points.region])
    emission = np.concatenate([inventory.areas.emission, inventory.points.emission], axis=1)
    mass = np.zeros((len(sector), len(species)))
    for month in run_months(inventory, hours)[0]:
        weight = 86400.0 * float(month.holds.mean()) / month.seconds
        mass += weight * model_amounts(emission[month.held], inventory.species, species)
    pairs, place = np.unique(np.char.add(np.char.add(sector, "|"), region), return_inverse=True)
    sectors, regions = (np.array(part) for part in zip(*(pair.split("|") for pair in pairs), strict=True))
    kg = np.stack([np.bincount(place.ravel(), column, len(pairs)) for column in mass.T], axis=1)
    tags = np.array(source_labels().tags_of(sectors, regions))
    return EmissionTotals(sectors, regions, tags, tuple(species), kg)


def weighted(
    totals: EmissionTotals, found: EmissionTotals, shares: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Shares found with the inventory, on the sectors and regions of the totals of the run.

    Args:
        totals: of the run.
        found: of the inventory.
        shares: cut, (pair of `found`, species of `found`).

    Returns:
        Shares (pair of `totals`, species of `totals`), and a line on what the run does not hold.

    Raises:
        InputError: when nothing that is cut is emitted in the run.
    """
    place = {pair: number for number, pair in enumerate(zip(found.sector, found.region, strict=True))}
    made = np.zeros_like(totals.kg)
    for number, pair in enumerate(zip(totals.sector, totals.region, strict=True)):
        for column, name in enumerate(totals.species):
            if pair in place and name in found.species:
                made[number, column] = shares[place[pair], found.species.index(name)]
    held = set(zip(totals.sector, totals.region, strict=True))
    outside = [f"{pair[0]} of {pair[1]}" for pair, number in place.items() if shares[number].any()
               and pair not in held]  # fmt: skip
    if not (made * totals.kg).any():
        raise InputError(
            f"the cut reaches nothing that the run emits{': ' * bool(outside)}{', '.join(outside)}",
            remedy="Cut what lies in the domain of the run",
        )
    return made, (f"outside the domain of the run: {', '.join(outside)}",) if outside else ()
