"""One door to weather on a grid: the kind of file is recognised by its content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import xarray as xr

from atmosphere.meteorology.readers.area import AreaLike, checked
from atmosphere.meteorology.readers.files import files_of
from foundation.errors import InputError

Kind = Literal["GFS", "ECMWF", "ERA5", "WRF", "ARL", "reports"]
"""Kinds of weather files: `reports` are soundings and surface reports, which lie on no grid."""

_LOOKED_AT = 4096


def read_weather(paths: str | Path | Sequence[str | Path], area: AreaLike | None = None) -> xr.Dataset:
    """Read weather files of any kind known into the weather contract.

    Args:
        paths: a file, a folder or a list of files of one kind.
        area: west, east, south, north in degrees: the part wanted; everything when None.

    Raises:
        InputError: when the kind is not known, files of several kinds are mixed, or the reader of that kind
            refuses them.
    """
    files = files_of(paths)
    kind = one_kind(files)
    wanted = checked(area)
    if kind == "GFS":
        from atmosphere.meteorology.readers.gfs import read_gfs as read
    elif kind == "ECMWF":
        from atmosphere.meteorology.readers.ecmwf import read_ecmwf as read
    elif kind == "ERA5":
        from atmosphere.meteorology.readers.era5 import read_era5 as read
    elif kind == "WRF":
        from atmosphere.meteorology.readers.wrf import read_wrf as read
    elif kind == "ARL":
        from atmosphere.meteorology.readers.arl import read_arl as read
    else:
        raise InputError(
            "soundings or surface reports, not weather on a grid", where=str(files[0]),
            remedy="Give GRIB, ERA5 or WRF NetCDF, or ARL-packed files",
        )  # fmt: skip
    return read(files, wanted)


def one_kind(files: Sequence[Path]) -> Kind:
    """Kind of all the files.

    Raises:
        InputError: when one is none of those known, or they are of several kinds.
    """
    kinds = {kind_of(path) for path in files}
    if len(kinds) > 1:
        raise InputError(
            f"files of several kinds: {', '.join(sorted(kinds))}", where=str(files[0].parent),
            remedy="Give files of one kind",
        )  # fmt: skip
    return kinds.pop()


def kind_of(path: Path) -> Kind:
    """Kind of a weather file, by its content, whatever its name.

    Raises:
        InputError: when it is none of those known.
    """
    from atmosphere.meteorology.readers.arl_records import looks_like_arl

    with path.open("rb") as stream:
        start = stream.read(_LOOKED_AT)
    if looks_like_arl(start):
        return "ARL"
    if start.startswith((b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"CDF\x02", b"CDF\x05")):
        return _netcdf_kind(path)
    if b"GRIB" in start and (b"BUFR" not in start or start.index(b"GRIB") < start.index(b"BUFR")):
        return _grib_kind(path)
    if b"BUFR" in start or start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(b"diamond"):
        return "reports"
    raise InputError(_unknown(start), where=str(path), remedy=_REMEDY)


_REMEDY = "Expected GRIB, ERA5 or WRF NetCDF, an ARL-packed file, BUFR or MICAPS"


def _unknown(start: bytes) -> str:
    if not start:
        return "the file is empty"
    if start.startswith(b"PK\x03\x04"):
        return (
            "a zip archive, as the Climate Data Store sends several NetCDF files: unpack it, give the folder"
        )
    if start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        return "a compressed file: unpack it first"
    return f"not a weather file that is known; it begins with {start[:16]!r}"


def _grib_kind(path: Path) -> Kind:
    from atmosphere.meteorology.readers.grib import headers

    header, _ = next(iter(headers([path])))
    if header.centre == "ecmf":
        return "ECMWF"
    if header.code is not None:
        return "GFS"
    raise InputError(
        f"GRIB 1 of {header.centre!r}: of GRIB 1 only ECMWF's is read", where=str(path),
        remedy="Convert it to GRIB 2, for example with grib_set -s edition=2",
    )  # fmt: skip


def _netcdf_kind(path: Path) -> Kind:
    from atmosphere.meteorology.readers.netcdf import opened

    with opened(path) as dataset:
        held = {str(name) for name in dataset.variables}
        if "MAP_PROJ" in dataset.attrs and {"XLAT", "XLONG"} <= held:
            return "WRF"
        if {"latitude", "longitude"} <= held and held & {"time", "valid_time"}:
            return "ERA5"
    listed = ", ".join(sorted(held)[:8])
    raise InputError(f"NetCDF of neither ERA5 nor WRF; it holds {listed}", where=str(path), remedy=_REMEDY)
