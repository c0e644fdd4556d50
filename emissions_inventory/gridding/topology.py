"""TopoJSON: polygons from arcs that neighbours share (TopoJSON format specification, sections 2.1, 2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from foundation.errors import InputError

__all__ = ["features_of_topology"]


def features_of_topology(topology: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    """Features, as in GeoJSON, of all objects of a topology; geometries of type null stay null.

    Args:
        topology: the parsed file.
        where: the file, for messages.

    Raises:
        InputError: when arcs or objects are not as the format wants them.
    """
    try:
        arcs = [_arc(arc, topology.get("transform")) for arc in topology["arcs"]]
        return [
            {"type": "Feature", "properties": one.get("properties") or {}, "geometry": _geometry(one, arcs)}
            for object_ in topology["objects"].values()
            for one in object_.get("geometries", [object_])
        ]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InputError(f"no sound TopoJSON: {error}", where=where, remedy="Save it as GeoJSON") from error


def _arc(points: Any, transform: Mapping[str, Any] | None) -> np.ndarray:
    places = np.asarray([point[:2] for point in points], dtype=float)
    if transform is None:
        return places
    return np.asarray(np.cumsum(places, axis=0) * transform["scale"] + transform["translate"])


def _geometry(one: Mapping[str, Any], arcs: list[np.ndarray]) -> dict[str, Any] | None:
    kind = one.get("type")
    if kind == "Polygon":
        return {"type": kind, "coordinates": [_ring(ring, arcs) for ring in one["arcs"]]}
    if kind == "MultiPolygon":
        polygons = [[_ring(ring, arcs) for ring in polygon] for polygon in one["arcs"]]
        return {"type": kind, "coordinates": polygons}
    return None if kind is None else {"type": kind}


def _ring(numbers: list[int], arcs: list[np.ndarray]) -> list[list[float]]:
    """Points of a ring; a negative number is the arc ~number turned round."""
    pieces = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    points = [pieces[0], *(piece[1:] for piece in pieces[1:])]
    return [[float(lon), float(lat)] for lon, lat in np.concatenate(points)]
