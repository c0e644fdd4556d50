"""Which months of an inventory stand for the months of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.timing import hours_of_month, month_of
from foundation.errors import InputError
from foundation.provenance import Degradation

__all__ = ["RunMonth", "held_month", "run_months"]

_HOUR_S = 3600.0
_FARTHEST_MONTHS = 1
"""By season; farther months differ too much in heating."""


@dataclass(frozen=True)
class RunMonth:
    """A calendar month of a run, in Beijing time.

    Attributes:
        name: such as `2026-11`.
        held: place of the inventory's month that stands for it.
        seconds: its length.
        holds: whether it holds each hour of the run, 0 or 1, (time,).
    """

    name: str
    held: int
    seconds: float
    holds: np.ndarray


def run_months(inventory: Inventory, hours: np.ndarray) -> tuple[list[RunMonth], list[Degradation]]:
    """The months of a run and what stands for them.

    Args:
        inventory: the inventory.
        hours: starts of hours, UTC, (time,).

    Raises:
        InputError: when the inventory has no month near that season.
    """
    names = month_of(hours)
    months, notes = [], []
    for name in dict.fromkeys(map(str, names)):
        held = held_month(inventory, name)
        seconds = len(hours_of_month(name)) * _HOUR_S
        months.append(RunMonth(name, inventory.months.index(held), seconds, (names == name).astype(float)))
        if held != name:
            notes.append(Degradation(
                code="inventory-of-another-month", chinese=f"清单没有{name}，用{held}代替。",
                english=f"The inventory has no {name}: {held} stands in.",
            ))  # fmt: skip
    return months, notes


def held_month(inventory: Inventory, month: str) -> str:
    """The month itself, or the nearest one by season, of those the nearest year, the later of two.

    Raises:
        InputError: when none lies within a month of the same season.
    """
    if month in inventory.months:
        return month

    def away(held: str) -> tuple[int, int, int]:
        apart = abs(int(held[5:]) - int(month[5:]))
        return min(apart, 12 - apart), abs(int(held[:4]) - int(month[:4])), -int(held[:4])

    best = min(inventory.months, key=away, default=None)
    if best is None or away(best)[0] > _FARTHEST_MONTHS:
        raise InputError(
            f"the inventory holds {', '.join(inventory.months)}, the run needs {month}", where="inventory",
            remedy="Build or import that month",
        )  # fmt: skip
    return best
