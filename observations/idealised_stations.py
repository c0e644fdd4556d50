"""The pseudo-stations of the idealised measurements; none of them exists."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.places import gazetteer
from observations.stations import Station


@dataclass(frozen=True)
class Site:
    """How many pseudo-stations a place has, and how dirty and dusty it is beside Urumqi."""

    stations: int
    emission: float
    dust: float = 1.0


SITES = {
    "urumqi": Site(2, 1.00),
    "changji": Site(2, 0.97),
    "shihezi": Site(2, 1.00),
    "wujiaqu": Site(1, 1.06),
    "fukang": Site(1, 0.80),
    "hutubi": Site(1, 0.88),
    "manas": Site(1, 0.85),
    "shawan": Site(1, 0.75),
    "kuitun": Site(1, 0.70),
    "dushanzi": Site(1, 0.52),
    "wusu": Site(1, 0.70),
    "karamay": Site(1, 0.38),
    "turpan": Site(1, 0.62, dust=1.8),
}


def idealised_stations() -> list[Station]:
    """Pseudo-stations, with codes that begin with SYN and names that carry 合成."""
    return [_station(name, number) for name, site in SITES.items() for number in range(1, site.stations + 1)]


def _station(name: str, number: int) -> Station:
    place = gazetteer().place(name)
    return Station(
        code=f"SYN-{name.upper()}-{number}",
        chinese=f"{place.chinese}合成{number}号站",
        english=f"{place.english} synthetic {number}",
        place=place.id,
        lon=place.lon + 0.05 * (number - 1),
        lat=place.lat,
    )
