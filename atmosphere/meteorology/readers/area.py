"""The part of the earth wanted from a weather file, and the rows and columns that hold it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from foundation.errors import InputError
from foundation.grids import Grid

_EDGE_POINTS = 60
_WHOLE_CIRCLE = 360.0


class Area(NamedTuple):
    """Longitudes and latitudes wanted.

    Attributes:
        west: western edge, degrees east.
        east: eastern edge, degrees east, more than `west`.
        south: southern edge, degrees north.
        north: northern edge, degrees north.
    """

    west: float
    east: float
    south: float
    north: float

    def __str__(self) -> str:
        """The area as people read it."""
        return f"{self.west:g}° to {self.east:g}°E, {self.south:g}° to {self.north:g}°N"

    def edge(self) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude of points along all four sides."""
        lon = np.linspace(self.west, self.east, _EDGE_POINTS)
        lat = np.linspace(self.south, self.north, _EDGE_POINTS)
        along = (lon, lon, np.full_like(lat, self.west), np.full_like(lat, self.east))
        across = (np.full_like(lon, self.south), np.full_like(lon, self.north), lat, lat)
        return np.concatenate(along), np.concatenate(across)


AreaLike = Area | tuple[float, float, float, float]
"""An area, or its four numbers in the same order."""


def around(grid: Grid, margin_deg: float = 1.0) -> Area:
    """The area of a model grid and a margin beyond it, as interpolation to the grid needs it."""
    lon, lat = grid.lon_edges, grid.lat_edges
    south, north = max(float(lat[0]) - margin_deg, -90.0), min(float(lat[-1]) + margin_deg, 90.0)
    return Area(float(lon[0]) - margin_deg, float(lon[-1]) + margin_deg, south, north)


def checked(area: AreaLike | None) -> Area | None:
    """The area, if it is one.

    Raises:
        InputError: when west is not below east, south not below north, or a pole is passed.
    """
    if area is None:
        return None
    found = Area(*(float(value) for value in area))
    if not (found.west < found.east <= found.west + _WHOLE_CIRCLE and -90 <= found.south < found.north <= 90):
        raise InputError(
            f"area {found}: expected west < east, south < north, within -90° to 90°N",
            remedy="Give west, east, south, north in degrees",
        )
    return found


def longitude_columns(lon: np.ndarray, area: Area | None, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Columns of a longitude-latitude grid that hold an area, with one more beyond each edge.

    Args:
        lon: longitudes of the columns in the file's order, degrees east, evenly spaced, shape (x,).
        area: what is wanted; None for everything.
        where: the file, for messages.

    Returns:
        Indices into `lon`, west to east, and their longitudes, strictly increasing: those near the area
        when there is one, otherwise from -180 upward where the file goes around the earth.

    Raises:
        InputError: when the file does not reach the edges of the area.
    """
    if area is None:
        unrolled = _unrolled(lon)
        over = unrolled.max() > _WHOLE_CIRCLE  # across Greenwich: below zero there, as on maps
        west = -180.0 if _goes_around(lon) else float(unrolled[0]) - _WHOLE_CIRCLE * over
        turned = west + np.mod(lon - west + 1e-6, _WHOLE_CIRCLE) - 1e-6
        order = np.argsort(turned, kind="stable")
        return order, np.round(turned[order], 9)
    step = _step(lon)
    first = area.west - step
    turned = first + np.mod(lon - first + 1e-6, _WHOLE_CIRCLE) - 1e-6
    order = np.argsort(turned, kind="stable")
    columns, places = order, turned[order]
    if _goes_around(lon):
        columns, places = np.tile(columns, 2), np.concatenate([places, places + _WHOLE_CIRCLE])
    window = _window(places, area.west, area.east, "°E", where, area)
    return columns[window], np.round(places[window], 9)


def latitude_rows(lat: np.ndarray, area: Area | None, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows that hold an area, south to north, as `longitude_columns` does for columns."""
    order = np.argsort(lat, kind="stable")
    if area is None:
        return order, lat[order]
    window = _window(lat[order], area.south, area.north, "°N", where, area)
    return order[window], lat[order][window]


def projected_window(
    x: np.ndarray, y: np.ndarray, crs: str, area: Area | None, where: str
) -> tuple[slice, slice]:
    """Rows and columns of a projected grid that hold an area, with one more beyond each edge.

    Args:
        x: ascending, in units of the projection, shape (x,).
        y: ascending, shape (y,).
        crs: the projection.
        area: what is wanted; None for everything.
        where: the file, for messages.

    Raises:
        InputError: when the grid does not hold the whole area.
    """
    if area is None:
        return slice(None), slice(None)
    import pyproj

    edge_x, edge_y = pyproj.Proj(crs)(*area.edge())
    rows = _window(y, float(np.min(edge_y)), float(np.max(edge_y)), " m (y)", where, area)
    columns = _window(x, float(np.min(edge_x)), float(np.max(edge_x)), " m (x)", where, area)
    return rows, columns


def _window(places: np.ndarray, low: float, high: float, unit: str, where: str, area: Area) -> slice:
    """Slice of ascending places from the last at or below `low` to the first at or above `high`."""
    slack = 1e-6 * max(abs(float(places[-1] - places[0])), 1.0)
    first = int(np.searchsorted(places, low + slack, side="right")) - 1
    last = int(np.searchsorted(places, high - slack, side="left"))
    if first < 0 or last >= len(places):
        raise InputError(
            f"covers {places[0]:g} to {places[-1]:g}{unit}, the area {area} needs {low:g} to {high:g}",
            where=where, remedy="Ask for a smaller area or get a file that covers it",
        )  # fmt: skip
    return slice(first, last + 1)


def _step(lon: np.ndarray) -> float:
    return float(np.median(np.abs(np.diff(_unrolled(lon))))) if len(lon) > 1 else 0.0


def _goes_around(lon: np.ndarray) -> bool:
    return len(lon) > 1 and abs(len(lon) * _step(lon) - _WHOLE_CIRCLE) < 0.01 * _step(lon)


def _unrolled(lon: np.ndarray) -> np.ndarray:
    """Longitudes without a jump of 360 degrees."""
    unrolled: np.ndarray[Any, Any] = np.unwrap(np.asarray(lon, dtype=float), period=_WHOLE_CIRCLE)
    return unrolled
