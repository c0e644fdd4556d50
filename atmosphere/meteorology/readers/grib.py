"""Fields of GRIB files, both editions, cut to the wanted area as they are decoded."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.readers.area import Area
from atmosphere.meteorology.readers.assembly import Mesh
from atmosphere.meteorology.readers.eccodes_library import eccodes_library
from atmosphere.meteorology.readers.grib_grid import decoded, window
from foundation.errors import InputError

_ISOBARIC = {"isobaricInhPa": 100.0, "isobaricInPa": 1.0}


@dataclass(frozen=True)
class Header:
    """What a field says of itself.

    Attributes:
        short_name: ecCodes' short name; `unknown` where its tables have none.
        code: discipline, category and number in GRIB 2; None in GRIB 1.
        level_type: ecCodes' name of the kind of level.
        surface: number of the first fixed surface (GRIB 2 code table 4.5); -1 in GRIB 1.
        level: Pa on pressure levels, m in the ground and above it.
        reference: when the model began, UTC.
        start: beginning of the interval the field speaks of, UTC; the valid time for an instant.
        valid: valid time, or end of the interval, UTC.
        statistic: `instant`, `avg`, `accum`, `max` and so on.
        member: number of the ensemble member, 0 without an ensemble.
        units: as ecCodes names them.
        centre: as ecCodes names it.
        path: the file.
        number: place in the file, from 1.
    """

    short_name: str
    code: tuple[int, ...] | None
    level_type: str
    surface: int
    level: float
    reference: np.datetime64
    start: np.datetime64
    valid: np.datetime64
    statistic: str
    member: int
    units: str
    centre: str
    path: Path
    number: int

    @property
    def where(self) -> str:
        """The field as messages name it."""
        return f"{self.path}, message {self.number} ({self.short_name})"


@dataclass(frozen=True)
class Field:
    """A decoded field: header, values (y, x) south to north and west to east, and its grid."""

    header: Header
    values: np.ndarray
    mesh: Mesh


def headers(
    files: Sequence[Path], codes: Container[tuple[int, ...]] | None = None
) -> Iterator[tuple[Header, Any]]:
    """Go through all fields; each comes with its ecCodes handle, which lives until the next.

    Args:
        files: GRIB files.
        codes: of GRIB 2, only fields of these disciplines, categories and numbers; all when None.

    Raises:
        InputError: when a file is cut off or holds no field.
    """
    eccodes = eccodes_library()
    eccodes.codes_grib_multi_support_on()  # NCEP packs u and v into one message
    for path in files:
        number = 0
        with path.open("rb") as stream:
            eccodes.codes_grib_multi_support_reset_file(stream)
            while (handle := _next(stream, path, number)) is not None:
                number += 1
                try:
                    if codes is None or _code(handle) in codes:
                        yield _header(handle, path, number), handle
                finally:
                    eccodes.codes_release(handle)
        if number == 0:
            raise InputError("holds no GRIB message", where=str(path), remedy="Check the file")


def fields(
    files: Sequence[Path], area: Area | None, wanted: Callable[[Header], bool],
    codes: Container[tuple[int, ...]] | None = None,
) -> Iterator[Field]:  # fmt: skip
    """Decode the wanted fields of the files.

    Args:
        files: GRIB files.
        area: the part wanted; everything when None.
        wanted: whether a field is.
        codes: of GRIB 2, only these are looked at, which saves time; all when None.

    Raises:
        InputError: when a file is cut off, its grid is not longitude by latitude, grids differ or do not
            cover the area.
    """
    known: tuple[str, Mesh, np.ndarray, np.ndarray] | None = None
    for header, handle in headers(files, codes):
        if not wanted(header):
            continue
        values, grid = decoded(handle, header.where)
        if known is None:
            known = (grid, *window(grid, area, header.where))
        elif known[0] != grid:
            raise InputError(
                "lies on another grid than the fields before",
                where=header.where,
                remedy="Give files of one grid",
            )
        _, mesh, rows, columns = known
        yield Field(header, values[rows][:, columns], mesh)


def _next(stream: Any, path: Path, number: int) -> Any:

    eccodes = eccodes_library()
    try:
        return eccodes.codes_grib_new_from_file(stream)
    except eccodes.CodesInternalError as error:
        raise InputError(
            f"cut off or damaged after message {number} ({error})",
            where=str(path),
            remedy="Get the file again",
        ) from error


def _code(handle: Any) -> tuple[int, ...]:
    """Discipline, category and number; empty in GRIB 1."""
    get = eccodes_library().codes_get_long
    if get(handle, "edition") != 2:
        return ()
    return tuple(int(get(handle, key)) for key in ("discipline", "parameterCategory", "parameterNumber"))


def _header(handle: Any, path: Path, number: int) -> Header:

    eccodes = eccodes_library()

    def get(key: str, default: Any = None, kind: Any = None) -> Any:
        try:
            return eccodes.codes_get(handle, key, kind)
        except eccodes.CodesInternalError:
            return default

    eccodes.codes_set(handle, "stepUnits", "m")
    reference = _moment(get("dataDate"), get("dataTime"))
    start, end = (reference + np.timedelta64(int(get(key, 0, int)), "m") for key in ("startStep", "endStep"))
    code = _code(handle)
    second_edition = bool(code)
    level_type = str(get("typeOfLevel", "unknown"))
    level = _level(get, level_type, second_edition)
    return Header(
        str(get("shortName", "unknown")), code or None, level_type,
        int(get("typeOfFirstFixedSurface", -1, int)) if second_edition else -1, level,
        reference, start, end, str(get("stepType", "instant")), int(get("number", 0, int)),
        str(get("units", "")), str(get("centre", "")), path, number,
    )  # fmt: skip


def _moment(date: int, time: int) -> np.datetime64:
    day = f"{date:08d}"
    return np.datetime64(f"{day[:4]}-{day[4:6]}-{day[6:]}T{time // 100:02d}:{time % 100:02d}", "ns")


def _level(get: Callable[..., Any], level_type: str, second_edition: bool) -> float:
    if second_edition:
        value, factor = (
            get("scaledValueOfFirstFixedSurface", 0, int),
            get("scaleFactorOfFirstFixedSurface", 0, int),
        )
        missing = value is None or abs(value) >= 2**31 - 1 or abs(factor) > 100
        return 0.0 if missing else float(value * 10.0**-factor)
    depth = 0.01 if level_type.startswith("depth") else 1.0
    return float(get("level", 0)) * _ISOBARIC.get(level_type, depth)
