"""Weeks of stacks from their valid hours."""

from __future__ import annotations

from typing import Any

import numpy as np

from emissions_inventory.emitters import WeekProfiles
from emissions_inventory.inventory import Inventory
from emissions_inventory.monitoring.configuration import ProfileConfig, monitoring_config
from emissions_inventory.monitoring.table import StackTable

__all__ = ["replaced_profiles", "week_of_stack", "week_slots"]

_XINJIANG_HOURS = 6
_LEAST_KG = 1e-6
"""Less in a month is nothing."""
_THURSDAY = 3
"""Weekday of 1970-01-01, Monday first."""


def week_slots(hours: np.ndarray) -> np.ndarray:
    """Weekday (Monday first) times 24 plus hour, in Xinjiang time (UTC+6), of hours that begin so in UTC."""
    local = np.asarray(hours).astype("datetime64[h]").astype(np.int64) + _XINJIANG_HOURS
    return np.asarray((local // 24 + _THURSDAY) % 7 * 24 + local % 24)


def week_of_stack(
    mass: np.ndarray, valid: np.ndarray, slots: np.ndarray, config: ProfileConfig
) -> np.ndarray | None:
    """The week of one stack: relative emission by weekday and hour, with a mean of 1.

    Each pollutant's mass is taken relative to its own mean; an hour gets the mean over its valid pollutants.
    Where an hour of the week has fewer valid hours than `hours_per_slot`, the mean of that hour of all days
    is blended in by what is lacking.

    Args:
        mass: kg in the hour, (pollutant, hour).
        valid: which can be trusted, (pollutant, hour).
        slots: of the hours, see `week_slots`, (hour,).
        config: how many valid hours are enough.

    Returns:
        Weights (7, 24); None when there are too few valid hours, or nothing was emitted.
    """
    total, count = (mass * valid).sum(axis=1), valid.sum(axis=1)
    emitting = total > _LEAST_KG
    if not emitting.any():
        return None
    relative = mass[emitting] / (total[emitting] / count[emitting])[:, None]
    trusted = valid[emitting]
    number = trusted.sum(axis=0)
    there = number > 0
    if there.sum() < config.least_hours:
        return None
    value = (relative * trusted).sum(axis=0)[there] / number[there]
    sums = np.bincount(slots[there], value, 168).reshape(7, 24)
    hours = np.bincount(slots[there], minlength=168).reshape(7, 24)
    day = np.divide(sums.sum(0), hours.sum(0), out=np.full(24, value.mean()), where=hours.sum(0) > 0)
    own = np.divide(sums, hours, out=np.zeros((7, 24)), where=hours > 0)
    share = np.minimum(hours / config.hours_per_slot, 1.0)
    week = share * own + (1.0 - share) * day
    return np.asarray(week / week.mean())


def replaced_profiles(
    inventory: Inventory, table: StackTable, measured: tuple[np.ndarray, np.ndarray], points: list[np.ndarray]
) -> tuple[WeekProfiles, dict[str, Any]]:
    """Weeks of points, those of monitored stacks made anew.

    Args:
        inventory: before; weeks of other points stay.
        table: hours of stacks.
        measured: mass, kg in the hour, and validity, (pollutant, stack, hour).
        points: places of the points of each stack.

    Returns:
        The weeks, by point, and as plain data the stacks `replaced` and those `kept` with the reason.
    """
    mass, valid = measured
    slots, config = week_slots(table.hours), monitoring_config().profile
    weeks = dict(zip(inventory.profiles.point.tolist(), inventory.profiles.weight, strict=True))
    replaced, kept = [], {}
    for row, places in enumerate(points):
        if not len(places):
            continue
        week = week_of_stack(mass[:, row], valid[:, row], slots, config)
        if week is None:
            hours = int(valid[:, row].any(axis=0).sum())
            enough = hours >= config.least_hours
            kept[str(table.id[row])] = "nothing was emitted" if enough else f"only {hours} valid hours"
            continue
        replaced.append(str(table.id[row]))
        weeks |= dict.fromkeys(places.tolist(), week)
    order = sorted(weeks)
    weight = np.array([weeks[place] for place in order]).reshape(-1, 7, 24)
    return WeekProfiles(np.array(order, dtype=np.int64), weight), {"replaced": replaced, "kept": kept}
