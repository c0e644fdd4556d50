"""Sums of two inventories side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import source_labels

__all__ = ["aligned_totals", "change_records", "percent"]

_TONNE = 1000.0


def aligned_totals(a: Inventory, b: Inventory, months: tuple[str, ...]) -> tuple[xr.DataArray, xr.DataArray]:
    """Sums of two inventories over months, t, (sector, region, species), on the same coordinates.

    Sectors and regions are those of either, in the order of the labels; what one lacks is 0 there. Species
    are those of both.

    Args:
        a: an inventory.
        b: another.
        months: which both hold.
    """
    species = [name for name in a.species if name in b.species]
    sums = [one.totals().sel(month=list(months), species=species).sum("month") / _TONNE for one in (a, b)]
    orders = {
        "sector": _joined(source_labels().sector_ids(), a.sectors(), b.sectors()),
        "region": _joined(source_labels().region_ids(), a.regions(), b.regions()),
    }
    first, second = (one.reindex(orders, fill_value=0.0) for one in sums)
    return first, second


def _joined(every: tuple[str, ...], first: tuple[str, ...], second: tuple[str, ...]) -> list[str]:
    return [name for name in every if name in first or name in second]


def change_records(before: xr.DataArray, after: xr.DataArray, *dims: str) -> list[dict[str, Any]]:
    """What changed, by some dimensions.

    Args:
        before: t, (sector, region, species).
        after: the same coordinates.
        *dims: to tell apart; summed over the others.

    Returns:
        A record for each combination with the names, `before_t`, `after_t`, `change_t` and `change_percent`,
        which is None where nothing was before. Combinations that are 0 in both are left out, unless they are
        species alone.
    """
    others = [str(dim) for dim in before.dims if dim not in dims]
    first, second = before.sum(others).transpose(*dims), after.sum(others).transpose(*dims)
    records = []
    for place in np.ndindex(first.shape):
        old, new = float(first.values[place]), float(second.values[place])
        if old == new == 0 and dims != ("species",):
            continue
        names = {dim: str(first[dim].values[at]) for dim, at in zip(dims, place, strict=True)}
        change = {"change_t": new - old, "change_percent": percent(new - old, old)}
        records.append({**names, "before_t": old, "after_t": new, **change})
    return records


def percent(part: float, whole: float) -> float | None:
    """A part in percent of the whole; None when there is no whole."""
    return 100.0 * part / whole if whole else None
