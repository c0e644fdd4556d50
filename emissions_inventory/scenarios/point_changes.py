"""Points that one inventory has and another has not, or has otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from emissions_inventory.inventory import Inventory

__all__ = ["point_changes"]

_NAMES = ("name", "sector", "region", "county", "grade")
_STACK = ("height", "diameter", "temperature", "velocity")
_SAME = 1e-12
_TONNE = 1000.0


def point_changes(
    a: Inventory, b: Inventory, months: tuple[str, ...], species: list[str], most: int = 100
) -> dict[str, Any]:
    """Points added, removed and changed from one inventory to another, by their ids.

    Args:
        a: the first.
        b: the second.
        months: which both hold; emissions are compared over each of them.
        species: which both hold.
        most: points to list of each kind, those that emit or change most first.

    Returns:
        `counts` of `added`, `removed`, `changed` and `same`; and lists of that name. An entry has `id`,
        `name`, `sector`, `region` and `t` (or `change_t`) by species; a changed one `changed`: names of what
        differs.
    """
    first, second = _keys(a), _keys(b)
    there = second.get_indexer(first)
    kept = np.flatnonzero(there >= 0)
    removed, added = np.flatnonzero(there < 0), np.flatnonzero(first.get_indexer(second) < 0)
    mass_a, mass_b = _mass(a, months, species), _mass(b, months, species)
    differing = _differing(a, b, kept, there[kept], mass_a, mass_b)
    any_of = np.any(list(differing.values()), axis=0) if kept.size else np.zeros(0, bool)
    change = (mass_b[:, there[kept]] - mass_a[:, kept]).sum(axis=0)
    order = _largest(change[any_of], most)
    changed = np.flatnonzero(any_of)[order]
    return {
        "counts": {
            "added": len(added), "removed": len(removed), "changed": int(any_of.sum()),
            "same": int(kept.size - any_of.sum()),
        },
        "added": _entries(b, added, mass_b, species, most),
        "removed": _entries(a, removed, mass_a, species, most),
        "changed": [
            {
                **_named(b, int(there[kept[one]])),
                "changed": [name for name, which in differing.items() if which[one]],
                "change_t": _tonnes(change[one], species),
            }
            for one in changed
        ],
    }  # fmt: skip


def _keys(inventory: Inventory) -> pd.MultiIndex:
    """The id of each point, and how often it stood before: an id may be given twice."""
    ids = pd.Series(inventory.points.id, dtype=object)
    return pd.MultiIndex.from_arrays([ids, ids.groupby(ids).cumcount()])


def _mass(inventory: Inventory, months: tuple[str, ...], species: list[str]) -> np.ndarray:
    """kg, (month, point, species)."""
    chosen = [inventory.month_index(month) for month in months]
    places = [inventory.species.index(name) for name in species]
    return np.asarray(inventory.points.emission[chosen][:, :, places])


def _differing(
    a: Inventory, b: Inventory, mine: np.ndarray, theirs: np.ndarray, mass_a: np.ndarray, mass_b: np.ndarray
) -> dict[str, np.ndarray]:
    """What differs, by name, each (kept point,)."""
    found = {name: getattr(a.points, name)[mine] != getattr(b.points, name)[theirs] for name in _NAMES}
    found["position"] = (a.points.lon[mine] != b.points.lon[theirs]) | (
        a.points.lat[mine] != b.points.lat[theirs]
    )
    stacks = [
        ~np.isclose(getattr(a.points.stacks, name)[mine], getattr(b.points.stacks, name)[theirs],
                    rtol=_SAME, atol=0.0, equal_nan=True)
        for name in _STACK
    ]  # fmt: skip
    found["stack"] = np.any(stacks, axis=0)
    same = np.isclose(mass_a[:, mine], mass_b[:, theirs], rtol=_SAME, atol=0.0)
    found["emission"] = ~same.all(axis=(0, 2))
    return found


def _largest(mass: np.ndarray, most: int) -> np.ndarray:
    """Order of points, (point, species), by their largest share of any species."""
    scale = np.abs(mass).sum(axis=0)
    weight = (np.abs(mass) / np.where(scale > 0, scale, 1.0)).max(axis=1, initial=0.0)
    return np.argsort(-weight, kind="stable")[:most]


def _entries(
    inventory: Inventory, which: np.ndarray, mass: np.ndarray, species: list[str], most: int
) -> list[dict[str, Any]]:
    totals = mass[:, which].sum(axis=0)
    return [
        {**_named(inventory, int(which[one])), "t": _tonnes(totals[one], species)}
        for one in _largest(totals, most)
    ]


def _named(inventory: Inventory, place: int) -> dict[str, str]:
    names = ("id", "name", "sector", "region")
    return {name: str(getattr(inventory.points, name)[place]) for name in names}


def _tonnes(mass: np.ndarray, species: list[str]) -> dict[str, float]:
    return {name: float(one) / _TONNE for name, one in zip(species, mass, strict=True)}
