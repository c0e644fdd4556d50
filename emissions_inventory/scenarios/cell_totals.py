"""What each cell of the grid emits, points included, and how two inventories differ there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from emissions_inventory.inventory import Inventory
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["cell_totals", "difference_field", "shared_months"]


def cell_totals(
    inventory: Inventory,
    species: str,
    *,
    months: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
) -> xr.DataArray:
    """Mass that each cell emits, areas and points together.

    Args:
        inventory: the inventory.
        species: its name.
        months: months to sum over; all by default.
        sectors: ids of sectors to sum over; all by default.

    Returns:
        kg over these months, (y, x), with latitude and longitude of the centres; the attribute `outside_kg`
        is what points beyond the grid emit, which no cell holds.

    Raises:
        InputError: when the inventory lacks the species or a month.
    """
    if species not in inventory.species:
        raise InputError(
            f"no species {species!r}", remedy=f"The inventory holds {', '.join(inventory.species)}"
        )
    place = inventory.species.index(species)
    chosen = [inventory.month_index(month) for month in (inventory.months if months is None else months)]
    areas, points, grid = inventory.areas, inventory.points, inventory.grid
    mass_a = areas.emission[chosen, :, place].sum(axis=0)
    mass_p = points.emission[chosen, :, place].sum(axis=0)
    if sectors is not None:
        mass_a = mass_a * np.isin(areas.sector, sectors)
        mass_p = mass_p * np.isin(points.sector, sectors)
    row, column, inside = grid.cells_of(points.lon, points.lat)
    _, rows, columns = grid.shape
    cells = np.concatenate([areas.row * columns + areas.column, (row * columns + column)[inside]])
    held = np.bincount(cells, np.concatenate([mass_a, mass_p[inside]]), rows * columns)
    return xr.DataArray(
        held.reshape(rows, columns),
        dims=("y", "x"),
        coords={
            "y": ("y", grid.lat, {"units": "degrees_north"}),
            "x": ("x", grid.lon, {"units": "degrees_east"}),
        },
        name=species,
        attrs={"units": "kg", "outside_kg": float(mass_p[~inside].sum())},
    )


def shared_months(a: Inventory, b: Inventory) -> tuple[str, ...]:
    """Months that two inventories both hold.

    Raises:
        InputError: when there are none.
    """
    both = tuple(month for month in a.months if month in b.months)
    if not both:
        held = [f"{one.months[0]} to {one.months[-1]}" if one.months else "none" for one in (a, b)]
        raise InputError(
            f"the inventories share no month: {held[0]}, and {held[1]}", remedy="Build both for one month"
        )
    return both


def difference_field(
    a: Inventory, b: Inventory, species: str, *, sectors: Sequence[str] | None = None
) -> xr.DataArray:
    """Second inventory less the first, cell by cell, over the months that both hold.

    Args:
        a: an inventory.
        b: another on the same grid.
        species: its name.
        sectors: ids of sectors; all by default.

    Returns:
        kg, (y, x), as `cell_totals`; the attribute `months` names the months.

    Raises:
        InputError: when the grids differ, no month is shared, or one of the two lacks the species.
    """
    for edges in ("lon_edges", "lat_edges"):
        first, second = getattr(a.grid, edges), getattr(b.grid, edges)
        if first.shape != second.shape or not np.array_equal(first, second):
            raise InputError(
                f"the inventories lie on different grids: {_described(a.grid)}, and {_described(b.grid)}",
                remedy="Put both on one grid",
            )
    months = shared_months(a, b)
    first, second = (cell_totals(one, species, months=months, sectors=sectors) for one in (a, b))
    field = second - first
    outside = second.attrs["outside_kg"] - first.attrs["outside_kg"]
    return field.assign_attrs(units="kg", outside_kg=outside, months=list(months))


def _described(grid: Grid) -> str:
    west, east, south, north = (edges[at] for edges in (grid.lon_edges, grid.lat_edges) for at in (0, -1))
    return f"{grid.shape[2]} x {grid.shape[1]} cells in {west:g} to {east:g} °E, {south:g} to {north:g} °N"
