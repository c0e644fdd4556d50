"""The county of a place, judged by the nearest seats of government."""

from __future__ import annotations

import math
from dataclasses import dataclass

from emissions_inventory.facts.rows import County
from emissions_inventory.facts.shipped import counties, county_of
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError

__all__ = ["NearestCounty", "distance_km", "nearest_county"]


@dataclass(frozen=True)
class NearestCounty:
    """The county whose seat is nearest, and the one after it.

    Attributes:
        county: the nearest.
        distance_km: to its seat.
        second: the next, or None in a unit of one county.
        second_km: to the seat of the next; infinite without one.
    """

    county: County
    distance_km: float
    second: County | None
    second_km: float

    @property
    def ambiguous(self) -> bool:
        """Whether the second seat is less than one and a half times as far as the nearest."""
        return self.second_km < 1.5 * self.distance_km


def nearest_county(lon: float, lat: float, unit: str) -> NearestCounty:
    """The county of a place within a prefecture.

    Args:
        lon: degrees east.
        lat: degrees north.
        unit: code of the prefecture that holds the place, such as `652300`, or of a city of the
            Corps, which then is the county.

    Raises:
        InputError: when the unit has no county.
    """
    corps = county_of(unit) if unit.startswith("6590") else None
    candidates = (
        [corps] if corps else [one for one in counties() if one.census_unit == unit and not one.corps]
    )
    if not candidates:
        raise InputError(f"unit: expected a prefecture of Xinjiang such as 652300, got {unit!r}")
    ranked = sorted((distance_km(lon, lat, one.lon, one.lat), one.adcode, one) for one in candidates)
    second = ranked[1] if len(ranked) > 1 else None
    return NearestCounty(
        ranked[0][2], ranked[0][0], second[2] if second else None, second[0] if second else math.inf
    )


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great-circle distance between two places, km, by the haversine formula (Sinnott 1984)."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2.0 * EARTH_RADIUS * math.asin(math.sqrt(half)) / 1000.0
