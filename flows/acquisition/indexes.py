"""The indexes beside published GRIB files: where in the file each field lies."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.ranges import Span

__all__ = ["Entry", "read_ecmwf_index", "read_gfs_index"]

_LARGEST_PLACE = 1 << 44
_PRESSURE = re.compile(r"(\d+(?:\.\d+)?) mb")


@dataclass(frozen=True)
class Entry:
    """A field of a file.

    Attributes:
        name: of the variable, as in the index.
        level: in words; `pl` for a pressure level.
        pressure_hpa: of a pressure level; None for others.
        step: of what time it speaks, in the index's words.
        span: its bytes.
    """

    name: str
    level: str
    pressure_hpa: float | None
    step: str
    span: Span


def read_gfs_index(text: str) -> list[Entry]:
    """Entries of a wgrib2 inventory, such as `12:3456:d=2026112306:TMP:850 mb:3 hour fcst:`.

    Two fields in one message (`12.1`, `12.2`) have the same bytes; the last goes to the end.

    Raises:
        NotArrivedError: when it is none, or its places do not grow.
    """
    entries: list[Entry] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        cells = line.split(":")
        if len(cells) < 6 or not _is_place(cells[1]) or not cells[2].startswith("d="):
            raise _no_index(line)
        match = _PRESSURE.fullmatch(cells[4])
        level, pressure = ("pl", float(match[1])) if match else (cells[4], None)
        entries.append(Entry(cells[3], level, pressure, cells[5], Span(int(cells[1]), None)))
    places = [entry.span.first for entry in entries]
    if not entries or places != sorted(places):
        raise _no_index("" if not entries else "offsets do not grow")
    starts = sorted(set(places))
    ends = dict(zip(starts, [start - 1 for start in starts[1:]], strict=False))
    return [replace(entry, span=Span(entry.span.first, ends.get(entry.span.first))) for entry in entries]


def read_ecmwf_index(text: str) -> list[Entry]:
    """Entries of an index of ECMWF open data: one JSON object a line, with `_offset` and `_length`.

    Raises:
        NotArrivedError: when it is none.
    """
    entries = [_of_line(line) for line in text.splitlines() if line.strip()]
    if not entries:
        raise _no_index("")
    return entries


def _of_line(line: str) -> Entry:
    try:
        said: Any = json.loads(line)
        first, length = said["_offset"], said["_length"]
        name, kind, step = str(said["param"]), str(said["levtype"]), str(said.get("step", ""))
        whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (first, length))
        if not whole or not (0 <= first < _LARGEST_PLACE and 0 < length < _LARGEST_PLACE):
            raise ValueError(line)
        pressure = float(said["levelist"]) if kind == "pl" else None
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise _no_index(line) from error
    return Entry(name, kind, pressure, step, Span(first, first + length - 1))


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:20]) < _LARGEST_PLACE and len(text) <= 20


def _no_index(line: str) -> NotArrivedError:
    shown = line[:60]
    return NotArrivedError(
        "not-data", f"索引文件无法识别（{shown!r}）", f"not an index that is known ({shown!r})"
    )
