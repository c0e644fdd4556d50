"""Approximate regions that ship with the program: every place belongs to the nearest seat of government.

Administrative boundaries may not be shipped, seats are facts. The plane is a conformal conic projection
(Snyder 1987, p. 104), on which distances over Xinjiang are true to some 1 %. Cities that are enclaves in
larger counties would be far too large that way: they get an ellipse or circle of their legal area, and the
rest goes to the nearest seat that is no enclave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from emissions_inventory.gridding.boundaries import Boundaries, merged, region_of_unit
from emissions_inventory.gridding.polygons import only_polygons
from emissions_inventory.gridding.seats import Enclave, Seat, county_seats, enclaves, neighbour_seats
from emissions_inventory.gridding.sphere import area_m2
from foundation.constants import EARTH_RADIUS

__all__ = ["FRAME", "built_in_boundaries", "divided_by_seats", "nearest_cells", "territories"]

FRAME = (60.0, 30.0, 105.0, 55.0)
"""West, south, east and north of what is divided, degrees."""

_PLANE = f"+proj=lcc +lat_1=38 +lat_2=50 +lat_0=44 +lon_0=84 +R={EARTH_RADIUS} +units=m"
_HALVINGS = 40
_FARTHEST_M = 300_000.0
_LONGEST_SIDE_M = 50_000.0
_WIDEST_DEG = 3.0
_DIGITS = 9


@lru_cache(maxsize=1)
def built_in_boundaries() -> Boundaries:
    """Regions by the nearest seat of a county of Xinjiang or settlement around it, over `FRAME`."""
    return divided_by_seats([*county_seats(), *neighbour_seats()], enclaves())


def divided_by_seats(seats: Sequence[Seat], known: Mapping[str, Enclave]) -> Boundaries:
    """Regions by the nearest seat.

    Args:
        seats: by county code, or code of the province or country outside Xinjiang.
        known: enclaves by county code.
    """
    units = territories(seats, known)
    regions, polygons = merged(units, {unit: region_of_unit(unit) for unit in units})
    source = "nearest seat of government (configs/inventory), enclaves by their legal area"
    unseen = [one.chinese for one in known.values() if not one.verified]
    notes = (f"legal area remembered, not verified: {', '.join(unseen)}",) if unseen else ()
    return Boundaries(regions, polygons, source, True, notes)


def territories(seats: Sequence[Seat], known: Mapping[str, Enclave]) -> dict[str, Any]:
    """Units by the nearest seat, enclaves by their legal area; they do not overlap and fill `FRAME`.

    Args:
        seats: with their units.
        known: enclaves by their unit.
    """
    ordinary = [seat for seat in seats if seat.unit not in known]
    inner = [
        Seat(seat.unit, *(known[seat.unit].middle or (seat.lon, seat.lat)))
        for seat in seats
        if seat.unit in known
    ]
    crowded, roomy = nearest_cells([*ordinary, *inner]), nearest_cells(inner)
    cities = {}
    for seat in inner:
        cell, enclave = roomy[seat.unit], known[seat.unit]
        if enclave.middle is None:
            cell = only_polygons(shapely.intersection(cell, crowded[seat.unit]))
        cities[seat.unit] = _around(cell, seat, enclave)
    taken = shapely.union_all(list(cities.values()))
    units = {
        unit: only_polygons(shapely.difference(cell, taken)) for unit, cell in nearest_cells(ordinary).items()
    }
    return units | cities


def nearest_cells(seats: Sequence[Seat]) -> dict[str, Any]:
    """The part of `FRAME` nearest to the seats of each unit; cells of seats of one unit are joined."""
    from pyproj import Proj

    if len(seats) < 2:
        return {seat.unit: shapely.box(*FRAME) for seat in seats}

    plane = Proj(_PLANE)

    def onto_plane(points: np.ndarray) -> np.ndarray:
        return np.column_stack(plane(points[:, 0], points[:, 1]))

    def back(points: np.ndarray) -> np.ndarray:
        # Rounded, so that neighbours keep the points of the side they share: each was split on its own.
        return np.round(np.column_stack(plane(points[:, 0], points[:, 1], inverse=True)), _DIGITS)

    frame = shapely.box(*FRAME)
    places = shapely.points(onto_plane(np.array([(seat.lon, seat.lat) for seat in seats])))
    reach = shapely.transform(shapely.segmentize(frame, 1.0), onto_plane).buffer(_FARTHEST_M)
    whole = shapely.union_all([*places, reach]).convex_hull
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(places), extend_to=whole))
    cells = shapely.segmentize(cells, _LONGEST_SIDE_M)
    cell, seat = shapely.STRtree(places).query(cells, predicate="contains")
    clipped = shapely.intersection(shapely.transform(cells, back), frame)
    own: dict[str, list[Any]] = {}
    for number, place in zip(cell, seat, strict=True):
        own.setdefault(seats[place].unit, []).append(clipped[number])
    return {unit: only_polygons(shapely.union_all(shapes)) for unit, shapes in own.items()}


def _around(cell: Any, seat: Seat, enclave: Enclave) -> Any:
    """Part of a cell in an ellipse that has the legal area; the whole cell where that is less."""
    angles = np.linspace(0.0, 2 * np.pi, 64, endpoint=False)
    across = np.cos(angles) / np.cos(np.deg2rad(seat.lat)) / np.sqrt(enclave.aspect)
    ellipse = np.column_stack([across, np.sin(angles) * np.sqrt(enclave.aspect)])

    def part(radius: float) -> Any:
        return shapely.intersection(cell, shapely.polygons(np.array([seat.lon, seat.lat]) + radius * ellipse))

    low, high = 0.0, _WIDEST_DEG
    for _ in range(_HALVINGS):
        radius = 0.5 * (low + high)
        small = float(area_m2(np.array([part(radius)]))[0]) < enclave.area_km2 * 1e6
        low, high = (radius, high) if small else (low, radius)
    return only_polygons(part(high))
