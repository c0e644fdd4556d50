"""The sketch of the land under the map: projection, relief, crests, lakes, names and graticule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from pyproj import Transformer

from consultation.bulletin.map_facts import Lake, MapFacts, Named, Peak, Point
from consultation.bulletin.placement import rounded
from consultation.bulletin.svg import Lettering

EARTH = "#f4f1ea"
_RELIEF = {0: "#e6dfd0", 1: "#d3c8b4", 2: "#bfb29b"}
INK = "#1d2733"
_WATER, _SHORE, _LAKE_NAME = "#b9d7ea", "#6f9dbb", "#2c6285"
_RIDGE, _GRID, _DEGREES, _AREA_NAME = "#7b6a52", "#c3c8cc", "#5b6670", "#8b8271"


class Plane:
    """The projection, the axes drawn in it and the words written on them; kilometres."""

    def __init__(self, facts: MapFacts, axes: Axes, lettering: Lettering) -> None:
        """Set the window of the facts on the axes."""
        central, window = facts.projection, facts.window
        self.transformer = Transformer.from_crs(
            "EPSG:4326",
            f"+proj=lcc +lon_0={central.central_lon} +lat_0={central.central_lat} "
            f"+lat_1={central.parallels[0]} +lat_2={central.parallels[1]} +datum=WGS84 +units=km",
            always_xy=True,
        )
        self.axes, self.facts, self.lettering = axes, facts, lettering
        middle = ((window.west + window.east) / 2, (window.south + window.north) / 2)
        corners = self.points(
            [
                (window.west, middle[1]),
                (window.east, middle[1]),
                (middle[0], window.south),
                (middle[0], window.north),
            ]
        )
        self.west, self.east = float(corners[0, 0]), float(corners[1, 0])
        self.south, self.north = float(corners[2, 1]), float(corners[3, 1])
        axes.set_xlim(self.west, self.east)
        axes.set_ylim(self.south, self.north)

    def points(self, lonlat: Sequence[Point]) -> np.ndarray:
        """Longitudes and latitudes on the plane, shape (n, 2)."""
        lon, lat = np.asarray(lonlat, dtype=float).T
        return np.column_stack(self.transformer.transform(lon, lat))

    def point(self, named: Named) -> tuple[float, float]:
        """Where a named point lies."""
        x, y = self.points([(named.lon, named.lat)])[0]
        return float(x), float(y)

    def write(self, at: tuple[float, float], text: str, size: float, colour: str, **style: Any) -> None:
        """Write a text, with a light edge unless another class is named."""
        token = self.lettering(text, style.pop("css", "halo"))
        self.axes.text(*at, token, fontsize=size, color=colour, **{"ha": "center", "zorder": 4, **style})

    @property
    def shape(self) -> float:
        """Height over width."""
        return (self.north - self.south) / (self.east - self.west)


def draw_land(plane: Plane) -> None:
    """Draw relief, crests, lakes, peaks and the names of areas."""
    _draw_relief(plane)
    _draw_ridges(plane)
    for lake in plane.facts.lakes:
        _draw_lake(plane, lake)
    for area in plane.facts.areas:
        x, y = plane.point(area)
        plane.write((x, y), area.chinese, 15, _AREA_NAME, css="wide", zorder=2)
        plane.write((x, y - 12), area.english, 8, _AREA_NAME, css="", zorder=2)
    for peak in plane.facts.peaks:
        _draw_peak(plane, peak)


def draw_outlines(plane: Plane) -> None:
    """Draw what lets one find one's way on a coloured field: crests and peaks, and no relief."""
    _draw_ridges(plane)
    for peak in plane.facts.peaks:
        x, y = plane.point(peak)
        plane.axes.plot([x], [y], marker="^", color=INK, markersize=5, zorder=5)
        plane.write((x, y - 15), peak.chinese, 8, INK, zorder=5)


def _draw_ridges(plane: Plane) -> None:
    for ridge in plane.facts.ridges:
        line = plane.points(ridge.line)
        plane.axes.plot(*line.T, color=_RIDGE, linewidth=1.6, alpha=0.75, zorder=2, linestyle=(0, (1, 1.2)))


def _draw_relief(plane: Plane) -> None:
    heights = sorted({part.above_m for part in plane.facts.relief})
    for part in plane.facts.relief:
        colour = _RELIEF[min(heights.index(part.above_m), len(_RELIEF) - 1)]
        rings = [Path(rounded(plane.points(ring)), closed=True) for ring in part.rings]
        shape = Path.make_compound_path(*rings)
        plane.axes.add_patch(PathPatch(shape, facecolor=colour, edgecolor="none", zorder=1))


def _draw_lake(plane: Plane, lake: Lake) -> None:
    x, y = plane.point(lake)
    if not (plane.west < x < plane.east and plane.south < y < plane.north):
        return
    radius = float(np.sqrt(lake.area_km2 / np.pi))
    disc = Circle((x, y), radius, facecolor=_WATER, edgecolor=_SHORE, linewidth=0.6, zorder=2)
    plane.axes.add_patch(disc)
    plane.write((x, y - radius - 9), lake.chinese, 8, _LAKE_NAME)


def _draw_peak(plane: Plane, peak: Peak) -> None:
    x, y = plane.point(peak)
    plane.axes.plot([x], [y], marker="^", color=INK, markersize=7, zorder=5)
    plane.write((x, y - 13), f"{peak.chinese} {peak.height_m} m", 9, INK, zorder=5)
    plane.write((x, y - 21), peak.english, 7.5, INK, zorder=5)


def draw_graticule(plane: Plane) -> None:
    """Draw meridians and parallels with their degrees at the lower and the left edge."""
    window, step = plane.facts.window, plane.facts.graticule_deg
    lons = np.arange(np.floor(window.west) - step, window.east + 2 * step, step)
    lats = np.arange(np.floor(window.south) - step, window.north + 2 * step, step)
    for lon in lons:
        line = plane.points([(lon, lat) for lat in np.linspace(lats[0], lats[-1], 40)])
        plane.axes.plot(*line.T, color=_GRID, linewidth=0.5, zorder=1.5)
        x = float(np.interp(plane.south, line[:, 1], line[:, 0]))
        if plane.west + 12 < x < plane.east - 12:
            plane.write((x, plane.south + 3), f"{lon:g}°E", 8, _DEGREES)
    for lat in lats:
        line = plane.points([(lon, lat) for lon in np.linspace(lons[0], lons[-1], 60)])
        plane.axes.plot(*line.T, color=_GRID, linewidth=0.5, zorder=1.5)
        y = float(np.interp(plane.west, line[:, 0], line[:, 1]))
        if plane.south + 12 < y < plane.north - 6:
            plane.write((plane.west + 3, y), f"{lat:g}°N", 8, _DEGREES, ha="left", va="center")
