"""The map of a WRF domain, from the global attributes of its files, checked against their coordinates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import xarray as xr

from atmosphere.meteorology.readers.area import Area, projected_window
from atmosphere.meteorology.readers.assembly import LONLAT, Mesh
from atmosphere.meteorology.readers.projection import eastward_direction
from foundation.errors import InputError

EARTH_RADIUS_M = 6370000.0
"""Radius of WRF's earth (share/module_model_constants.F)."""

_TOLERANCE = 0.02
"""How far, in cells, the coordinates may lie off a regular grid of the map."""


def crs_of(attributes: dict[str, object], path: Path) -> str:
    """The projection as a PROJ string.

    Raises:
        InputError: when an attribute is missing or the map is not supported.
    """
    try:
        kind, first, second, meridian, tilt = (
            float(str(attributes[name]))
            for name in ("MAP_PROJ", "TRUELAT1", "TRUELAT2", "STAND_LON", "POLE_LAT")
        )
        origin = float(str(attributes.get("MOAD_CEN_LAT", attributes["CEN_LAT"])))
    except KeyError as error:
        raise InputError(
            f"no global attribute {error}", where=str(path), remedy="Use a wrfout file as WRF wrote it"
        ) from error
    if kind == 1:
        shape = f"+proj=lcc +lat_1={first:.9g} +lat_2={second:.9g} +lat_0={origin:.9g} +lon_0={meridian:.9g}"
    elif kind == 2:
        pole = 90.0 if first >= 0 else -90.0
        shape = f"+proj=stere +lat_0={pole:g} +lat_ts={first:.9g} +lon_0={meridian:.9g}"
    elif kind == 3:
        shape = f"+proj=merc +lat_ts={first:.9g} +lon_0={meridian:.9g}"
    elif kind == 6 and abs(tilt) == 90.0:
        return LONLAT
    else:
        raise InputError(
            f"MAP_PROJ {kind:g} (pole at {tilt:g}°) is not supported: expected 1 Lambert, 2 polar "
            "stereographic, 3 Mercator or 6 lon-lat without rotation",
            where=str(path), remedy="Interpolate to one of these",
        )  # fmt: skip
    return f"{shape} +R={EARTH_RADIUS_M:g} +units=m +no_defs +type=crs"


def axes(dataset: xr.Dataset, path: Path) -> tuple[np.ndarray, np.ndarray, float, str]:
    """Axes of the grid in m (or degrees), how far the coordinates lie off it in cells, and the projection.

    Raises:
        InputError: when the file has no coordinates or the map is not supported.
    """
    lon, lat = coordinates(dataset, path)
    crs = crs_of(dict(dataset.attrs), path)
    x, y = (lon, lat) if crs == LONLAT else pyproj.Proj(crs)(lon, lat)
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    step_x, step_y = float(np.diff(x, axis=1).mean()), float(np.diff(y, axis=0).mean())
    along, up = np.arange(x.shape[1]), np.arange(y.shape[0])
    x_axis = x.mean() + step_x * (along - along.mean())
    y_axis = y.mean() + step_y * (up - up.mean())
    off = max(float(np.abs(x - x_axis).max()) / step_x, float(np.abs(y - y_axis[:, None]).max()) / step_y)
    return x_axis, y_axis, off, crs


def coordinates(dataset: xr.Dataset, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of the cells, (y, x), degrees; of the first time where they carry times."""
    try:
        lon, lat = (dataset[name].values.astype(float) for name in ("XLONG", "XLAT"))
    except KeyError as error:
        raise InputError(
            f"no variable {error}", where=str(path), remedy="Use a wrfout file as WRF wrote it"
        ) from error
    return (lon[0], lat[0]) if lon.ndim == 3 else (lon, lat)


def window(
    dataset: xr.Dataset, area: Area | None, path: Path
) -> tuple[Mesh, slice, slice, tuple[np.ndarray, np.ndarray] | None]:
    """Grid, rows and columns of the wanted part, and the direction of east on it.

    Raises:
        InputError: when the coordinates do not fit the map, or the grid does not hold the area.
    """
    x, y, off, crs = axes(dataset, path)
    if off > _TOLERANCE:
        raise InputError(
            f"XLONG and XLAT lie up to {off:.2g} cells off the map of the global attributes",
            where=str(path), remedy="Use a file of one domain that does not move",
        )  # fmt: skip
    rows, columns = projected_window(x, y, crs, area, str(path))
    lon, lat = coordinates(dataset, path)
    mesh = Mesh(x[columns], y[rows], lon[rows, columns], lat[rows, columns], crs)
    if crs == LONLAT:
        return mesh, rows, columns, None
    if "COSALPHA" in dataset and "SINALPHA" in dataset:
        cosine, sine = (dataset[name].values for name in ("COSALPHA", "SINALPHA"))
        cosine, sine = (part[0] if part.ndim == 3 else part for part in (cosine, sine))
        return mesh, rows, columns, (cosine[rows, columns], -sine[rows, columns])
    return mesh, rows, columns, eastward_direction(mesh)
