"""What the map shows besides the forecast: facts with their sources, from `configs/map.yaml`."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from foundation.configuration import Config, load_shipped

Point = tuple[float, float]
"""Longitude and latitude, degrees."""


class Projection(Config):
    """Lambert conformal conic."""

    central_lon: float
    central_lat: float
    parallels: tuple[float, float]


class Window(Config):
    """What the map covers, degrees."""

    west: float
    east: float
    south: float
    north: float


class Named(Config):
    """A point with names; coordinates in degrees."""

    chinese: str
    english: str
    lon: float
    lat: float
    source: str


class Peak(Named):
    """A summit."""

    height_m: int


class Lake(Named):
    """A lake, drawn as a disc of its area."""

    area_km2: float = Field(gt=0)


class Ridge(Config):
    """A crest line."""

    chinese: str
    english: str
    source: str
    line: tuple[Point, ...]


class Relief(Config):
    """Land above a height: rings of outlines, those of basins inside those of mountains."""

    above_m: int
    rings: tuple[tuple[Point, ...], ...]


class MapFacts(Config):
    """Everything on the map that is not forecast."""

    projection: Projection
    window: Window
    graticule_deg: float = Field(gt=0)
    outlined_regions: tuple[str, ...]
    outline_margin_km: float = Field(gt=0)
    peaks: tuple[Peak, ...]
    areas: tuple[Named, ...]
    ridges: tuple[Ridge, ...]
    lakes: tuple[Lake, ...]
    relief_source: str
    relief: tuple[Relief, ...]


@lru_cache(maxsize=1)
def map_facts() -> MapFacts:
    """The facts that ship with the program."""
    return load_shipped(MapFacts, "map.yaml")
