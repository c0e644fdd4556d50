"""GRIB fields gathered into cubes of time and level, and rates from means and sums over intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from atmosphere.meteorology.readers.assembly import Mesh
from atmosphere.meteorology.readers.grib import Field, Header
from atmosphere.meteorology.readers.grib_intervals import is_empty, over_interval, rate
from atmosphere.meteorology.readers.pressure_levels import Block
from foundation.errors import InputError


@dataclass
class Gathered:
    """All wanted fields of some files.

    Attributes:
        mesh: their grid.
        times: valid times, UTC, increasing.
        volumes: by name, on pressure levels.
        surfaces: by name, (time, y, x).
        constants: by name, (y, x): what does not change with time.
        references: when the model runs began.
        centre: as ecCodes names it.
        units: by name, as the file has them.
        notes: what was found odd.
        means: names of what is a mean over the interval before each time.
    """

    mesh: Mesh
    times: np.ndarray
    volumes: dict[str, Block]
    surfaces: dict[str, np.ndarray]
    constants: dict[str, np.ndarray]
    references: np.ndarray
    centre: str
    units: dict[str, str]
    notes: list[str] = field(default_factory=list)
    means: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Slot:
    name: str
    level: float | None


def gather(
    found: Iterable[Field], name_of: Callable[[Header], str | None], constant: frozenset[str], where: str
) -> Gathered:
    """Gather fields.

    Args:
        found: fields, in any order.
        name_of: name of a field here; fields on pressure levels keep their level.
        constant: names of what does not change with time.
        where: the files, for messages.

    Raises:
        InputError: when there is none, two speak of the same, or one is missing at a level and time.
    """
    store: dict[_Slot, dict[np.datetime64, Field]] = {}
    last: Field | None = None
    for one in found:
        name = name_of(one.header)
        if name is None:
            continue
        last = one
        _put(store, one, name)
    if last is None:
        raise InputError(
            "none of the fields wanted is in the file", where=where, remedy="Check what the file holds"
        )
    moving = {slot: by_time for slot, by_time in store.items() if slot.name not in constant}
    if not moving:
        raise InputError(
            "only fields that do not change with time", where=where, remedy="Give the weather too"
        )
    times = _times(moving)
    result = Gathered(last.mesh, times, {}, {}, {}, _references(store), last.header.centre, _units(store))
    for slot, by_time in store.items():
        if slot.name in constant:
            result.constants[slot.name] = next(iter(by_time.values())).values
    _fill(result, moving, where)
    return result


def _put(store: dict[_Slot, dict[np.datetime64, Field]], one: Field, name: str) -> None:
    level = one.header.level if one.header.level_type.startswith("isobaric") else None
    by_time = store.setdefault(_Slot(name, level), {})
    there = by_time.get(one.header.valid)
    if there is None or there.header.start < one.header.start:
        by_time[one.header.valid] = one
    elif there.header.start == one.header.start and _differs(there, one):
        valid = np.datetime_as_string(one.header.valid, "m")
        raise InputError(
            f"{name} for {valid} UTC comes twice, also in {there.header.where}",
            where=one.header.where, remedy="Give files in which each time comes once",
        )  # fmt: skip


def _differs(one: Field, other: Field) -> bool:
    return not np.array_equal(one.values, other.values, equal_nan=True)


def _times(moving: dict[_Slot, dict[np.datetime64, Field]]) -> np.ndarray:
    volumes = [by_time for slot, by_time in moving.items() if slot.level is not None]
    chosen = volumes or list(moving.values())
    return np.array(sorted(set().union(*chosen)), dtype="datetime64[ns]")


def _references(store: dict[_Slot, dict[np.datetime64, Field]]) -> np.ndarray:
    return np.unique([one.header.reference for by_time in store.values() for one in by_time.values()])


def _units(store: dict[_Slot, dict[np.datetime64, Field]]) -> dict[str, str]:
    return {slot.name: next(iter(by_time.values())).header.units for slot, by_time in store.items()}


def _fill(result: Gathered, moving: dict[_Slot, dict[np.datetime64, Field]], where: str) -> None:
    levels: dict[str, list[float]] = {}
    for slot in moving:
        if slot.level is not None:
            levels.setdefault(slot.name, []).append(slot.level)
    for name, held in levels.items():
        ordered = sorted(held, reverse=True)
        cube = [[_at(moving, _Slot(name, level), time, where) for level in ordered] for time in result.times]
        result.volumes[name] = Block(np.array(ordered), np.array(cube))
    for slot, by_time in moving.items():
        if slot.level is None:
            values = _surface(slot.name, by_time, result)
            if values is not None:
                result.surfaces[slot.name] = values


def _at(
    moving: dict[_Slot, dict[np.datetime64, Field]], slot: _Slot, time: np.datetime64, where: str
) -> np.ndarray:
    one = moving[slot].get(time)
    if one is None:
        raise InputError(
            f"{slot.name} at {(slot.level or 0) / 100:g} hPa is missing for "
            f"{np.datetime_as_string(time, 'm')} UTC",
            where=where,
            remedy="Get the file again, or leave that time out",
        )
    return one.values


def _surface(name: str, by_time: dict[np.datetime64, Field], result: Gathered) -> np.ndarray | None:
    """Instants as they are, means and sums over intervals as mean rates since the time before."""
    lacking = [time for time in result.times if time not in by_time or is_empty(by_time[time])]
    held = [time for time in result.times if time not in lacking]
    after_the_first = len(lacking) == 1 and lacking[0] == result.times[0] and bool(held)
    if lacking and not (after_the_first and over_interval(by_time[held[0]])):
        first = np.datetime_as_string(lacking[0], "m")
        result.notes.append(f"{name} left out: missing for {len(lacking)} times, first {first} UTC")
        return None
    values = [rate(by_time, time) for time in held]
    if lacking:
        result.notes.append(f"{name} at the first time is that of the interval after it")
        values.insert(0, values[0])
    if any(over_interval(by_time[time]) for time in held):
        result.means.append(name)
    return np.array(values)


def means_note(gathered: Gathered) -> list[str]:
    """What to say of means over intervals."""
    return (
        [f"means over the interval before each time: {', '.join(gathered.means)}"] if gathered.means else []
    )
