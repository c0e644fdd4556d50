"""Places and areas with forecast and warning as GeoJSON (RFC 7946: WGS84, outer rings counterclockwise)."""

from __future__ import annotations

import json
from typing import Any

from consultation.exchange.configuration import ExchangeConfig
from consultation.exchange.days import ForecastPlace, forecast_places
from consultation.exchange.outlines import area_shape
from consultation.exchange.tables import place_record
from consultation.products import is_synthetic
from consultation.run_folder import RunFolder
from consultation.warnings.document import Proposal, WarningsDocument
from foundation.times import iso_utc

_DECIMALS = 5


def forecast_geojson(run: RunFolder, warnings: WarningsDocument, config: ExchangeConfig) -> bytes:
    """A FeatureCollection: a point for each place with its days, a feature for each area that was judged.

    An area is a MultiPolygon where the site has given real outlines, else the seats of government of its
    members.

    Args:
        run: the products of a run.
        warnings: the proposals of the run.
        config: codes and outlines.
    """
    forecast = run.forecast.day
    places, without = forecast_places(forecast, run.changes)
    proposals = {(one.area.scope, one.area.id): one for one in warnings.proposals}
    features = [_place(place, proposals.get(("place", place.id)), config) for place in places]
    features += [_area(one, config) for one in warnings.proposals if one.area.scope == "region"]
    document = {
        "type": "FeatureCollection",
        "bogda": {
            "reference_time": iso_utc(forecast["reference_time"].values[0]),
            "synthetic": is_synthetic(forecast),
            "model": str(forecast.attrs["model"]),
            "rules": str(forecast.attrs["rules"]),
            "notice": warnings.notice.model_dump(),
            "without_forecast": list(without),
        },
        "features": [feature for feature in features if feature],
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _place(place: ForecastPlace, proposal: Proposal | None, config: ExchangeConfig) -> dict[str, Any]:
    geometry = None
    if place.facts:
        (at,) = _positions(((place.facts.lon, place.facts.lat),))
        geometry = {"type": "Point", "coordinates": at}
    flat = {
        f"{name}_day{day.offset}": value
        for day in place.days
        if day.is_due
        for name, value in (("aqi", day.aqi), ("level", day.look.number or None), ("colour", day.look.colour))
    }
    record = place_record(place)
    return {
        "type": "Feature",
        "id": f"place/{place.id}",
        "geometry": geometry,
        "properties": {
            "kind": "place",
            "code_system": config.geocode,
            **record,
            **flat,
            "warning": warning_record(proposal),
        },
    }


def _area(proposal: Proposal, config: ExchangeConfig) -> dict[str, Any]:
    shape = area_shape(proposal.area.members, config)
    geometry: dict[str, Any] | None = None
    if shape.polygons:
        polygons = [[_positions(ring) for ring in rings] for rings in shape.polygons]
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
    elif shape.seats:
        geometry = {"type": "MultiPoint", "coordinates": _positions(shape.seats)}
    return {
        "type": "Feature",
        "id": f"region/{proposal.area.id}",
        "geometry": geometry,
        "properties": {
            "kind": "region",
            "geometry_is": "outline"
            if shape.polygons
            else "seats of government of the members, not an outline",
            "id": proposal.area.id,
            "chinese": proposal.area.chinese,
            "english": proposal.area.english,
            "members": list(proposal.area.members),
            "code_system": config.geocode,
            "adcodes": list(shape.codes),
            "warning": warning_record(proposal),
        },
    }


def _positions(points: tuple[tuple[float, float], ...]) -> list[list[float]]:
    return [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in points]


def warning_record(proposal: Proposal | None) -> dict[str, Any] | None:
    """A proposal in short, as a property; None where nothing was judged."""
    if proposal is None:
        return None
    return {
        "id": proposal.id, "state": proposal.state, "level": proposal.level.number,
        "chinese": proposal.level.chinese, "english": proposal.level.english, "colour": proposal.level.colour,
        "severity": proposal.level.severity, "from": proposal.valid_from, "to": proposal.valid_to,
        "reason": proposal.reason.chinese, "reason_english": proposal.reason.english,
    }  # fmt: skip
