"""Seats of government of Xinjiang's counties, settlements around them, and the enclaves among them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pydantic import Field

from emissions_inventory.facts import counties, neighbours
from foundation.configuration import Config, load_shipped

__all__ = [
    "Enclave",
    "Seat",
    "Surrounding",
    "county_seats",
    "enclaves",
    "neighbour_seats",
    "seat_facts",
]


class Seat(NamedTuple):
    """A place and the unit it stands for: a code of GB/T 2260 or a country of ISO 3166."""

    unit: str
    lon: float
    lat: float


class Enclave(Config):
    """A city or district within or beside a much larger county.

    Attributes:
        adcode: code of GB/T 2260.
        chinese: name.
        area_km2: its legal area.
        source: of the area.
        verified: whether the source was seen.
        middle: longitude and latitude of the middle of its territory, where that is known and in one piece.
        aspect: extent of the territory from south to north over that from west to east.
    """

    adcode: str
    chinese: str
    area_km2: float = Field(gt=0)
    source: str
    verified: bool = False
    middle: tuple[float, float] | None = None
    aspect: float = Field(default=1.0, gt=0)


class Surrounding(Config):
    """A seat outside Xinjiang, too small to be listed among the neighbours.

    Attributes:
        unit: code of the province, or country.
        chinese: name.
        lon: degrees east.
        lat: degrees north.
        source: of the coordinates.
        verified: whether the source was seen.
    """

    unit: str
    chinese: str
    lon: float
    lat: float
    source: str
    verified: bool = False


class SeatFacts(Config):
    """The file `configs/inventory/enclaves.yaml`."""

    enclaves: tuple[Enclave, ...]
    surroundings: tuple[Surrounding, ...]


@lru_cache(maxsize=1)
def seat_facts() -> SeatFacts:
    """Enclaves and surroundings that ship with the program."""
    return load_shipped(SeatFacts, "inventory/enclaves.yaml")


def enclaves() -> dict[str, Enclave]:
    """Enclaves by their county code."""
    return {one.adcode: one for one in seat_facts().enclaves}


def county_seats() -> list[Seat]:
    """Seats of government of the counties of Xinjiang."""
    return [Seat(one.adcode, one.lon, one.lat) for one in counties()]


def neighbour_seats() -> list[Seat]:
    """Settlements around Xinjiang."""
    known = [Seat(one.country, one.lon, one.lat) for one in neighbours()]
    return [*known, *(Seat(one.unit, one.lon, one.lat) for one in seat_facts().surroundings)]
