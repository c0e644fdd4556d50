"""The parts of two inventories put together on one grid."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import xarray as xr

from emissions_inventory.emitters import AreaSources, PointSources, Stacks, WeekProfiles
from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels
from emissions_inventory.merging.parts import Parts, by_sector
from emissions_inventory.streams import Entries, laid_on
from foundation.grids import Grid

__all__ = [
    "joined_areas", "joined_points", "joined_profiles", "joined_uncertainty", "laid_areas", "share_inside",
]  # fmt: skip


def laid_areas(areas: AreaSources, source: Grid, grid: Grid) -> AreaSources:
    """The same areas on another grid, without what lies outside."""
    months, entries, species = areas.emission.shape
    cell = areas.row * source.shape[2] + areas.column
    rate = areas.emission.transpose(1, 0, 2).reshape(entries, months * species)
    laid = laid_on(Entries(areas.sector, areas.region, cell, rate), source, grid)
    row, column = np.divmod(laid.cell, grid.shape[2])
    emission = laid.rate.reshape(len(laid.cell), months, species).transpose(1, 0, 2)
    return AreaSources(laid.sector, laid.region, row, column, emission)


def share_inside(areas: AreaSources, source: Grid, grid: Grid) -> np.ndarray:
    """Share of each entry's cell that lies within the outline of another grid, (entry,), on the sphere."""
    across = _overlap(source.lon_edges, grid.lon_edges[[0, -1]])
    up = _overlap(*(np.sin(np.deg2rad(edges)) for edges in (source.lat_edges, grid.lat_edges[[0, -1]])))
    return np.asarray(up[areas.row] * across[areas.column])


def _overlap(edges: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Share of each interval that lies within a span."""
    held = np.clip(np.minimum(edges[1:], span[1]) - np.maximum(edges[:-1], span[0]), 0.0, None)
    return np.asarray(held / np.diff(edges))


def joined_areas(first: AreaSources, second: AreaSources) -> AreaSources:
    """Both, one after the other."""
    names = [one.name for one in fields(AreaSources) if one.name != "emission"]
    return AreaSources(**_both(first, second, names), emission=_along(first.emission, second.emission))


def joined_points(first: PointSources, second: PointSources) -> PointSources:
    """Both, one after the other."""
    plain = [one.name for one in fields(PointSources) if one.name not in {"stacks", "emission"}]
    stacks = Stacks(**_both(first.stacks, second.stacks, [one.name for one in fields(Stacks)]))
    return PointSources(**_both(first, second, plain), stacks=stacks,
                        emission=_along(first.emission, second.emission))  # fmt: skip


def _both(first: object, second: object, names: list[str]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names}


def _along(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.concatenate([first, second], axis=1)


def joined_profiles(base: Inventory, stays: np.ndarray, update: Inventory) -> WeekProfiles:
    """Weeks of the points that stay, then those of the update, at their new places."""
    place = np.cumsum(stays) - 1
    mine = stays[base.profiles.point]
    return WeekProfiles(
        np.concatenate([place[base.profiles.point[mine]], update.profiles.point + int(stays.sum())]),
        np.concatenate([base.profiles.weight[mine], update.profiles.weight]),
    )


def joined_uncertainty(stay: Parts, given: Parts, base: Inventory, update: Inventory) -> xr.DataArray:
    """Uncertainty of sums of two independent log-normal parts by means and variances, (sector, species).

    A sector of which one part is absent keeps the uncertainty of the other.
    """
    ids = source_labels().sector_ids()
    masses = [by_sector(part.areas).sum(0) + by_sector(part.points).sum(0) for part in (stay, given)]
    tables = [_sigma(one, ids, base.species) for one in (base, update)]
    known = [np.isfinite(table) for table in tables]
    variance = sum(
        (mass * np.sqrt(np.expm1(np.where(there, table, 0.0) ** 2))) ** 2
        for mass, table, there in zip(masses, tables, known, strict=True)
    )
    total = masses[0] + masses[1]
    relative = np.divide(variance, total**2, out=np.zeros_like(total), where=total > 0)
    both = np.sqrt(np.log1p(relative))
    made = np.where(total > 0, both, np.where(known[0], tables[0], tables[1]))
    held = np.flatnonzero(np.isfinite(made).all(1))
    names = [ids[place] for place in held]
    return xr.DataArray(made[held], dims=("sector", "species"),
                        coords={"sector": names, "species": list(base.species)})  # fmt: skip


def _sigma(inventory: Inventory, sectors: tuple[str, ...], species: tuple[str, ...]) -> np.ndarray:
    """Uncertainty by sector and species, NaN where an inventory has none."""
    table = inventory.uncertainty.reindex(sector=list(sectors), species=list(species))
    return np.asarray(table.values, dtype=float)
