"""Two inventories side by side: totals, points, months, and where their trails part."""

from __future__ import annotations

from typing import Any

from emissions_inventory.inventory import Inventory
from emissions_inventory.scenarios.cell_totals import shared_months
from emissions_inventory.scenarios.change_table import aligned_totals, change_records
from emissions_inventory.scenarios.point_changes import point_changes
from emissions_inventory.trail import Step, mass_budget
from foundation.errors import InputError

__all__ = ["compare"]


def compare(a: Inventory, b: Inventory, most_points: int = 100) -> dict[str, Any]:
    """Compare two inventories over the months and species that both hold.

    Args:
        a: the first.
        b: the second; differences are it less the first.
        most_points: points to list of each kind.

    Returns:
        Plain data: `same_contents`; `a` and `b` with version, title, months, species and `mass_t` over all
        their months; `months` and `only_in` for months and species of one alone; `species`, `sectors`,
        `regions` (the latter two by species) as records with `before_t`, `after_t`, `change_t`,
        `change_percent`; `points`; and `trail` with the number of steps they share and the rest of each.

    Raises:
        InputError: when they share no month or no species.
    """
    months = shared_months(a, b)
    species = [name for name in a.species if name in b.species]
    if not species:
        raise InputError("the inventories share no species")
    first, second = aligned_totals(a, b, months)
    return {
        "same_contents": a.checksum == b.checksum,
        "a": _described(a),
        "b": _described(b),
        "same_grid": _edges(a) == _edges(b),
        "months": list(months),
        "only_in": {
            "a": {"months": _lacking(a.months, b.months), "species": _lacking(a.species, b.species)},
            "b": {"months": _lacking(b.months, a.months), "species": _lacking(b.species, a.species)},
        },
        "species": change_records(first, second, "species"),
        "sectors": change_records(first, second, "sector", "species"),
        "regions": change_records(first, second, "region", "species"),
        "points": point_changes(a, b, months, species, most_points),
        "trail": _trails(a.trail, b.trail),
    }


def _described(inventory: Inventory) -> dict[str, Any]:
    return {
        "version": inventory.version, "title": inventory.title, "months": list(inventory.months),
        "species": list(inventory.species), "points": len(inventory.points),
        "area_sources": len(inventory.areas), "mass_t": mass_budget(inventory),
    }  # fmt: skip


def _edges(inventory: Inventory) -> tuple[list[float], list[float]]:
    return inventory.grid.lon_edges.tolist(), inventory.grid.lat_edges.tolist()


def _lacking(mine: tuple[str, ...], theirs: tuple[str, ...]) -> list[str]:
    return [name for name in mine if name not in theirs]


def _trails(a: tuple[Step, ...], b: tuple[Step, ...]) -> dict[str, Any]:
    shared = 0
    while shared < min(len(a), len(b)) and a[shared] == b[shared]:
        shared += 1
    return {
        "shared_steps": shared,
        "a": [step.model_dump(mode="json") for step in a[shared:]],
        "b": [step.model_dump(mode="json") for step in b[shared:]],
    }
