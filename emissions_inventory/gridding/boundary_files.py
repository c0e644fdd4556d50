"""Boundaries of the centre's own, from GeoJSON or TopoJSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import shapely

from emissions_inventory.gridding.boundaries import Boundaries, apart, merged, region_of_unit
from emissions_inventory.gridding.partition import nearest_cells
from emissions_inventory.gridding.polygons import checked_polygon, only_polygons
from emissions_inventory.gridding.seats import Seat, county_seats
from emissions_inventory.gridding.topology import features_of_topology
from foundation.errors import InputError

__all__ = ["read_boundaries", "read_units"]

_CODES = ("adcode", "quhuadaima", "code")
_COUNTRIES = ("iso_a3", "adm0_a3", "iso_a3_eh")
_POLYGONAL = ("Polygon", "MultiPolygon")


def read_boundaries(path: str | Path) -> Boundaries:
    """Boundaries from a file of administrative units or countries.

    Units are joined to the regions of the labels. Where two overlap, the smaller keeps what they share. A
    prefecture whose counties belong to several regions is divided among them by the nearest seat of a county
    (each of its pieces by the seats that lie in it), and the boundaries are approximate.

    Args:
        path: GeoJSON or TopoJSON in degrees, WGS 84; see `read_units`.

    Raises:
        InputError: when it cannot be read or holds no unit that the labels know.
    """
    units, notes = read_units(path)
    whole: dict[str, Any] = {}
    divided = []
    for code, polygon in apart(units).items():
        seats = _seats_to_divide_by(code, units)
        whole |= {f"{code} {seat}": part for seat, part in _divided(polygon, seats).items()}
        if seats:
            divided.append(code)
        else:
            whole[code] = polygon
    region_of = {unit: region_of_unit(unit.split()[-1]) for unit in whole}
    regions, polygons = merged(whole, region_of)
    if not regions:
        raise InputError("holds no unit of a region of the labels", where=str(path),
                         remedy="Give polygons with codes of GB/T 2260 or of ISO 3166")  # fmt: skip
    if divided:
        notes = (*notes, f"divided by the nearest seat of a county: {', '.join(divided)}")
    return Boundaries(regions, polygons, Path(path).name, bool(divided), notes)


def read_units(path: str | Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Units of a file, each as one valid polygon by its code, and notes on what was left out.

    Args:
        path: GeoJSON or TopoJSON whose features have a property `adcode`, `QUHUADAIMA` or `code` (six or more
            digits of GB/T 2260) or `iso_a3` or `ADM0_A3`, upper or lower case.

    Raises:
        InputError: when the file cannot be read, or a feature is no polygon.
    """
    found: dict[str, list[Any]] = {}
    without = 0
    for number, feature in enumerate(_features(path)):
        code = _code(feature.get("properties") or {})
        geometry = feature.get("geometry")
        if not code or not geometry:
            without += 1
            continue
        found.setdefault(code, []).append(_shape(geometry, f"{path}, feature {number} ({code})"))
    notes = (f"{without} features without a code or a geometry left out",) if without else ()
    units = {code: only_polygons(shapely.union_all(shapes)) for code, shapes in found.items()}
    return units, notes


def _features(path: str | Path) -> list[dict[str, Any]]:
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(
            "no such file, or it cannot be read", where=str(path), remedy="Check the path"
        ) from error
    except ValueError as error:
        raise InputError(
            "no GeoJSON or TopoJSON", where=str(path), remedy="Save it as GeoJSON, UTF-8"
        ) from error
    kind = data.get("type") if isinstance(data, dict) else None
    readers: dict[Any, Callable[[], Any]] = {
        "FeatureCollection": lambda: data.get("features"),
        "Topology": lambda: features_of_topology(data, str(path)),
    }
    features = readers.get(kind, lambda: None)()
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise InputError(f"expected a FeatureCollection or a Topology, got {kind!r}", where=str(path),
                         remedy="Save it as GeoJSON")  # fmt: skip
    return features


def _code(properties: Mapping[str, Any]) -> str:
    lower = {str(name).lower(): str(value).strip() for name, value in properties.items() if value is not None}
    for name in _CODES:
        digits = lower.get(name, "")
        if digits.isdigit() and len(digits) >= 6 and digits.strip("0"):
            return digits[:6]
    for name in _COUNTRIES:
        letters = lower.get(name, "").upper()
        if len(letters) == 3 and letters.isalpha():
            return letters
    return ""


def _shape(geometry: Mapping[str, Any], where: str) -> Any:
    if geometry.get("type") not in _POLYGONAL:
        raise InputError(f"expected a polygon, got {geometry.get('type')!r}", where=where,
                         remedy="Give polygons")  # fmt: skip
    try:
        shape = shapely.geometry.shape(geometry)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        shapely.errors.ShapelyError,
    ) as error:
        raise InputError("its coordinates cannot be read", where=where, remedy="Correct the file") from error
    return checked_polygon(shapely.force_2d(shape), where)


def _seats_to_divide_by(code: str, units: Mapping[str, Any]) -> list[Seat]:
    """Seats of the counties of a prefecture of several regions; none for all other units."""
    if not (code.isdigit() and code.endswith("00")) or code.endswith("0000"):
        return []
    seats = [seat for seat in county_seats() if seat.unit[:4] == code[:4] and seat.unit not in units]
    return seats if len({region_of_unit(seat.unit) for seat in seats}) > 1 else []


def _divided(polygon: Any, seats: list[Seat]) -> dict[str, Any]:
    """Pieces of a prefecture, each divided by the nearest of the seats in it, or of all if it has none."""
    if not seats:
        return {}
    found: dict[str, list[Any]] = {}
    for piece in shapely.get_parts(polygon):
        within = shapely.intersects(piece, shapely.points([seat[1:] for seat in seats]))
        near = [seat for seat, inside in zip(seats, within, strict=True) if inside]
        for unit, cell in nearest_cells(near or seats).items():
            found.setdefault(unit, []).append(shapely.intersection(piece, cell))
    shapes = {unit: only_polygons(shapely.union_all(parts)) for unit, parts in found.items()}
    return {unit: shape for unit, shape in shapes.items() if not shapely.is_empty(shape)}
