"""Cuts applied to an inventory: factors multiply, what is not cut stays to the last bit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.scenarios.cut import Cut
from emissions_inventory.scenarios.cut_text import parse_cuts
from emissions_inventory.scenarios.enterprises import listed_shares
from emissions_inventory.scenarios.factors import Factors, check_particles
from foundation.errors import InputError
from foundation.provenance import InputRecord, record_input

__all__ = ["apply_cuts"]


@dataclass(frozen=True)
class _Reach:
    """What a cut reaches: shares cut, (point, species) and (area, species), and what to say about it."""

    points: np.ndarray
    areas: np.ndarray
    notes: tuple[str, ...]


def apply_cuts(inventory: Inventory, cuts: str | Iterable[str | Cut]) -> Inventory:
    """The inventory after cuts.

    Several cuts of one source multiply: 30 % and 50 % leave 0.7 x 0.5 of it, in any order.

    Args:
        inventory: before.
        cuts: cuts, or their text (see `cut_text`).

    Returns:
        An inventory of another version with one more step, whose parent is the version before. The notes of
        the step tell what the cuts reach, and what they could not: cells of a region of which only a county
        is cut, and enterprises that the inventory does not hold.

    Raises:
        InputError: when a cut reaches nothing, or the particles of a source would contradict one another.
    """
    given: list[str | Cut] = [cuts] if isinstance(cuts, str) else list(cuts)
    chosen = [
        one
        for part in given
        for one in ((part,) if isinstance(part, Cut) else parse_cuts(part))
    ]  # fmt: skip
    if not chosen:
        raise InputError("no cut is given", remedy="Write for example industry=0.3@urumqi")
    factors = Factors.ones(inventory)
    notes: list[str] = []
    for cut in chosen:
        reach = _reach(inventory, cut)
        factors.points *= 1.0 - reach.points
        factors.areas *= 1.0 - reach.areas
        notes += reach.notes
    after = factors.applied(inventory)
    check_particles(inventory, after, "cuts")
    return after.after(
        "scenario", "cuts: " + ", ".join(cut.text for cut in chosen), parents=(inventory.version,),
        inputs=_lists(chosen), notes=tuple(notes),
    )  # fmt: skip


def _lists(cuts: Sequence[Cut]) -> tuple[InputRecord, ...]:
    paths = dict.fromkeys(cut.enterprises for cut in cuts if cut.enterprises)
    return tuple(record_input(path, "enterprise list") for path in paths)


def _reach(inventory: Inventory, cut: Cut) -> _Reach:
    points, areas = _reached(inventory, cut)
    wanted = np.isin(inventory.species, cut.species) if cut.species else np.ones(len(inventory.species), bool)
    notes: list[str] = []
    amounts = np.full((len(points), len(wanted)), cut.amount or 0.0)
    if cut.enterprises:
        amounts, notes = listed_shares(inventory, cut, points)
        points &= ~np.isnan(amounts).all(axis=1)
    of_points = np.where(points[:, None] & wanted, amounts, 0.0)
    of_areas = np.where(areas[:, None] & wanted, cut.amount or 0.0, 0.0)
    _check_something(inventory, cut, points, areas, wanted)
    head = f"{cut.text}: {int(points.sum())} points, {int(areas.sum())} area sources"
    if "pm25" in cut.species and "pm10" not in cut.species and "pm10" in inventory.species:
        notes = [*notes, f"{cut.text}: PM10, which includes PM2.5, is not cut; [pm] cuts both"]
    return _Reach(of_points, of_areas, (head, *notes, *_left_out(inventory, cut, points)))


def _reached(inventory: Inventory, cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    """Points and area sources of the sectors, areas and grades of a cut."""
    points, areas = inventory.points, inventory.areas
    of_points, of_areas = np.ones(len(points), bool), np.ones(len(areas), bool)
    if cut.sectors:
        of_points &= np.isin(points.sector, cut.sectors)
        of_areas &= np.isin(areas.sector, cut.sectors)
    if cut.scopes:
        of_points &= np.any([scope.of_points(points) for scope in cut.scopes], axis=0)
        of_areas &= np.any([scope.of_areas(areas) for scope in cut.scopes], axis=0)
    if cut.grades:
        of_points &= np.isin(points.grade, cut.grades)
    if cut.points_only:
        of_areas[:] = False
    return of_points, of_areas


def _check_something(
    inventory: Inventory, cut: Cut, points: np.ndarray, areas: np.ndarray, wanted: np.ndarray
) -> None:
    mass = inventory.points.emission[:, points][..., wanted].sum()
    mass += inventory.areas.emission[:, areas][..., wanted].sum()
    if mass > 0:
        return
    what = [f"of sector {', '.join(cut.sectors)}"] if cut.sectors else []
    what += [f"of grade {', '.join(cut.grades)}"] if cut.grades else []
    what += [f"of the enterprises in {cut.enterprises}"] if cut.enterprises else []
    what += [f"of {', '.join(cut.species)}"] if cut.species else []
    where = " in " + " + ".join(scope.text for scope in cut.scopes) if cut.scopes else ""
    counties = [scope for scope in cut.scopes if scope.partly and not cut.points_only]
    remedy = f"The inventory holds {', '.join(inventory.sectors())} in {', '.join(inventory.regions())}"
    if counties:
        remedy = f"Cells are known by region alone: name a whole region, such as {counties[0].partly[0]}"
    raise InputError(f"cut {cut.text!r}: nothing {' '.join(what)}{where}", remedy=remedy)


def _left_out(inventory: Inventory, cut: Cut, reached: np.ndarray) -> tuple[str, ...]:
    """What a county cut could not reach."""
    if not any(scope.partly for scope in cut.scopes):
        return ()
    scopes = cut.scopes
    areas, points = inventory.areas, inventory.points
    cells = np.any([scope.left_out(areas) for scope in scopes], axis=0)
    cells &= ~np.any([scope.of_areas(areas) for scope in scopes], axis=0)
    unplaced = np.any([scope.unplaced(points) for scope in scopes], axis=0) & ~reached
    if cut.sectors:
        cells &= np.isin(areas.sector, cut.sectors)
        unplaced &= np.isin(points.sector, cut.sectors)
    notes = []
    if cells.any() and not cut.points_only:
        regions = ", ".join(dict.fromkeys(map(str, areas.region[cells])))
        notes.append(
            f"{cut.text}: {int(cells.sum())} area sources of {regions} lie only partly there, not cut"
        )
    if unplaced.any():
        notes.append(f"{cut.text}: {int(unplaced.sum())} points without a county code, not cut")
    return tuple(notes)
