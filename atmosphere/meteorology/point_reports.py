"""Reports from points: surface stations and soundings, whatever the format of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from foundation.errors import InputError

_LOOKED_AT = 4096


def is_point_report(path: str | Path) -> bool:
    """Whether a file is a MICAPS or a BUFR file, by its first bytes."""
    return _format(Path(path)) in ("micaps", "bufr")


def read_surface_reports(path: str | Path) -> xr.Dataset:
    """Read reports of surface stations: MICAPS type 1, or SYNOP in BUFR.

    Returns:
        A data set of the contract SURFACE_REPORTS. A station may report more than once. What was left out,
        and why, is in the attribute `refused`.

    Raises:
        InputError: when the file is of neither kind, damaged or truncated.
    """
    kind = _format(Path(path))
    if kind == "micaps":
        from atmosphere.meteorology.readers.micaps import read_micaps_surface

        return read_micaps_surface(path)
    if kind == "bufr":
        from atmosphere.meteorology.readers.bufr_reports import read_synop

        return read_synop(path)
    raise InputError(
        "neither MICAPS ('diamond') nor BUFR", where=str(path), remedy="Expected MICAPS type 1 or SYNOP BUFR"
    )


def read_soundings(path: str | Path) -> xr.Dataset:
    """Read soundings from TEMP BUFR.

    Returns:
        A data set of the contract SOUNDINGS, each from the ground upward.

    Raises:
        InputError: when the file is no BUFR, is damaged, truncated or holds no sounding.
    """
    from atmosphere.meteorology.readers.bufr_reports import read_temp

    if _format(Path(path)) != "bufr":
        raise InputError("not a BUFR file", where=str(path), remedy="Expected TEMP BUFR")
    return read_temp(path)


def describe_reports(path: str | Path) -> dict[str, Any]:
    """What a file of reports holds, ready for JSON.

    Raises:
        InputError: when the file holds neither surface reports nor soundings.
    """
    try:
        reports, kind = read_surface_reports(path), "surface reports"
    except InputError as no_surface:
        if _format(Path(path)) != "bufr":
            raise
        try:
            reports, kind = read_soundings(path), "soundings"
        except InputError as error:
            raise error from no_surface
    times = reports["time"].values
    return {
        "file": str(path),
        "kind": kind,
        "format": reports.attrs["source"],
        "reports": int(times.size),
        "stations": int(np.unique(reports["station"].values).size),
        "first_time_utc": str(times.min().astype("datetime64[s]")) + "Z",
        "last_time_utc": str(times.max().astype("datetime64[s]")) + "Z",
        "area_deg": {
            "west": _extreme(reports["lon"], np.nanmin), "east": _extreme(reports["lon"], np.nanmax),
            "south": _extreme(reports["lat"], np.nanmin), "north": _extreme(reports["lat"], np.nanmax),
        },
        "variables": {name: _summary(reports[name]) for name in map(str, reports.data_vars)},
        "refused": [line for line in str(reports.attrs["refused"]).split("; ") if line],
    }  # fmt: skip


def _extreme(values: xr.DataArray, function: Any) -> float | None:
    return float(function(values.values)) if np.isfinite(values.values).any() else None


def _summary(values: xr.DataArray) -> dict[str, Any]:
    present = int(np.isfinite(values.values).sum())
    return {
        "units": str(values.attrs["units"]),
        "present": present,
        "lowest": _extreme(values, np.nanmin),
        "highest": _extreme(values, np.nanmax),
    }


def _format(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(b"diamond"):
        return "micaps"
    return "bufr" if b"BUFR" in head else "other"
