"""Reader of the packed weather files of NOAA's Air Resources Laboratory, as HYSPLIT uses them."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers import arl_fields
from atmosphere.meteorology.readers.area import Area, AreaLike, checked
from atmosphere.meteorology.readers.arl_grid import Window, window
from atmosphere.meteorology.readers.arl_records import Index, read_index, unpack
from atmosphere.meteorology.readers.assembly import Fields, weather
from atmosphere.meteorology.readers.files import files_of, joined, named
from atmosphere.meteorology.readers.value_checks import refuse_bad_times
from foundation.errors import InputError

Raw = dict[str, np.ndarray]
"""Fields by ARL's four letters: (time, y, x) at the surface, (time, level, y, x) above."""


def read_arl(paths: str | Path | Sequence[str | Path], area: AreaLike | None = None) -> xr.Dataset:
    """Read ARL-packed files into the weather contract.

    Levels may be sigma, pressure or hybrid; winds are turned to east and north; the file's omega is kept as
    `lagrangian_tendency_of_air_pressure` (Pa s-1) beside `upward_air_velocity`.

    Args:
        paths: a file, a folder, or a list of files, joined in time.
        area: the part wanted; everything when None.

    Raises:
        InputError: when a file is no ARL file, cut off, damaged or does not cover the area, a level is
            missing at a time, or times repeat.
    """
    files = files_of(paths)
    return joined([_one_file(file, checked(area)) for file in files], named(files))


_LONGEST_INDEX = 50 + 9999
"""Bytes: a label, and as much as four digits can say of the rest."""


def _one_file(path: Path, area: Area | None) -> xr.Dataset:
    content = mapped(path)
    indices = read_indices(content, path)
    refuse_bad_times(np.array([index.time for index in indices]), str(path))
    part = window(indices[0], area, path)
    raw = _load(content, indices, part, path)
    values, notes = arl_fields.converted(raw, indices, part.east, str(path))
    return weather(
        Fields(
            part.mesh, np.array([index.time for index in indices]), values,
            f"ARL-packed, {indices[0].model}", str(path), notes,
            {"reference_time": str(indices[0].time - np.timedelta64(max(indices[0].forecast_hour, 0), "h"))},
        )
    )  # fmt: skip


def mapped(path: Path) -> mmap.mmap:
    """The bytes of a file, read as they are needed.

    Raises:
        InputError: when the file is empty.
    """
    with path.open("rb") as stream:
        try:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise InputError("the file is empty", where=str(path), remedy="Get it again") from error


def read_indices(content: mmap.mmap, path: Path) -> list[Index]:
    """Index records of all times.

    Raises:
        InputError: when the file is cut off, or grid or levels change within it.
    """
    found: list[Index] = []
    start = 0
    while start < len(content):
        index = read_index(content[start : start + _LONGEST_INDEX], start, path)
        end = start + index.records * index.record_bytes
        if end > len(content):
            raise InputError(
                f"cut off at {np.datetime_as_string(index.time, 'm')} UTC: "
                f"expected {end} bytes, got {len(content)}",
                where=str(path), remedy="Get the file again",
            )  # fmt: skip
        if found:
            _refuse_change(found[0], index, path)
        found.append(index)
        start = end
    return found


def _refuse_change(first: Index, index: Index, path: Path) -> None:
    when = f"{index.time.astype('datetime64[m]')} UTC"
    if (index.numbers, index.columns, index.rows) != (first.numbers, first.columns, first.rows):
        raise InputError(f"the grid changes at {when}", where=str(path), remedy="Split the file there")
    for place, (value, variables) in enumerate(first.levels):
        here = index.levels[place] if place < len(index.levels) else (value, ())
        lost = ({name for name, _ in variables} - {name for name, _ in here[1]}) & arl_fields.USED
        if lost or here[0] != value:
            what = ", ".join(sorted(lost)) or "the level"
            raise InputError(
                f"{what} at level {place} ({value:g}) is missing at {when}",
                where=str(path), remedy="Get the file again, or leave that time out",
            )  # fmt: skip


def _load(content: mmap.mmap, indices: list[Index], part: Window, path: Path) -> Raw:
    first = indices[0]
    above = len(first.levels) - 1
    raw: Raw = {}
    tables = [record_places(index) for index in indices]
    for name, levels in _levels_of(first).items():
        surface = 0 in levels
        places = [0] if surface else levels
        if not surface and places != list(range(1, len(places) + 1)):
            raise InputError(
                f"{name} is on levels {places} of {above}: expected all from the lowest",
                where=str(path), remedy="Get the file again",
            )  # fmt: skip
        block = np.stack(
            [
                [part.part(unpacked(content, index, where[name, level], name, path)) for level in places]
                for index, where in zip(indices, tables, strict=True)
            ]
        )
        raw[name] = block[:, 0] if surface else block
    return raw


def _levels_of(index: Index) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, (_, variables) in enumerate(index.levels):
        for name, _ in variables:
            if name in arl_fields.USED:
                found.setdefault(name, []).append(place)
    return found


def record_places(index: Index) -> dict[tuple[str, int], tuple[int, int]]:
    """Byte and checksum of each record of a time, by variable and level."""
    found = {}
    start = index.start + index.record_bytes
    for place, (_, variables) in enumerate(index.levels):
        for name, checksum in variables:
            found[name, place] = (start, checksum)
            start += index.record_bytes
    return found


def unpacked(content: mmap.mmap, index: Index, place: tuple[int, int], name: str, path: Path) -> np.ndarray:
    """One field of a file, whole, (y, x).

    Args:
        content: the file.
        index: the index record of its time.
        place: byte and checksum, from `record_places`.
        name: its four letters.
        path: the file, for messages.

    Raises:
        InputError: when another variable is there, or the record is damaged.
    """
    start, checksum = place
    record = content[start : start + index.record_bytes]
    where = f"{path}, {name} at {index.time.astype('datetime64[m]')} UTC, byte {start}"
    if record[14:18].decode("ascii", "replace") != name:
        raise InputError(f"expected {name}, got {record[14:18]!r}", where=where, remedy="Get the file again")
    return unpack(record, index.columns, index.rows, checksum, where)
