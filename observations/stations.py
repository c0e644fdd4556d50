"""The stations: where each stands, what it is called, and whether it counts in the mean of its city."""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError
from foundation.places import gazetteer


class Station(Config):
    """A monitoring station, or a city that stands for its stations where only the city's values are known.

    Attributes:
        code: code of the national network, such as `1490A`, or one made by a reader.
        chinese: name in Chinese.
        english: name in English.
        place: id of the place in which it stands.
        lon: longitude, degrees east; NaN where unknown.
        lat: latitude, degrees north; NaN where unknown.
        aliases: other names it had.
        listed_under: id of the place under which providers list it, where that is another.
        background: a clean control site (对照点), left out of the mean of its city.
        note: what a reader should know.
    """

    code: str
    chinese: str
    english: str
    place: str
    lon: float
    lat: float
    aliases: tuple[str, ...] = ()
    listed_under: str = ""
    background: bool = False
    note: str = ""


class StationRegistry(Config):
    """All stations the program knows."""

    stations: tuple[Station, ...]

    @model_validator(mode="after")
    def _consistent(self) -> StationRegistry:
        codes = [station.code for station in self.stations]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"station {twice[0]} is given twice")
        known = {place.id for place in gazetteer().places}
        for station in self.stations:
            for place in filter(None, (station.place, station.listed_under)):
                if place not in known:
                    raise ValueError(f"station {station.code} names the unknown place {place!r}")
        return self

    def find(self, code: str) -> Station | None:
        """The station of a code; None when there is none."""
        return _by_code(self).get(code.strip().upper())

    def station(self, code: str) -> Station:
        """The station of a code.

        Raises:
            InputError: when no station has it.
        """
        found = self.find(code)
        if found is None:
            raise InputError(f"unknown station {code!r}", remedy="See configs/stations.yaml for the codes")
        return found

    def find_by_name(self, place: str, name: str) -> Station | None:
        """The station of a name in a place, whether it stands there or is only listed there.

        Args:
            place: id of the place.
            name: Chinese or English name, with or without the mark of a control site (对照点).
        """
        return _by_name(self).get((place, _plain(name)))

    def of_place(self, place: str) -> tuple[Station, ...]:
        """Stations that stand in a place."""
        return tuple(station for station in self.stations if station.place == place)


def _plain(name: str) -> str:
    return re.sub(r"[(（]对照点[)）]|\s", "", name).lower()


@lru_cache(maxsize=4)
def _by_code(registry: StationRegistry) -> dict[str, Station]:
    return {station.code: station for station in registry.stations}


@lru_cache(maxsize=4)
def _by_name(registry: StationRegistry) -> dict[tuple[str, str], Station]:
    index: dict[tuple[str, str], Station] = {}
    for station in registry.stations:
        for place in filter(None, (station.place, station.listed_under)):
            for name in (station.chinese, station.english, *station.aliases):
                index.setdefault((place, _plain(name)), station)
    return index


@lru_cache(maxsize=1)
def registry() -> StationRegistry:
    """The stations that ship with the program (`configs/stations.yaml`)."""
    return load_shipped(StationRegistry, "stations.yaml")
