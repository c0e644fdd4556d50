"""One inventory over another: what the bureau knows replaces the prior, source by source."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.merging.joining import (
    joined_areas,
    joined_points,
    joined_profiles,
    joined_uncertainty,
    laid_areas,
    share_inside,
)
from emissions_inventory.merging.parts import by_sector, with_species, without
from emissions_inventory.speciation import with_carbon
from emissions_inventory.trail import check_kept

__all__ = ["merged"]

_MOST_TOLD = 20


def merged(base: Inventory, update: Inventory, beside: Collection[str] = ()) -> Inventory:
    """An inventory in which an update replaces every source of the base that it holds.

    A source is a sector in a region. Where the update has one, all that the base has of it, areas and points,
    gives way in the species that the update knows; BC and OC of an update without them follow from its PM2.5,
    other species stay as the base has them. Sectors named in `beside` are added instead, as when a table of
    large plants comes beside an estimate of small ones.

    Args:
        base: such as the prior.
        update: such as the table of enterprises, with at least the months of the base.
        beside: ids of sectors of which both are kept.

    Returns:
        The months, species and grid of the base. The trail tells what gave way.

    Raises:
        InputError: when the update lacks a month of the base or shares no species with it.
    """
    given = with_species(with_carbon(update), base)
    sources = {pair for pair in given.sources if pair[0] not in beside}
    stay, kept_points = without(base, sources, given.known)
    lower = laid_areas(given.areas, update.grid, base.grid)
    beyond = by_sector(given.areas, 1.0 - share_inside(given.areas, update.grid, base.grid))
    made = Inventory(
        base.grid, base.months, base.species, joined_areas(stay.areas, lower),
        joined_points(stay.points, given.points), joined_uncertainty(stay, given, base, update),
        f"{base.title} + {update.title}", base.trail, joined_profiles(base, kept_points, update),
    )  # fmt: skip
    before = [by_sector(part) for part in (stay.areas, stay.points, given.areas, given.points)]
    check_kept(np.sum(before, axis=0) - beyond, by_sector(made.areas) + by_sector(made.points), "merging")
    gone = by_sector(base.areas) + by_sector(base.points) - before[0] - before[1]
    left_out = (gone + beyond).sum((0, 1)) / 1000.0
    return made.after(
        "merge",
        f"{update.title or 'an inventory'} over {base.title or 'another'}: {len(sources)} sources",
        parents=(base.version, update.version),
        inputs=tuple(one for step in update.trail for one in step.inputs),
        dropped_t=dict(zip(base.species, map(float, left_out), strict=True)),
        notes=_notes(base, given.known, given.empty & sources),
    )


def _notes(base: Inventory, known: Collection[str], empty: set[tuple[str, str]]) -> tuple[str, ...]:
    notes = ["dropped_t: what gave way in the first, and what of the second lies outside the grid"]
    if lacking := [name for name in base.species if name not in known]:
        notes.append(f"the second does not know {', '.join(lacking)}; the first's stay")
    if empty:
        names = sorted(f"{sector}.{region}" for sector, region in empty)
        notes.append(f"{len(names)} sources are 0 in the second: {', '.join(names[:_MOST_TOLD])}")
    return tuple(notes)
