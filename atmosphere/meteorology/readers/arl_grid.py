"""The grid of an ARL-packed file: a longitude-latitude grid or a conformal map on a sphere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj

from atmosphere.meteorology.readers.area import Area, latitude_rows, longitude_columns, projected_window
from atmosphere.meteorology.readers.arl_records import Index
from atmosphere.meteorology.readers.assembly import Mesh, lonlat_mesh
from atmosphere.meteorology.readers.projection import eastward_direction, projected_mesh
from foundation.errors import InputError

EARTH_RADIUS_M = 6371200.0
"""Radius of the earth in ARL's map library CMAPF."""

_POLE = 89.99


@dataclass(frozen=True)
class Window:
    """Where the wanted part lies.

    Attributes:
        mesh: its grid.
        rows: rows of the file's fields, south to north.
        columns: columns, west to east.
        east: unit vector that points east along x and y; None where the grid is longitude by latitude.
    """

    mesh: Mesh
    rows: np.ndarray | slice
    columns: np.ndarray | slice
    east: tuple[np.ndarray, np.ndarray] | None

    def part(self, values: np.ndarray) -> np.ndarray:
        """The wanted part of a field."""
        return values[self.rows][:, self.columns]


def window(index: Index, area: Area | None, path: Path) -> Window:
    """The wanted part of the grid that an index record defines.

    Raises:
        InputError: when the projection is not supported or the grid does not hold the area.
    """
    size_km = index.numbers[4]
    if size_km == 0.0:
        return _lonlat(index, area, path)
    crs = crs_of(index, path)
    sync_x, sync_y, sync_lat, sync_lon = index.numbers[7:11]
    tie_x, tie_y = pyproj.Proj(crs)(sync_lon, sync_lat)
    x = tie_x + (np.arange(1, index.columns + 1) - sync_x) * size_km * 1000.0
    y = tie_y + (np.arange(1, index.rows + 1) - sync_y) * size_km * 1000.0
    rows, columns = projected_window(x, y, crs, area, str(path))
    mesh = projected_mesh(x[columns], y[rows], crs)
    return Window(mesh, rows, columns, eastward_direction(mesh))


def crs_of(index: Index, path: Path) -> str:
    """The conformal projection as a PROJ string: polar stereographic, Mercator or Lambert.

    The cone touches the sphere at the latitude given; the scale is 1 at the reference latitude.

    Raises:
        InputError: when the grid is turned against its meridian or the map's pole is not the earth's.
    """
    pole, _, reference, meridian, _, turned, cone = index.numbers[:7]
    if turned != 0.0 or abs(pole) < _POLE:
        raise InputError(
            f"ARL grid turned by {turned:g}° or with a pole at {pole:g}° is not supported",
            where=str(path), remedy="Use a file on a longitude-latitude, Lambert or stereographic grid",
        )  # fmt: skip
    if abs(cone) > _POLE:
        side = np.copysign(90.0, cone)
        shape = f"+proj=stere +lat_0={side:g} +lat_ts={reference:g} +lon_0={meridian:g}"
    elif abs(cone) < 1e-6:
        shape = f"+proj=merc +lat_ts={reference:g} +lon_0={meridian:g}"
    else:
        scale = _lambert_scale(cone, reference, meridian)
        shape = f"+proj=lcc +lat_1={cone:g} +lat_0={reference:g} +lon_0={meridian:g} +k_0={scale:.12g}"
    return f"{shape} +R={EARTH_RADIUS_M:g} +units=m +no_defs +type=crs"


def _lambert_scale(cone: float, reference: float, meridian: float) -> float:
    tangent = pyproj.Proj(f"+proj=lcc +lat_1={cone:g} +lon_0={meridian:g} +R={EARTH_RADIUS_M:g}")
    return 1.0 / float(tangent.get_factors(meridian, reference).meridional_scale)


def _lonlat(index: Index, area: Area | None, path: Path) -> Window:
    """Longitude by latitude: the reference numbers hold the steps, the tie point the first point."""
    lat_step, lon_step = index.numbers[2:4]
    sync_x, sync_y, sync_lat, sync_lon = index.numbers[7:11]
    if lat_step == 0.0 or lon_step <= 0.0:
        raise InputError(
            f"ARL grid steps {lon_step:g} and {lat_step:g}°: expected other than 0", where=str(path)
        )
    lon = sync_lon + (np.arange(1, index.columns + 1) - sync_x) * lon_step
    lat = sync_lat + (np.arange(1, index.rows + 1) - sync_y) * lat_step
    columns, places = longitude_columns(lon, area, str(path))
    rows, latitudes = latitude_rows(lat, area, str(path))
    return Window(lonlat_mesh(places, latitudes), rows, columns, None)
