"""Areas and lengths on the sphere of shapes whose edges are straight in longitude and latitude.

Such an edge is a curve on Lambert's cylindrical equal-area projection, x = R lon, y = R sin(lat) (Snyder
1987, USGS Professional Paper 1395, p. 76). Green's theorem gives the area on that plane as the integral of
y dx along the boundary, which has a closed form on every edge. Shapes may thus be cut in longitude and
latitude, where the sides of cells are straight, and measured without error from bent edges.
"""

from __future__ import annotations

import numpy as np
import shapely

from foundation.constants import EARTH_RADIUS

__all__ = ["area_m2", "path_length_m"]

_POLYGON = 3
_SERIES_BELOW = 0.02
_GAUSS_POINTS = 6


def area_m2(shapes: np.ndarray) -> np.ndarray:
    """Area of each shape on the sphere; points and lines in it count nothing.

    Args:
        shapes: valid geometries in degrees, shape (shape,).

    Returns:
        m2, shape (shape,).
    """
    parts, of_shape = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    polygons = shapely.get_type_id(parts) == _POLYGON
    parts, of_shape = parts[polygons], of_shape[polygons]
    rings, of_part = shapely.get_rings(parts, return_index=True)
    if not len(rings):
        return np.zeros(len(shapes))
    outer = np.r_[True, of_part[1:] != of_part[:-1]]
    areas = np.where(outer, 1.0, -1.0) * _ring_area(rings)
    return np.bincount(of_shape[of_part], areas, minlength=len(shapes))


def _ring_area(rings: np.ndarray) -> np.ndarray:
    points, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.r_[0, np.flatnonzero(np.diff(ring)) + 1]
    lon, lat = np.deg2rad(points).T
    reference = lat[start][ring]
    same = ring[1:] == ring[:-1]
    width = np.where(same, np.diff(lon), 0.0)
    height = _mean_sine_above(lat[:-1], lat[1:], reference[:-1])
    return EARTH_RADIUS**2 * np.abs(np.bincount(ring[:-1], width * height, minlength=len(rings)))


def _mean_sine_above(begin: np.ndarray, end: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Mean of sin(lat) along an edge less sin(reference), without loss of digits in small shapes."""
    middle, half = 0.5 * (begin + end), 0.5 * (end - begin)
    square = half**2
    with np.errstate(divide="ignore", invalid="ignore"):
        lack = np.where(
            np.abs(half) < _SERIES_BELOW,
            square / 6 * (1 - square / 20 * (1 - square / 42)),
            1 - np.sin(half) / half,
        )
    above = 2 * np.cos(0.5 * (middle + reference)) * np.sin(0.5 * (middle - reference))
    return np.asarray(above - np.sin(middle) * lack)


def path_length_m(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Length on the sphere of paths straight in longitude and latitude.

    Gauss-Legendre quadrature of the arc length; to 1e-12 of itself for paths of up to a degree away from the
    poles.

    Args:
        begin: longitude and latitude, degrees, shape (path, 2).
        end: likewise.

    Returns:
        m, shape (path,).
    """
    at, weight = np.polynomial.legendre.leggauss(_GAUSS_POINTS)
    lon, lat = np.deg2rad(end - begin).T
    along = np.deg2rad(begin[:, 1])[:, None] + lat[:, None] * 0.5 * (1 + at)
    speed = np.sqrt(lat[:, None] ** 2 + (np.cos(along) * lon[:, None]) ** 2)
    return np.asarray(EARTH_RADIUS * 0.5 * (speed @ weight))
