"""One inventory over another: what the bureau knows replaces the prior, source by source."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.merging.joining import (
    joined_areas,
    joined_points,
    joined_profiles,
    joined_uncertainty,
    laid_areas,
    share_inside,
)
from emissions_inventory.merging.parts import Parts, Source, by_sector, with_species, without
from emissions_inventory.speciation import with_carbon
from emissions_inventory.trail import check_kept

__all__ = ["merged"]

_MOST_TOLD = 20
_MUCH_LESS = 0.5
_MAIN = ("so2", "nox", "pm25", "voc")


def merged(
    base: Inventory, update: Inventory, beside: Collection[str] = (), *, by_class: bool = False
) -> Inventory:
    """An inventory in which an update replaces every source of the base that it holds.

    A source is a sector in a region. Where the update has one, all that the base has of it, areas and points,
    gives way in the species of which the update tells more than 0; BC and OC of an update without them follow
    from its PM2.5, everything else stays as the base has it. Sectors named in `beside` are added instead, as
    when a table of large plants comes beside an estimate of small ones.

    Args:
        base: such as the prior.
        update: such as the table of enterprises, with at least the months of the base.
        beside: ids of sectors of which both are kept.
        by_class: whether a source of the update stands for its whole class of MEIC in that region, as it does
            in an inventory whose industry is one sector; sectors of that class give way with it.

    Returns:
        The months, species and grid of the base. The trail tells what gave way, and where that was much more
        than what came.

    Raises:
        InputError: when the update lacks a month of the base or shares no species with it.
    """
    given = with_species(with_carbon(update), base)
    gone = _gone(given, beside, by_class=by_class)
    stay, kept_points = without(base, gone)
    lower = laid_areas(given.areas, update.grid, base.grid)
    beyond = by_sector(given.areas, 1.0 - share_inside(given.areas, update.grid, base.grid))
    made = Inventory(
        base.grid, base.months, base.species, joined_areas(stay.areas, lower),
        joined_points(stay.points, given.points), joined_uncertainty(stay, given, base, update),
        f"{base.title} + {update.title}", base.trail, joined_profiles(base, kept_points, update),
    )  # fmt: skip
    before = [by_sector(part) for part in (stay.areas, stay.points, given.areas, given.points)]
    check_kept(np.sum(before, axis=0) - beyond, by_sector(made.areas) + by_sector(made.points), "merging")
    left_out = by_sector(base.areas) + by_sector(base.points) - before[0] - before[1] + beyond
    return made.after(
        "merge",
        f"{update.title or 'an inventory'} over {base.title or 'another'}: {len(gone)} sources",
        parents=(base.version, update.version),
        inputs=tuple(one for step in update.trail for one in step.inputs),
        dropped_t=dict(zip(base.species, map(float, left_out.sum((0, 1)) / 1000.0), strict=True)),
        notes=_notes(base, update, given, gone),
    )


def _gone(given: Parts, beside: Collection[str], *, by_class: bool) -> dict[Source, np.ndarray]:
    """In which species each source of the base gives way, bool, (species,)."""
    told = {source: amount > 0 for source, amount in given.sums.items() if source[0] not in beside}
    if not by_class:
        return told
    classes = {sector.id: sector.meic for sector in source_labels().sectors}
    every: dict[Source, np.ndarray] = {}
    for (sector, region), species in told.items():
        alike = [name for name, group in classes.items() if group and group == classes[sector]]
        for name in {sector, *alike} - set(beside):
            every[name, region] = every.get((name, region), False) | species
    return every


def _notes(
    base: Inventory, update: Inventory, given: Parts, gone: dict[Source, np.ndarray]
) -> tuple[str, ...]:
    notes = ["dropped_t: what gave way in the first, and what of the second lies outside the grid"]
    notes += [note for step in update.trail for note in step.notes]
    silent = [source for source, species in gone.items() if not species.any()]
    if silent:
        notes.append(_listed("sources are 0 in the second, the first's stay", silent))
    if fewer := _much_less(base, given, gone):
        notes.append(_listed("sources give way to less than half (beside keeps both)", fewer))
    return tuple(notes)


def _much_less(base: Inventory, given: Parts, gone: dict[Source, np.ndarray]) -> list[Source]:
    """Sources of which much more gives way than comes, in a main species."""
    held = Parts(base.areas, base.points).sums
    main = np.array([name in _MAIN for name in base.species])
    nothing = np.zeros(len(base.species))
    return [
        source
        for source, species in gone.items()
        if source in held
        and (given.sums.get(source, nothing) < _MUCH_LESS * held[source])[main & species].any()
    ]


def _listed(what: str, sources: list[Source]) -> str:
    names = sorted(f"{sector}.{region}" for sector, region in sources)
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    return f"{len(names)} {what}: {', '.join(names[:_MOST_TOLD])}{more}"
