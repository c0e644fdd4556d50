"""Areas as others can place them: codes, seats of government, real outlines where a site has them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from consultation.exchange.configuration import ExchangeConfig
from foundation.configuration import shipped_text
from foundation.errors import ConfigurationError
from foundation.places import Place, gazetteer

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of a closed ring, degrees."""

_REMEDY = "Give a GeoJSON FeatureCollection of Polygons with a property adcode"


@dataclass(frozen=True)
class AreaShape:
    """Where an area lies.

    Attributes:
        codes: codes of its counties (GB/T 2260), ascending.
        seats: longitude and latitude of the seats of government of its members.
        polygons: each its outer ring, counterclockwise, then its holes, clockwise (RFC 7946); empty
            where no real outline is at hand.
    """

    codes: tuple[str, ...]
    seats: tuple[tuple[float, float], ...]
    polygons: tuple[tuple[Ring, ...], ...]


def area_shape(members: tuple[str, ...], config: ExchangeConfig) -> AreaShape:
    """Codes, seats and outlines of the places of an area.

    A city whose code ends in 00 stands for its counties, less those that are places of their own. Outlines
    come from the site's file, and only when it holds all codes of the area: a part of an outline would
    mislead.

    Args:
        members: ids of places; unknown ones have neither code nor seat.
        config: the table of counties and the file of outlines.

    Raises:
        ConfigurationError: when the file of outlines cannot be used.
    """
    known = {place.id: place for place in gazetteer().places}
    places = [known[name] for name in members if name in known]
    codes = tuple(sorted({code for place in places for code in _codes(place, config.counties)}))
    outlines = _outlines(config.outlines) if config.outlines else {}
    whole = bool(codes) and all(code in outlines for code in codes)
    polygons = tuple(polygon for code in codes for polygon in outlines[code]) if whole else ()
    return AreaShape(codes, tuple((place.lon, place.lat) for place in places), polygons)


def _codes(place: Place, counties: str) -> tuple[str, ...]:
    if not place.adcode.endswith("00"):
        return (place.adcode,)
    own = {other.adcode for other in gazetteer().places if other.id != place.id}
    inside = [
        code for code in _county_codes(counties) if code.startswith(place.adcode[:4]) and code not in own
    ]
    return tuple(inside) or (place.adcode,)


@lru_cache(maxsize=4)
def _county_codes(table: str) -> tuple[str, ...]:
    lines = [line for line in shipped_text(table).splitlines() if not line.startswith("#")]
    return tuple(row["adcode"] for row in csv.DictReader(io.StringIO("\n".join(lines))))


@lru_cache(maxsize=4)
def _outlines(path: Path) -> dict[str, tuple[tuple[Ring, ...], ...]]:
    """Polygons by code."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found = [(str(one["properties"]["adcode"]), one["geometry"]) for one in features]
    except OSError as error:
        raise ConfigurationError("cannot be read", where=str(path), remedy=_REMEDY) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError("not a file of outlines", where=str(path), remedy=_REMEDY) from error
    return {code: _polygons(geometry, path) for code, geometry in found}


def _polygons(geometry: Any, path: Path) -> tuple[tuple[Ring, ...], ...]:
    from shapely.errors import ShapelyError
    from shapely.geometry import shape
    from shapely.geometry.polygon import orient

    try:
        parts = shape(geometry)
        polygons = list(parts.geoms) if parts.geom_type == "MultiPolygon" else [parts]
        turned = [orient(polygon, 1.0) for polygon in polygons]
        found = tuple((_ring(one.exterior), *(_ring(hole) for hole in one.interiors)) for one in turned)
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError("a geometry is no polygon", where=str(path), remedy=_REMEDY) from error
    if any(abs(x) > 180 or abs(y) > 90 for rings in found for ring in rings for x, y in ring):
        raise ConfigurationError("coordinates are not degrees of WGS84", where=str(path), remedy=_REMEDY)
    return found


def _ring(line: Any) -> Ring:
    return tuple((float(x), float(y)) for x, y, *_ in line.coords)
