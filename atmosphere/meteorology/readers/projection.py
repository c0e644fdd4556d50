"""Projected grids: where their points lie, and which way their winds blow."""

from __future__ import annotations

import numpy as np
import pyproj

from atmosphere.meteorology.readers.assembly import Mesh

_SMALL_DEG = 1e-3


def projected_mesh(x: np.ndarray, y: np.ndarray, crs: str) -> Mesh:
    """Grid of a projection from its ascending axes in m."""
    across, up = np.meshgrid(x, y)
    lon, lat = pyproj.Proj(crs)(across, up, inverse=True)
    return Mesh(x, y, np.asarray(lon), np.asarray(lat), crs)


def eastward_direction(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Components along x and y of the unit vector that points east, shape (y, x).

    Found by projecting points a little to the west and east of each, so that it holds for any conformal
    projection and no sign of a convergence angle can be mistaken.
    """
    project = pyproj.Proj(mesh.crs)
    east_x, east_y = project(mesh.lon + _SMALL_DEG, mesh.lat)
    west_x, west_y = project(mesh.lon - _SMALL_DEG, mesh.lat)
    along_x, along_y = np.asarray(east_x) - west_x, np.asarray(east_y) - west_y
    length = np.hypot(along_x, along_y)
    return along_x / length, along_y / length


def earth_relative(
    wind_x: np.ndarray, wind_y: np.ndarray, east: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Turn winds along the axes of a conformal grid into eastward and northward winds.

    Args:
        wind_x: wind along x, m s-1, shape (..., y, x).
        wind_y: wind along y.
        east: components of the unit vector that points east, from `eastward_direction`.
    """
    along_x, along_y = east
    return wind_x * along_x + wind_y * along_y, wind_y * along_x - wind_x * along_y
