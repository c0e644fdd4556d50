"""Control files of MEIC applied to an inventory: factors by sector, place, month and species."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.scenarios.factors import Factors, check_particles
from emissions_inventory.scenarios.naming import plain, sectors_named, species_named
from emissions_inventory.scenarios.scope import Scope, county_scope
from foundation.errors import InputError
from foundation.provenance import InputRecord

__all__ = ["ControlFactor", "apply_control"]

_COARSE = {"pmcoarse", "pmc", "pm coarse"}
_NAMED = 8


class ControlFactor(Protocol):
    """A row of a control file, as `emissions_inventory.gridded.control_file` reads it."""

    @property
    def sector(self) -> str:
        """A sector of MEIC, or one of the labels."""

    @property
    def adcode(self) -> str:
        """County code or its beginning."""

    @property
    def month_name(self) -> str:
        """Such as `2026-01`."""

    @property
    def species(self) -> str:
        """Such as `PM25`."""

    @property
    def factor(self) -> float:
        """Emissions are multiplied by it."""

    @property
    def line(self) -> int:
        """Of the file."""


def apply_control(
    inventory: Inventory, rows: Iterable[ControlFactor], record: InputRecord | None = None
) -> Inventory:
    """The inventory with the factors of a control file.

    A row reaches the sectors of the labels that its sector of MEIC holds, points by their county code, and
    area sources of regions that lie wholly in its code. Rows that reach the same source multiply. `PMcoarse`
    is what PM10 has over PM2.5: where a file names it, PM10 becomes the sum of both parts.

    Args:
        inventory: before.
        rows: from `read_control_file`.
        record: of the file.

    Returns:
        An inventory with one more step, whose notes tell what was not applied: other months, unknown species,
        area sources of regions that lie only partly in a code.

    Raises:
        InputError: when a sector is unknown, no row reaches anything, PM10 and PMcoarse stand in one file, or
            particles would contradict one another.
    """
    every = list(rows)
    chosen = [row for row in every if row.month_name in inventory.months]
    unknown = sorted({row.species for row in chosen if not _species(row.species, inventory)})
    chosen = [row for row in chosen if _species(row.species, inventory)]
    coarse = _with_coarse(chosen)
    factors, coarse_factors = Factors.ones(inventory, by_month=True), Factors.ones(inventory, by_month=True)
    masks = {key: _reach(inventory, *key) for key in {(row.sector, row.adcode) for row in chosen}}
    reached = 0
    for row in chosen:
        into = coarse_factors if plain(row.species) in _COARSE else factors
        reached += _multiply(into, inventory, row, *masks[row.sector, row.adcode])
    if not reached:
        raise InputError(
            f"none of {len(every)} rows reaches a source of the inventory",
            where=record.path if record else "control file",
            remedy=f"The inventory holds {', '.join(inventory.months)} and {', '.join(inventory.sectors())}",
        )
    after = factors.applied(inventory)
    if coarse:
        after = _with_coarse_changed(inventory, after, coarse_factors)
    check_particles(inventory, after, "control file")
    notes = _notes(inventory, every, chosen, unknown, reached)
    inputs = (record,) if record else ()
    detail = f"control file, {reached} of {len(every)} rows applied"
    return after.after("scenario", detail, parents=(inventory.version,), inputs=inputs, notes=notes)


def _species(name: str, inventory: Inventory) -> tuple[str, ...]:
    """Species of the inventory that a row is about; PM10 for PMcoarse; none for what it does not hold."""
    if plain(name) in _COARSE:
        return ("pm10",) if {"pm10", "pm25"} <= set(inventory.species) else ()
    try:
        named = species_named(name)
    except InputError:
        return ()
    return tuple(one for one in named if one in inventory.species)


def _with_coarse(rows: Sequence[ControlFactor]) -> bool:
    coarse = [row for row in rows if plain(row.species) in _COARSE]
    whole = [row for row in rows if plain(row.species) == "pm10"]
    if coarse and whole:
        raise InputError(
            f"PM10 (row {whole[0].line}) and {coarse[0].species} (row {coarse[0].line}) stand in one file",
            where="control file", remedy="Keep one of the two: PM10 is PM2.5 and the coarse part",
        )  # fmt: skip
    return bool(coarse)


def _reach(inventory: Inventory, sector: str, adcode: str) -> tuple[np.ndarray, np.ndarray]:
    """Places of the points and of the area sources of a sector in a county code."""
    sectors, scope = _sectors(sector), _scope(adcode)
    points = np.isin(inventory.points.sector, sectors) & scope.of_points(inventory.points)
    areas = np.isin(inventory.areas.sector, sectors) & scope.of_areas(inventory.areas)
    return np.flatnonzero(points), np.flatnonzero(areas)


def _multiply(
    factors: Factors, inventory: Inventory, row: ControlFactor, points: np.ndarray, areas: np.ndarray
) -> bool:
    """Multiply the factors of what a row reaches; whether that is anything."""
    month = inventory.month_index(row.month_name)
    for name in _species(row.species, inventory):
        place = inventory.species.index(name)
        factors.points[month, points, place] *= row.factor
        factors.areas[month, areas, place] *= row.factor
    return bool(points.size or areas.size)


@lru_cache(maxsize=64)
def _sectors(name: str) -> tuple[str, ...]:
    of_meic = tuple(one.id for one in source_labels().sectors if one.meic and one.meic == plain(name))
    return of_meic or sectors_named(name)


@lru_cache(maxsize=4096)
def _scope(adcode: str) -> Scope:
    return county_scope(adcode, (adcode,))


def _with_coarse_changed(before: Inventory, after: Inventory, coarse: Factors) -> Inventory:
    """PM10 as the changed PM2.5 and the changed rest, where either changed."""
    fine, whole = before.species.index("pm25"), before.species.index("pm10")
    changed = {}
    for part in ("areas", "points"):
        old, new, factor = (
            getattr(before, part).emission,
            getattr(after, part).emission,
            getattr(coarse, part),
        )
        rest = (old[..., whole] - old[..., fine]) * factor[..., whole]
        touched = (factor[..., whole] != 1.0) | (new[..., fine] != old[..., fine])
        emission = new.copy()
        emission[..., whole] = np.where(touched, new[..., fine] + np.maximum(rest, 0.0), new[..., whole])
        changed[part] = replace(getattr(after, part), emission=emission)
    return replace(after, **changed)


def _notes(
    inventory: Inventory, every: Sequence[ControlFactor], chosen: Sequence[ControlFactor], unknown: list[str],
    reached: int,
) -> tuple[str, ...]:  # fmt: skip
    notes = []
    other = sum(row.month_name not in inventory.months for row in every)
    if other:
        notes.append(f"{other} rows are for other months")
    if unknown:
        notes.append(f"species not in the inventory: {', '.join(unknown)}")
    if len(chosen) > reached:
        notes.append(f"{len(chosen) - reached} rows reach no source of the inventory")
    partly: dict[str, str] = {}
    for adcode in dict.fromkeys(row.adcode for row in chosen):
        left = _scope(adcode).left_out(inventory.areas)
        if left.any():
            partly[adcode] = ", ".join(dict.fromkeys(map(str, inventory.areas.region[left])))
    for adcode, regions in list(partly.items())[:_NAMED]:
        notes.append(f"{adcode}: area sources of {regions} lie only partly there, not changed")
    if len(partly) > _NAMED:
        notes.append(f"the same for {len(partly) - _NAMED} more codes")
    return tuple(notes)
