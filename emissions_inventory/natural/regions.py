"""Which share of every cell of a grid belongs to which region that emits dust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emissions_inventory.natural.configuration import SourceFunctionConfig
from emissions_inventory.natural.region_configuration import DustRegionsFile, NamedOutline
from emissions_inventory.natural.relief import Relief, source_function
from foundation.constants import EARTH_RADIUS
from foundation.grids import Grid
from foundation.places import Gazetteer

__all__ = ["RegionMap", "region_map"]

_POINTS = 5
"""Points along each side of a cell at which outlines are looked up."""


@dataclass(frozen=True)
class RegionMap:
    """Regions on a grid.

    Attributes:
        share: of each cell that lies in a region and is no oasis, water or mountain, (region, y, x).
        source_strength: source function of the terrain, (y, x).
        height: of the ground, m, (y, x).
    """

    share: np.ndarray
    source_strength: np.ndarray
    height: np.ndarray


def region_map(
    grid: Grid, regions: DustRegionsFile, relief: Relief, gazetteer: Gazetteer, config: SourceFunctionConfig
) -> RegionMap:
    """Lay regions on a grid.

    Cells that hold a place of the gazetteer emit nothing at all.

    Args:
        grid: the grid.
        regions: outlines; the first that holds a point has it.
        relief: terrain that covers the grid.
        gazetteer: places that stand in oases.
        config: of the source function.

    Raises:
        InputError: when the terrain does not cover the grid.
    """
    lon, lat = _points(grid)
    height = relief.at(lon, lat)
    taken = _in_any(regions.oases, lon, lat) | _in_any(regions.waters, lon, lat)
    taken |= _near_places(lon, lat, gazetteer, regions.oasis_radius_km)
    _, rows, columns = grid.shape
    shares = []
    for region in regions.regions:
        here = _inside(region.outline, lon, lat) & ~taken
        taken |= here
        here &= height <= region.highest_m
        shares.append(here.reshape(rows, columns, -1).mean(axis=-1))
    share = np.array(shares)
    for place in gazetteer.places:
        cell = grid.cell_of(place.lon, place.lat)
        if cell is not None:
            share[:, cell[0], cell[1]] = 0.0
    centres = np.meshgrid(grid.lon, grid.lat)
    strength = relief.interpolated(source_function(relief, config), *centres)
    return RegionMap(share, np.clip(strength, 0.0, 1.0), relief.at(*centres))


def _points(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of points spread over every cell, in the order of cells, (y * x * points,)."""
    within = (np.arange(_POINTS) + 0.5) / _POINTS
    lon = grid.lon_edges[:-1, None] + np.diff(grid.lon_edges)[:, None] * within
    lat = grid.lat_edges[:-1, None] + np.diff(grid.lat_edges)[:, None] * within
    _, rows, columns = grid.shape
    shape = (rows, columns, _POINTS, _POINTS)
    return (
        np.broadcast_to(lon[None, :, None, :], shape).ravel(),
        np.broadcast_to(lat[:, None, :, None], shape).ravel(),
    )


def _inside(outline: tuple[tuple[float, float], ...], lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    import shapely

    polygon = shapely.Polygon(outline)
    shapely.prepare(polygon)
    west, south, east, north = polygon.bounds
    near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    found = np.zeros(lon.shape, dtype=bool)
    found[near] = shapely.contains_xy(polygon, lon[near], lat[near])
    return found


def _in_any(outlines: tuple[NamedOutline, ...], lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    found = np.zeros(lon.shape, dtype=bool)
    for one in outlines:
        found |= _inside(one.outline, lon, lat)
    return found


def _near_places(lon: np.ndarray, lat: np.ndarray, gazetteer: Gazetteer, radius_km: float) -> np.ndarray:
    found = np.zeros(lon.shape, dtype=bool)
    reach = np.rad2deg(1000.0 * radius_km / EARTH_RADIUS)
    for place in gazetteer.places:
        band = np.flatnonzero(np.abs(lat - place.lat) < reach)
        east = (lon[band] - place.lon) * np.cos(np.deg2rad(place.lat))
        found[band] |= np.hypot(east, lat[band] - place.lat) < reach
    return found
