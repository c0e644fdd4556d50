"""Whether a GRIB file that came is whole, of the cycle and time asked for, and enough for its reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from atmosphere.meteorology.readers.area import Area
from atmosphere.meteorology.readers.grib import Header, headers
from atmosphere.meteorology.readers.grib_grid import decoded, window
from flows.acquisition.not_arrived import NotArrivedError
from foundation.errors import InputError
from foundation.times import HOUR, iso_utc

__all__ = ["GribWish", "check_grib"]

_NEEDED = ("air_temperature", "eastward_wind", "northward_wind", "geopotential_height")
_GROUND = {"surface_pressure", "surface_height", "geopotential_at_ground"}


@dataclass(frozen=True)
class GribWish:
    """What a file must hold.

    Attributes:
        cycle: when the model run began, UTC.
        lead_h: hours after it.
        area: west, east, south, north in degrees.
        name_of: name of a field, as its reader has it.
    """

    cycle: np.datetime64
    lead_h: int
    area: tuple[float, float, float, float]
    name_of: Callable[[Header], str | None]

    @property
    def valid(self) -> np.datetime64:
        """Time the file speaks of, UTC."""
        return self.cycle + self.lead_h * HOUR


def check_grib(path: Path, wish: GribWish) -> np.datetime64:
    """The valid time of a file, if it is whole and what was wanted.

    Raises:
        NotArrivedError: naming what it lacks.
    """
    _walk(path)
    west, east, south, north = wish.area
    levels: dict[str, set[float]] = {name: set() for name in _NEEDED}
    ground = looked = False
    try:
        for header, handle in headers([path]):
            name = wish.name_of(header)
            if name is None:
                continue
            _refuse_other_times(header, wish)
            if not looked:
                window(decoded(handle, header.where)[1], Area(west, east, south, north), header.where)
                looked = True
            ground |= name in _GROUND
            if name in levels:
                levels[name].add(header.level)
    except InputError as error:
        raise NotArrivedError(
            "wrong-layout", f"文件不能使用：{error.what}", f"cannot be used: {error.what}"
        ) from error
    lacking = [name for name in _NEEDED if levels[name] != levels[_NEEDED[0]] or len(levels[name]) < 2]
    if lacking or not ground:
        named = ", ".join([*lacking, *(() if ground else ("surface_pressure",))])
        raise NotArrivedError(
            "wrong-layout", f"缺少要素或层次：{named}", f"fields or levels are missing: {named}"
        )
    return wish.valid


def _refuse_other_times(header: Header, wish: GribWish) -> None:
    if header.reference != wish.cycle or header.valid != wish.valid:
        said = f"{iso_utc(header.reference)} +{(header.valid - header.reference) / HOUR:g} h"
        raise NotArrivedError(
            "wrong-time", f"文件内时次为 {said}，与所求不符", f"holds {said}, not the time asked for"
        )


def _walk(path: Path) -> None:
    """Follow the lengths that messages give of themselves to the end of the file.

    Raises:
        NotArrivedError: when they do not end with it; edition 1 is refused, nobody publishes it any more.
    """
    size, place = path.stat().st_size, 0
    with path.open("rb") as stream:
        while place < size:
            stream.seek(place)
            start = stream.read(16)
            if start[:4] != b"GRIB" or len(start) < 16 or start[7] != 2:
                raise _broken("not-data", place)
            length = int.from_bytes(start[8:16], "big")
            stream.seek(place + length - 4)
            if length < 20 or place + length > size or stream.read(4) != b"7777":
                raise _broken("truncated" if place + length > size else "not-data", place)
            place += length
    if size == 0:
        raise _broken("not-data", 0)


def _broken(code: str, place: int) -> NotArrivedError:
    chinese, english = f"不是完整的 GRIB 文件（字节 {place}）", f"not whole GRIB messages (at byte {place})"
    return NotArrivedError("truncated" if code == "truncated" else "not-data", chinese, english)
