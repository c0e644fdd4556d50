"""Where the rows of a table lie: degrees, degrees with minutes and seconds, or the seat of the county."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from emissions_inventory.labels import source_labels
from emissions_inventory.tables.counties import counties_of, distance_km, seats
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.numeric_cells import read_numbers

__all__ = ["Places", "degrees_from_text", "places_of"]

_SEXAGESIMAL = re.compile(
    r"(?:东经|北纬|[en])?(\d{1,3})[°度d](?:(\d{1,2}(?:\.\d+)?)['’′分](?:(\d{1,2}(?:\.\d+)?)(?:[\"”″秒]|''|′′)?)?)?[en]?\Z"
)
_DECIMAL = re.compile(r"(?:东经|北纬|[en])?:?(\d{1,3}(?:\.\d+)?)[°度]?[en]?\Z")
_FARTHEST_KM = 300.0
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Places:
    """Where lines lie, all (line,).

    Attributes:
        lon: degrees east; NaN where nothing is known.
        lat: degrees north.
        county: code, or empty.
        region: id.
        at_seat: whether the seat of the county stands for coordinates.
        judged: whether the county is the one of the nearest seat.
    """

    lon: np.ndarray
    lat: np.ndarray
    county: np.ndarray
    region: np.ndarray
    at_seat: np.ndarray
    judged: np.ndarray


def places_of(lines: Lines) -> Places:
    """Where the lines of a table lie; faults are noted.

    Without coordinates a line is placed at the seat of its county. Without a county it takes the one whose
    seat is nearest, within 300 km.
    """
    lon, lat, missing = _coordinates(lines)
    county = counties_of(lines)
    place = seats().places(county)
    known = place >= 0
    at_seat = missing & known
    where = f"{lines.label('lon')}, {lines.label('lat')}"
    lines.problems.add("no_coordinates", where, at_seat)
    lines.problems.add("no_place", where, missing & ~known)
    lon = np.where(at_seat, seats().lon[place], lon)
    lat = np.where(at_seat, seats().lat[place], lat)
    far = lines.config.plausible.seat_distance_km
    away = distance_km(lon, lat, seats().lon[place], seats().lat[place])
    lines.problems.add(
        "far_from_seat",
        where,
        known & ~at_seat & (away > far),
        lambda line: f"{away[line]:.0f} km",
        f"{far:g} km",
    )
    apart = np.isfinite(lon) & ~at_seat & ~(known & (away <= _FARTHEST_KM))
    nearest, nearest_km = _nearest(lon, lat, apart)
    beyond = apart & (nearest_km > _FARTHEST_KM)
    lines.problems.add(
        "outside_xinjiang", where, beyond, lambda line: f"{nearest_km[line]:.0f} km", f"{_FARTHEST_KM:g} km"
    )
    judged = (
        ~known & np.isfinite(lon) & (lines.texts("county_code") == "") & (lines.texts("county_name") == "")
    )
    county = np.where(judged & ~beyond, seats().code[nearest], county)
    return Places(lon, lat, county, regions_of(county), at_seat, judged & (county != ""))


def regions_of(county: np.ndarray) -> np.ndarray:
    """Region of each county code, object, (line,); `beyond` for none."""
    unique, codes = np.unique(county.astype(str), return_inverse=True)
    labels = source_labels()
    return np.array([labels.region_of(one) for one in unique], object)[codes]


def _nearest(lon: np.ndarray, lat: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place of the nearest seat and its distance, km, of the lines asked for, (line,); 0 for the others."""
    place, km = np.zeros(len(lon), np.int64), np.zeros(len(lon))
    for start in range(0, len(lon), _AT_ONCE):
        lines = start + np.flatnonzero(which[start : start + _AT_ONCE])
        away = distance_km(lon[lines, None], lat[lines, None], seats().lon[None], seats().lat[None])
        place[lines], km[lines] = away.argmin(1), away.min(1)
    return place, km


def _coordinates(lines: Lines) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Longitude, latitude, and where there are none; what is no place in China is noted and NaN."""
    (lon, faulty_lon), (lat, faulty_lat) = _degrees(lines, "lon"), _degrees(lines, "lat")
    missing = (np.isnan(lon) & ~faulty_lon) | (np.isnan(lat) & ~faulty_lat)
    low_lon, high_lon = lines.config.plausible.lon
    low_lat, high_lat = lines.config.plausible.lat
    inside = (lon >= low_lon) & (lon <= high_lon) & (lat >= low_lat) & (lat <= high_lat)
    swapped = (lat >= low_lon) & (lat <= high_lon) & (lon >= low_lat) & (lon <= high_lat)
    given = np.isfinite(lon) & np.isfinite(lat)

    def got(line: int) -> str:
        return f"{lon[line]:.6g}, {lat[line]:.6g}"

    where = f"{lines.label('lon')}, {lines.label('lat')}"
    lines.problems.add("swapped", where, given & swapped & ~inside, got)
    lines.problems.add("outside_china", where, given & ~swapped & ~inside, got)
    nowhere = given & ~inside | missing
    return np.where(nowhere, np.nan, lon), np.where(nowhere, np.nan, lat), missing


def _degrees(lines: Lines, field: str) -> tuple[np.ndarray, np.ndarray]:
    raw, label = lines.raw(field), lines.label(field)
    read = read_numbers(raw, lines.config)
    value, faulty = read.value.copy(), np.zeros(len(lines), bool)
    for kind, which in read.faults.items():
        if kind == "not_a_number":
            for line in np.flatnonzero(which):
                value[line] = degrees_from_text(str(raw[line]))
            lines.mended[label] = lines.mended.get(label, 0) + int(np.isfinite(value[which]).sum())
        faulty |= which & ~np.isfinite(value)
        lines.problems.add(kind, label, which & ~np.isfinite(value), raw)
    return value, faulty


def degrees_from_text(text: str) -> float:
    """Degrees of a text such as 87°36′12″, 东经87度36分12秒 or 87.6°E; NaN for any other."""
    bare = unicodedata.normalize("NFKC", text).lower().replace(" ", "")
    match = _SEXAGESIMAL.match(bare)
    if match:
        whole, minutes, seconds = (float(part or 0) for part in match.groups())
        return whole + minutes / 60 + seconds / 3600 if minutes < 60 and seconds < 60 else float("nan")
    decimal = _DECIMAL.match(bare)
    return float(decimal[1]) if decimal else float("nan")
