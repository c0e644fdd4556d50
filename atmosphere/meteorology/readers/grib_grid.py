"""Values and grids of GRIB fields."""

from __future__ import annotations

from typing import Any

import numpy as np

from atmosphere.meteorology.readers.area import Area, latitude_rows, longitude_columns
from atmosphere.meteorology.readers.assembly import Mesh, lonlat_mesh
from atmosphere.meteorology.readers.eccodes_library import eccodes_library
from foundation.errors import InputError

MISSING = -1e34
"""What ecCodes is told to put where a bitmap leaves a value out."""


def decoded(handle: Any, where: str) -> tuple[np.ndarray, str]:
    """Values (y, x) as scanned, missing ones NaN, and a text that is the same for the same grid.

    Raises:
        InputError: when the grid is not longitude by latitude.
    """
    eccodes = eccodes_library()

    kind = str(eccodes.codes_get(handle, "gridType"))
    if kind != "regular_ll":
        raise InputError(
            f"grid of type {kind!r}: expected a regular longitude-latitude grid",
            where=where,
            remedy="Convert it, for example with grib_filter, CDO or wgrib2",
        )
    keys = ("Ni", "Nj", "latitudeOfFirstGridPointInDegrees", "latitudeOfLastGridPointInDegrees",
            "longitudeOfFirstGridPointInDegrees", "longitudeOfLastGridPointInDegrees",
            "iScansNegatively", "jPointsAreConsecutive", "alternativeRowScanning")  # fmt: skip
    numbers = [eccodes.codes_get(handle, key, float) for key in keys]
    eccodes.codes_set(handle, "missingValue", MISSING)
    values = eccodes.codes_get_values(handle)
    values[values == MISSING] = np.nan
    columns, rows = int(numbers[0]), int(numbers[1])
    if numbers[8]:
        raise InputError("rows scanned in turn are not supported", where=where, remedy="Convert the file")
    shaped = values.reshape(columns, rows).T if numbers[7] else values.reshape(rows, columns)
    return shaped, " ".join(f"{number:.9g}" for number in numbers)


def window(grid: str, area: Area | None, where: str) -> tuple[Mesh, np.ndarray, np.ndarray]:
    """Grid, rows and columns of the wanted part of a grid that `decoded` has named.

    Raises:
        InputError: when the grid does not hold the area.
    """
    nx, ny, lat_first, lat_last, lon_first, lon_last, backward, *_ = map(float, grid.split())
    lat = np.round(np.linspace(lat_first, lat_last, int(ny)), 9)
    span = (lon_first - lon_last if backward else lon_last - lon_first) % 360.0
    steps = np.linspace(0.0, span, int(nx))
    lon = np.round(lon_first - steps if backward else lon_first + steps, 9)
    columns, places = longitude_columns(lon, area, where)
    rows, latitudes = latitude_rows(lat, area, where)
    return lonlat_mesh(places, latitudes), rows, columns
