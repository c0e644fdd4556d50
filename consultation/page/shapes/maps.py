"""The map: grid, hours, layers, places with values, footprints. Frames themselves are binary."""

from __future__ import annotations

from typing import Literal

from consultation.page.shapes.words import Names, Numbers, Shape, Unavailable

__all__ = [
    "Footprint",
    "FootprintList",
    "Frames",
    "Grid",
    "Layer",
    "MapFacts",
    "PlaceValues",
    "PlacesOnMap",
    "ShareRow",
    "Sketch",
]  # fmt: skip


class Grid(Shape):
    """Cells of a longitude-latitude grid; edges of the whole, degrees."""

    west: float
    east: float
    south: float
    north: float
    nx: int
    ny: int


class Layer(Names):
    """A layer; where it is not available, `reason` says why."""

    id: str
    kind: Literal["scalar", "vector"]
    unit: str
    available: bool
    reason: Unavailable | None
    hours: int
    days: list[str]
    grid: Grid | None


class Sketch(Shape):
    """Land for orientation: no administrative boundary is drawn. GeoJSON features."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, object]]


class MapFacts(Shape):
    """What the map of a run can show. `times` are the ends of its hours, UTC."""

    times: list[str]
    days: list[str]
    layers: list[Layer]
    largest_frames: int
    missing_code: int


class Frames(Shape):
    """The header `X-Frames` of a binary answer.

    The body holds whole numbers of 16 bits, little end first, in the order frame, component, row from
    south to north, column from west to east; value = offset + scale * code, and 65535 is missing.
    """

    layer: str
    unit: str
    step: Literal["hour", "day"]
    first: int
    frames: int
    components: int
    ny: int
    nx: int
    stride: int
    scale: float
    offset: float
    largest: float | None


class PlaceValues(Names):
    """A place with a value for each time."""

    id: str
    lon: float
    lat: float
    values: Numbers
    share: Numbers | None = None


class PlacesOnMap(Shape):
    """Values at places along the times of the forecast; `share` is in percent of what is published."""

    pollutant: str
    unit: str
    averaging: Literal["day", "hour"]
    times: list[str]
    days: list[str]
    what: Names
    places: list[PlaceValues]


class ShareRow(Names):
    """A part of a footprint's mean."""

    id: str
    value: float | None
    share: float | None


class Footprint(Names):
    """A mean that is explained back to the reference time."""

    number: int
    place: str
    pollutant: str
    unit: str
    begins: str
    ends: str
    day: str
    concentration: float | None
    sources: list[ShareRow]
    counties: list[ShareRow]


class FootprintList(Shape):
    """The footprints of a run, for one place or all."""

    grid: Grid
    footprints: list[Footprint]
