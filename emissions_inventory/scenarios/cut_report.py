"""What cuts did, in numbers."""

from __future__ import annotations

from typing import Any

from emissions_inventory.inventory import Inventory
from emissions_inventory.scenarios.change_table import aligned_totals, change_records

__all__ = ["cut_report"]


def cut_report(before: Inventory, after: Inventory) -> dict[str, Any]:
    """Totals before and after cuts, and what is cut, in t over all months and in percent.

    Args:
        before: the inventory that was cut.
        after: what `apply_cuts` made of it.

    Returns:
        Plain data: `before` and `after`, the versions; `months`; `cuts`, the words of the step; `notes`;
        `species`, and `sectors` and `regions` by species, as records with `before_t`, `after_t`, `cut_t` and
        `cut_percent` (None where nothing was emitted).
    """
    first, second = aligned_totals(before, after, before.months)
    step = after.trail[-1] if after.trail else None
    return {
        "before": before.version,
        "after": after.version,
        "months": list(before.months),
        "cuts": step.detail if step else "",
        "notes": list(step.notes) if step else [],
        "species": [_cut(record) for record in change_records(first, second, "species")],
        "sectors": [_cut(record) for record in change_records(first, second, "sector", "species")],
        "regions": [_cut(record) for record in change_records(first, second, "region", "species")],
    }


def _cut(record: dict[str, Any]) -> dict[str, Any]:
    percent = record.pop("change_percent")
    return {
        **{name: value for name, value in record.items() if name != "change_t"},
        "cut_t": record["before_t"] - record["after_t"],
        "cut_percent": None if percent is None else 0.0 - percent,
    }
