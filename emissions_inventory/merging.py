"""One inventory over another: what the bureau knows replaces the prior, source by source."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import TypeVar

import numpy as np
import xarray as xr

from emissions_inventory.emitters import AreaSources, PointSources, Stacks, WeekProfiles
from emissions_inventory.inventory import Inventory
from emissions_inventory.streams import Entries, laid_on
from emissions_inventory.trail import check_kept
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["merged"]

Part = TypeVar("Part", AreaSources, PointSources)


def merged(base: Inventory, update: Inventory, beside: Collection[str] = ()) -> Inventory:
    """An inventory in which an update replaces every source of the base that it holds.

    A source is a sector in a region. Where the update has one, all that the base has of it, areas and points,
    gives way; sectors named in `beside` are added instead, as when a table of large plants comes beside an
    estimate of small ones.

    Args:
        base: such as the prior.
        update: such as the table of enterprises, with at least the months and species of the base.
        beside: ids of sectors of which both are kept.

    Returns:
        The months, species and grid of the base. The trail tells what gave way.

    Raises:
        InputError: when the update lacks a month or a species that the base holds.
    """
    months = _places("month", base.months, update.months)
    species = _places("species", base.species, update.species)
    areas, points = _chosen(update.areas, months, species), _chosen(update.points, months, species)
    sources = {pair for part in (areas, points) for pair in _sources(part) if pair[0] not in beside}
    stay_area, stay_point = (_stays(part, sources) for part in (base.areas, base.points))
    lower = _on_grid(areas, update.grid, base.grid)
    made = Inventory(
        base.grid, base.months, base.species, _joined_areas(base.areas, stay_area, lower),
        _joined_points(base.points.take(stay_point), points), _uncertainty(base, update),
        f"{base.title} + {update.title}", base.trail, _profiles(base, update, stay_point),
    )  # fmt: skip
    gone = _sums(base.areas.emission[:, ~stay_area]) + _sums(base.points.emission[:, ~stay_point])
    outside = _sums(areas.emission) - _sums(lower.emission)
    stays = _sums(base.areas.emission) + _sums(base.points.emission) - gone
    expected = stays + _sums(areas.emission) + _sums(points.emission) - outside
    check_kept(expected, _sums(made.areas.emission) + _sums(made.points.emission), "merging")
    return made.after(
        "merge",
        f"{update.title or 'an inventory'} over {base.title or 'another'}: {len(sources)} sources",
        parents=(base.version, update.version),
        inputs=tuple(one for step in update.trail for one in step.inputs),
        dropped_t=dict(zip(base.species, map(float, (gone + outside) / 1000.0), strict=True)),
        notes=("dropped_t: what gave way in the first, and what of the second lies outside the grid",),
    )


def _places(kind: str, wanted: Sequence[str], held: Sequence[str]) -> list[int]:
    lacking = [name for name in wanted if name not in held]
    if lacking:
        raise InputError(f"the second inventory has no {kind} {lacking[0]}; it holds {', '.join(held)}",
                         remedy=f"Build both for the same {kind}s")  # fmt: skip
    return [held.index(name) for name in wanted]


def _chosen(part: Part, months: Sequence[int], species: Sequence[int]) -> Part:
    return replace(part, emission=part.emission[months][:, :, species])


def _sources(part: AreaSources | PointSources) -> set[tuple[str, str]]:
    return set(zip(map(str, part.sector), map(str, part.region), strict=True))


def _stays(part: AreaSources | PointSources, gone: set[tuple[str, str]]) -> np.ndarray:
    """Entries whose source does not give way, (entry,)."""
    pairs = zip(map(str, part.sector), map(str, part.region), strict=True)
    return np.array([pair not in gone for pair in pairs], bool)


def _sums(emission: np.ndarray) -> np.ndarray:
    return np.asarray(emission.sum((0, 1)))


def _on_grid(areas: AreaSources, source: Grid, grid: Grid) -> AreaSources:
    """The same areas on another grid, without what lies outside."""
    months, entries, species = areas.emission.shape
    cell = areas.row * source.shape[2] + areas.column
    rate = areas.emission.transpose(1, 0, 2).reshape(entries, months * species)
    laid = laid_on(Entries(areas.sector, areas.region, cell, rate), source, grid)
    row, column = np.divmod(laid.cell, grid.shape[2])
    emission = laid.rate.reshape(len(laid.cell), months, species).transpose(1, 0, 2)
    return AreaSources(laid.sector, laid.region, row, column, emission)


def _joined_areas(base: AreaSources, stay: np.ndarray, more: AreaSources) -> AreaSources:
    joined = {
        one.name: np.concatenate([getattr(base, one.name)[stay], getattr(more, one.name)])
        for one in fields(AreaSources)
        if one.name != "emission"
    }
    return AreaSources(**joined, emission=np.concatenate([base.emission[:, stay], more.emission], axis=1))


def _joined_points(ours: PointSources, theirs: PointSources) -> PointSources:
    def both(mine: object, others: object, names: list[str]) -> dict[str, np.ndarray]:
        return {name: np.concatenate([getattr(mine, name), getattr(others, name)]) for name in names}

    plain = [one.name for one in fields(PointSources) if one.name not in {"stacks", "emission"}]
    stacks = both(ours.stacks, theirs.stacks, [one.name for one in fields(Stacks)])
    emission = np.concatenate([ours.emission, theirs.emission], axis=1)
    return PointSources(**both(ours, theirs, plain), stacks=Stacks(**stacks), emission=emission)


def _uncertainty(base: Inventory, update: Inventory) -> xr.DataArray:
    """That of the update for the sectors that it holds, that of the base for the others."""
    held = update.uncertainty.sel(species=list(base.species), sector=list(update.sectors()))
    stays = [name for name in map(str, base.uncertainty["sector"].values) if name not in update.sectors()]
    return xr.concat([held, base.uncertainty.sel(sector=stays)], "sector")


def _profiles(base: Inventory, update: Inventory, stay: np.ndarray) -> WeekProfiles:
    """Weeks of the points that stay, then those of the update, at their new places."""
    place = np.cumsum(stay) - 1
    mine = stay[base.profiles.point]
    return WeekProfiles(
        np.concatenate([place[base.profiles.point[mine]], update.profiles.point + int(stay.sum())]),
        np.concatenate([base.profiles.weight[mine], update.profiles.weight]),
    )
