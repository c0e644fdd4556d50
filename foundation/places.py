"""Places and regions: what a name on a bulletin refers to, in Chinese and in English."""

from __future__ import annotations

import difflib
from functools import lru_cache

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError


class Place(Config):
    """A city or county for which a forecast is published.

    Attributes:
        id: stable short name used in data sets, such as `urumqi`.
        chinese: name in Chinese.
        english: name in English.
        adcode: code of GB/T 2260, six digits.
        prefecture: Chinese name of the prefecture, or of the Corps' division for its cities.
        lon: longitude, degrees east.
        lat: latitude, degrees north.
        aliases: other names under which providers list it.
        note: what a reader should know.
    """

    id: str
    chinese: str
    english: str
    adcode: str
    prefecture: str
    lon: float
    lat: float
    aliases: tuple[str, ...] = ()
    note: str = ""


class Region(Config):
    """Places for which a warning is decided together."""

    id: str
    chinese: str
    english: str
    places: tuple[str, ...]
    source: str
    aliases: tuple[str, ...] = ()


class Gazetteer(Config):
    """All places and regions the program knows."""

    places: tuple[Place, ...]
    regions: tuple[Region, ...]

    def find(self, name: str) -> Place | None:
        """The place of that id, Chinese name, English name or alias; None when there is none."""
        return _index(self).get(_key(name))

    def place(self, name: str) -> Place:
        """The place of that id, name or alias.

        Raises:
            InputError: when no place has it; the message offers the nearest name.
        """
        found = self.find(name)
        if found is None:
            close = difflib.get_close_matches(_key(name), _index(self), n=1, cutoff=0.75)
            hint = f"Did you mean {close[0]!r}?" if close else "See configs/places.yaml for the names"
            raise InputError(f"unknown place {name!r}", remedy=hint)
        return found

    def region(self, name: str) -> Region:
        """The region of that id, name or alias.

        Raises:
            InputError: when no region has it.
        """
        for region in self.regions:
            if _key(name) in map(_key, (region.id, region.chinese, region.english, *region.aliases)):
                return region
        known = ", ".join(region.id for region in self.regions)
        raise InputError(f"unknown region {name!r}", remedy=f"Known regions: {known}")

    @property
    def in_regions(self) -> frozenset[str]:
        """Ids of the places of any region."""
        return frozenset(place for region in self.regions for place in region.places)

    def region_or_place(self, name: str) -> str:
        """Id of the region or the place of that name.

        Raises:
            InputError: when there is neither; the message offers the nearest place.
        """
        try:
            return self.region(name).id
        except InputError:
            return self.place(name).id


def _key(name: str) -> str:
    return name.strip().lower().replace(" ", "").replace("-", "").replace("_", "")


@lru_cache(maxsize=8)
def _index(gazetteer: Gazetteer) -> dict[str, Place]:
    index: dict[str, Place] = {}
    for place in gazetteer.places:
        for name in (place.id, place.chinese, place.english, *place.aliases):
            index.setdefault(_key(name), place)
    return index


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The places and regions that ship with the program (`configs/places.yaml`)."""
    return load_shipped(Gazetteer, "places.yaml")
