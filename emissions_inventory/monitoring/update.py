"""Lets continuous monitoring correct an inventory: weeks of stacks and, where asked, their amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.monitoring.alarms import Alarm, raise_alarms
from emissions_inventory.monitoring.amounts import replaced_amounts
from emissions_inventory.monitoring.configuration import monitoring_config
from emissions_inventory.monitoring.limits import Limits, limits_of
from emissions_inventory.monitoring.profiles import replaced_profiles
from emissions_inventory.monitoring.quality import mass_and_validity
from emissions_inventory.monitoring.reader import read_monitoring
from emissions_inventory.monitoring.table import Reading, StackTable
from emissions_inventory.trail import mass_budget
from foundation.errors import InputError
from foundation.provenance import record_input

__all__ = ["MonitoringOptions", "apply_monitoring", "check_monitoring"]

_MOST_TOLD = 200
"""Replaced amounts that the trail tells one by one."""


@dataclass(frozen=True)
class MonitoringOptions:
    """How a file of monitoring is taken.

    Attributes:
        skip_bad: whether rows that cannot be used are left out and listed.
        classes: class of limits of single stacks, by id.
        progress: called with the number of rows read.
    """

    skip_bad: bool = False
    classes: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[int], None] | None = None


def check_monitoring(
    path: str | Path, *, month: str | None = None, inventory: Inventory | None = None,
    options: MonitoringOptions | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Read a file of continuous monitoring and raise its alarms.

    Args:
        path: see `read_monitoring`.
        month: calendar month in Beijing time; by default all hours of the file.
        inventory: whose points tell the sector of a stack, and so its limits.
        options: how the file is taken.

    Returns:
        Plain data: `file`, `rows`, `stacks`, `hours`, `outside`, `repeated`, `bad_rows`, `problems`,
        `alarms`, `alarm_counts`, `limits` (stacks by class), `notes`.

    Raises:
        InputError: as `read_monitoring`; or when a class of limits is not known.
    """
    table, reading, limits = _read(path, month, inventory, options or MonitoringOptions())
    return _report(path, table, reading, limits, raise_alarms(table, limits, monitoring_config()))


def apply_monitoring(
    inventory: Inventory, path: str | Path, *, month: str, replace_amounts: bool = False,
    options: MonitoringOptions | None = None,
) -> tuple[Inventory, dict[str, Any]]:  # fmt: skip
    """Replace the weeks of monitored stacks, and their amounts where asked; raise the alarms.

    Stacks are matched to points by `PointSources.id`, `permit#outlet`. Other points stay as they are, to the
    bit. The week holds for all months of the inventory, the amounts for the month of the file.

    Args:
        inventory: to be corrected.
        path: hourly values, see `read_monitoring`.
        month: calendar month in Beijing time, which the inventory must hold.
        replace_amounts: whether SO2, NOx and particles of the month are replaced by what was measured, for
            stacks with enough valid hours.
        options: how the file is taken.

    Returns:
        A new version, and the report of `check_monitoring` with `matched`, `unmatched` (stacks without a
        point), `profiles` (replaced and why not), `amounts` (old and new, kg, by stack and species),
        `change_t`.

    Raises:
        InputError: as `read_monitoring`; when the inventory does not hold the month, there is no flow, or no
            stack is a point of the inventory.
    """
    options, config = options or MonitoringOptions(), monitoring_config()
    place = inventory.month_index(month)
    table, reading, limits = _read(path, month, inventory, options)
    if "flow" not in table.values:
        raise InputError("no column for flow, masses cannot be found", where=f"{path}, row 1",
                         remedy=f"Name it one of {', '.join(config.columns['flow'][:4])}")  # fmt: skip
    mass, valid = mass_and_validity(table, config.alarms)
    points = _points_of(inventory, table)
    _refuse_none(inventory, table, points, str(path))
    profiles, told = replaced_profiles(inventory, table, (mass, valid), points)
    made = replace(inventory, profiles=profiles)
    amounts: list[dict[str, Any]] = []
    if replace_amounts:
        emission, amounts = replaced_amounts(made, table, (mass, valid), points, place)
        made = replace(made, points=replace(made.points, emission=emission))
    alarms = raise_alarms(table, limits, config)
    report = _report(path, table, reading, limits, alarms)
    before, after = mass_budget(inventory), mass_budget(made)
    report |= {
        "month": month, "matched": int(sum(len(one) > 0 for one in points)),
        "unmatched": [str(table.id[row]) for row, one in enumerate(points) if not len(one)],
        "profiles": told, "amounts": amounts,
        "change_t": {name: after[name] - before[name] for name in after},
    }  # fmt: skip
    made = made.after(
        "update", f"continuous monitoring of {month}: {len(told['replaced'])} weeks, "
        f"{sum('new_kg' in one for one in amounts)} amounts replaced",
        inputs=(record_input(path, "monitoring"),), parents=(inventory.version,), notes=_trail_notes(report),
    )  # fmt: skip
    return made, report | {"version": made.version}


def _read(
    path: str | Path, month: str | None, inventory: Inventory | None, options: MonitoringOptions
) -> tuple[StackTable, Reading, Limits]:
    table, reading = read_monitoring(path, month=month, skip_bad=options.skip_bad, progress=options.progress)
    sectors: dict[str, str] = {}
    if inventory is not None:
        sectors = dict(zip(map(str, inventory.points.id), map(str, inventory.points.sector), strict=True))
    return table, reading, limits_of(table, sectors, options.classes, monitoring_config())


def _points_of(inventory: Inventory, table: StackTable) -> list[np.ndarray]:
    """Places of the points of each stack."""
    by_id: dict[str, list[int]] = {}
    for place, ident in enumerate(map(str, inventory.points.id)):
        by_id.setdefault(ident.strip(), []).append(place)
    return [np.array(by_id.get(str(ident), []), dtype=np.int64) for ident in table.id]


def _refuse_none(inventory: Inventory, table: StackTable, points: list[np.ndarray], where: str) -> None:
    if any(len(one) for one in points):
        return
    held = [str(one) for one in inventory.points.id[:1]]
    has = f"the inventory such as {held[0]!r}" if held else "the inventory has no point sources"
    raise InputError(
        f"none of {len(points)} stacks is a point of the inventory; the file has stacks such as "
        f"{str(table.id[0])!r}, {has}",
        where=where,
        remedy="A stack is permit#outlet; give the inventory made of the enterprises' list with --inventory",
    )


def _report(
    path: str | Path, table: StackTable, reading: Reading, limits: Limits, alarms: list[Alarm]
) -> dict[str, Any]:
    kinds = [alarm.kind for alarm in alarms]
    names = [str(name) or "none" for name in limits.name]
    return {
        "file": str(path), "rows": reading.rows, "stacks": len(table.id), "hours": table.status.shape[1],
        "outside": reading.outside, "repeated": reading.repeated, "bad_rows": reading.bad_rows,
        "problems": [one.line() for one in reading.problems],
        "alarms": [alarm.model_dump() for alarm in alarms],
        "alarm_counts": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        "limits": {name: names.count(name) for name in dict.fromkeys(names)},
        "notes": list(limits.notes),
    }  # fmt: skip


def _trail_notes(report: dict[str, Any]) -> tuple[str, ...]:
    notes = list(report["notes"])
    if report["unmatched"]:
        notes.append(f"{len(report['unmatched'])} stacks have no point, such as {report['unmatched'][0]}")
    if report["bad_rows"]:
        notes.append(f"{report['bad_rows']} rows were left out, such as {report['problems'][0]}")
    replaced = [
        f"{one['stack']} {one['species']}: {one['old_kg']:.6g} kg to {one['new_kg']:.6g} kg"
        for one in report["amounts"]
        if "new_kg" in one
    ]
    notes += replaced[:_MOST_TOLD]
    if len(replaced) > _MOST_TOLD:
        notes.append(f"{len(replaced) - _MOST_TOLD} more amounts were replaced; compare the two versions")
    return tuple(notes)
