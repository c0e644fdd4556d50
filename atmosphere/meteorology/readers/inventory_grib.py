"""What a GRIB file holds, whatever its fields and grids."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.readers.assembly import LONLAT
from atmosphere.meteorology.readers.eccodes_library import eccodes_library
from atmosphere.meteorology.readers.grib import Header, headers
from atmosphere.meteorology.readers.grib_grid import MISSING, decoded, window
from atmosphere.meteorology.readers.inventory import Holding, Inventory

_CENTRES = {"kwbc": "NCEP (kwbc)", "ecmf": "ECMWF (ecmf)", "babj": "CMA (babj)"}


def inventory_grib(files: Sequence[Path]) -> Inventory:
    """Go through all fields of GRIB files.

    Raises:
        InputError: when a file is cut off or holds no field.
    """
    holdings: dict[tuple[str, str], Holding] = {}
    seen: list[Header] = []
    grids: list[str] = []
    for header, handle in headers(files):
        seen.append(header)
        holding = _holding(holdings, header, handle)
        holding.add(_values(handle, header, grids))
        level = _level_text(header)
        if level and level not in holding.levels:
            holding.levels.append(level)
    result = Inventory(
        f"GRIB {'2' if seen[0].code else '1'}",
        ", ".join(_CENTRES.get(centre, centre) for centre in dict.fromkeys(header.centre for header in seen)),
        np.unique([header.reference for header in seen]), np.unique([header.valid for header in seen]),
    )  # fmt: skip
    result.holdings = list(holdings.values())
    result.pressures_hpa = sorted(
        {header.level / 100 for header in seen if _is_pressure(header)}, reverse=True
    )
    result.vertical = "pressure" if result.pressures_hpa else ""
    _describe_grid(result, grids[0] if grids else "", files[0])
    for key, holding in holdings.items():
        holding.times = len({header.valid for header in seen if _key(header) == key})
    return result


def _is_pressure(header: Header) -> bool:
    return header.level_type.startswith("isobaric")


def _key(header: Header) -> tuple[str, str]:
    """Name and kind of level; fields that ecCodes does not know go by their numbers."""
    known = header.short_name != "unknown" or header.code is None
    name = header.short_name if known else "{}-{}-{}".format(*header.code or ())
    return name, header.level_type


def _holding(holdings: dict[tuple[str, str], Holding], header: Header, handle: Any) -> Holding:
    key = _key(header)
    if key not in holdings:
        words = str(eccodes_library().codes_get(handle, "name"))
        holdings[key] = Holding(key[0], f"{words} [{header.level_type}]", header.units)
    return holdings[key]


def _values(handle: Any, header: Header, grids: list[str]) -> np.ndarray:
    eccodes = eccodes_library()
    if eccodes.codes_get(handle, "gridType") == "regular_ll":
        values, grid = decoded(handle, header.where)
        grids.append(grid)
        return values
    eccodes.codes_set(handle, "missingValue", MISSING)
    values = eccodes.codes_get_values(handle)
    values[values == MISSING] = np.nan
    return np.asarray(values)


def _level_text(header: Header) -> str:
    if _is_pressure(header):
        return f"{header.level / 100:g} hPa"
    if header.level_type.startswith(("heightAbove", "depth")):
        return f"{header.level:g} m"
    return ""


def _describe_grid(result: Inventory, grid: str, path: Path) -> None:
    if not grid:
        result.projection = "not a regular longitude-latitude grid"
        return
    mesh, _, _ = window(grid, None, str(path))
    result.bounds = (mesh.x[0], mesh.x[-1], mesh.y[0], mesh.y[-1])
    result.shape = (len(mesh.x), len(mesh.y))
    result.step = (
        (float(np.diff(mesh.x).mean()), float(np.diff(mesh.y).mean())) if min(result.shape) > 1 else None
    )
    result.projection = LONLAT
