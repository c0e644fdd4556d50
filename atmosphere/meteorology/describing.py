"""What a weather file holds and whether the transport model can run on it: the first look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.files import files_of
from atmosphere.meteorology.readers.inventory import Holding, Inventory
from atmosphere.meteorology.reading import one_kind, read_weather
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.errors import ContractError, InputError
from foundation.times import shown


def describe(path: str | Path) -> dict[str, Any]:
    """What a file, or a folder of files of one kind, holds; ready for JSON.

    Files of soundings and surface reports are described by `point_reports.describe_reports`.

    Returns:
        file, kind, source, reference times, valid times (UTC and Beijing), area, grid, levels, variables with
        units and range as they stand in the file, and what the transport model finds and misses.

    Raises:
        InputError: when a file is none of those known, is cut off or damaged, or files are of several kinds.
    """
    files = files_of(path)
    kind = one_kind(files)
    if kind == "reports":
        from atmosphere.meteorology.point_reports import describe_reports

        if len(files) > 1:
            raise InputError("files of reports", where=str(path), remedy="Give one file at a time")
        return describe_reports(files[0])
    held = _inventory(kind, files)
    return {
        "file": str(path), "files": len(files), "kind": f"{kind} ({held.kind})", "source": held.source,
        "reference_times_utc": [_utc(time) for time in held.references],
        "valid_times": _times(held.times),
        "area_deg": _named(("west", "east", "south", "north"), held.bounds),
        "grid": {
            "columns": held.shape[0] if held.shape else None, "rows": held.shape[1] if held.shape else None,
            "step_x": _rounded(held.step[0]) if held.step else None,
            "step_y": _rounded(held.step[1]) if held.step else None,
            "step_units": held.step_units, "projection": held.projection,
        },
        "levels": {
            "vertical": held.vertical, "count": len(held.pressures_hpa), "pressure_hpa": held.pressures_hpa,
        },
        "variables": [_variable(holding) for holding in held.holdings],
        "transport": _transport(files),
    }  # fmt: skip


def _inventory(kind: str, files: list[Path]) -> Inventory:
    if kind == "ARL":
        from atmosphere.meteorology.readers.inventory_arl import inventory_arl

        return inventory_arl(files)
    if kind in ("ERA5", "WRF"):
        from atmosphere.meteorology.readers.inventory_netcdf import inventory_era5, inventory_wrf

        return inventory_era5(files) if kind == "ERA5" else inventory_wrf(files)
    from atmosphere.meteorology.readers.inventory_grib import inventory_grib

    return inventory_grib(files)


def _transport(files: list[Path]) -> dict[str, Any]:
    """What the transport model finds: the contract's variables that a reader makes of the files."""
    try:
        weather = read_weather(files)
    except (InputError, ContractError) as error:
        return {"usable": False, "reason": error.what, "found": {}, "missing_optional": [], "notes": []}
    optional = [name for name in METEOROLOGY.optional if name not in weather]
    return {
        "usable": True, "reason": "",
        "found": {str(name): _range(array) for name, array in weather.data_vars.items()},
        "missing_optional": optional,
        "notes": [note for note in str(weather.attrs.get("notes", "")).split("; ") if note],
    }  # fmt: skip


def _range(array: xr.DataArray) -> dict[str, Any]:
    values = array.values[np.isfinite(array.values)]
    return {
        "units": array.attrs.get("units", ""),
        "minimum": _rounded(float(values.min())) if values.size else None,
        "mean": _rounded(float(values.mean(dtype=np.float64))) if values.size else None,
        "maximum": _rounded(float(values.max())) if values.size else None,
        "missing_share": round(1.0 - values.size / array.size, 6),
    }


def _variable(held: Holding) -> dict[str, Any]:
    return {
        "name": held.name, "description": held.description, "units": held.units, "times": held.times,
        "levels": held.levels, "minimum": _rounded(held.lowest), "mean": _rounded(held.mean),
        "maximum": _rounded(held.highest), "missing_share": round(held.missing / max(held.count, 1), 6),
    }  # fmt: skip


def _times(times: np.ndarray) -> dict[str, Any]:
    steps = np.unique(np.diff(times)) if len(times) > 1 else np.array([], "timedelta64[ns]")
    return {
        "count": len(times),
        "first_utc": _utc(times.min()) if len(times) else None,
        "last_utc": _utc(times.max()) if len(times) else None,
        "first_beijing": shown(times.min()) if len(times) else None,
        "last_beijing": shown(times.max()) if len(times) else None,
        "steps_hours": [float(step / np.timedelta64(1, "h")) for step in steps],
        "in_order": bool(len(times) < 2 or (np.diff(times) > np.timedelta64(0, "s")).all()),
        "utc": [_utc(time) for time in times],
    }  # fmt: skip


def _utc(time: np.datetime64) -> str:
    return f"{np.datetime_as_string(time, 'm')}Z"


def _named(names: tuple[str, ...], values: tuple[float, ...] | None) -> dict[str, float] | None:
    return (
        {name: round(float(value), 4) for name, value in zip(names, values, strict=True)} if values else None
    )


def _rounded(value: float | None) -> float | None:
    """Six significant digits."""
    return None if value is None else float(f"{value:.6g}")
