"""What the names in a cut refer to: sectors, regions, counties and species, in any of their names."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from emissions_inventory.facts import counties
from emissions_inventory.inventory import SPECIES
from emissions_inventory.labels import GroupLabel, source_labels
from emissions_inventory.scenarios.configuration import responses_config
from emissions_inventory.scenarios.scope import Scope, county_scope
from foundation.errors import InputError
from foundation.places import Region, gazetteer

__all__ = ["GROUP", "names_with_commas", "plain", "scope_named", "sectors_named", "species_named"]

GROUP = "group:"
"""Before the id of a group of sectors that a sector is named like, such as `group:other`."""

_CODE_DIGITS = (2, 4, 6)

_SPECIES = {
    "pm": ("pm25", "pm10", "bc", "oc"), "颗粒物": ("pm25", "pm10", "bc", "oc"), "pm2.5": ("pm25",),
    "二氧化硫": ("so2",), "氮氧化物": ("nox",), "vocs": ("voc",), "nmvoc": ("voc",), "挥发性有机物": ("voc",),
    "黑碳": ("bc",), "有机碳": ("oc",), "一氧化碳": ("co",), "氨": ("nh3",),
}  # fmt: skip


def plain(name: str) -> str:
    """A name as it is compared: full-width signs made narrow, small letters, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@lru_cache(maxsize=1)
def _sector_index() -> dict[str, tuple[str, ...]]:
    labels = source_labels()
    index: dict[str, tuple[str, ...]] = {}
    for sector in labels.sectors:  # a sector goes before a group of the same name
        index |= dict.fromkeys(_names(sector), (sector.id,))
    for group in labels.sector_groups:
        members = tuple(sector.id for sector in labels.sectors if sector.tag == group.id)
        index[f"{GROUP}{group.id}"] = members
        for name in _names(group):
            index.setdefault(name, members)
    return index


@lru_cache(maxsize=1)
def _region_index() -> dict[str, tuple[str, ...]]:
    labels = source_labels()
    index: dict[str, tuple[str, ...]] = {}
    for region in labels.regions:
        index |= dict.fromkeys(_names(region), (region.id,))
    for group in labels.region_groups:
        members = tuple(region.id for region in labels.regions if region.tag == group.id)
        for name in _names(group):
            index.setdefault(name, members)
    return index


@lru_cache(maxsize=1)
def _county_index() -> dict[str, str]:
    return {plain(name): one.adcode for one in counties() for name in (one.chinese, one.english)}


def _names(label: GroupLabel | Region) -> tuple[str, str, str]:
    return plain(label.id), plain(label.chinese), plain(label.english)


def sectors_named(name: str) -> tuple[str, ...]:
    """Ids of the sectors of that name.

    Args:
        name: id, Chinese or English name of a sector or of a group of sectors, or `group:` and the id of a
            group; a sector goes before a group of the same name.

    Raises:
        InputError: when there is none; the message offers the nearest.
    """
    index = _sector_index()
    found = index.get(plain(name))
    if found is None:
        raise _unknown("sector", name, index, (label.id for label in source_labels().sectors))
    return found


def scope_named(name: str) -> Scope:
    """The area of that name.

    Args:
        name: the first of these that fits: id, Chinese or English name of a region or group of regions of
            `source_labels.yaml`; a county code or its beginning; a prefecture (昌吉州); a region of
            `places.yaml` or one of its short names; a name or alias of a place of `places.yaml`: that
            city or county; a county of Xinjiang by its Chinese or English name.

    Raises:
        InputError: when there is none; the message offers the nearest.
    """
    wanted = plain(name)
    if wanted in _region_index():
        return Scope(name, _region_index()[wanted])
    if wanted.isdigit() and len(wanted) not in _CODE_DIGITS:
        raise InputError(f"county code {name!r}: expected two, four or six digits")
    codes = (wanted,) if wanted.isdigit() else _codes_of(wanted)
    if not codes:
        raise _unknown("region", name, _area_names(), (label.id for label in source_labels().regions))
    return county_scope(name, codes)


def _codes_of(wanted: str) -> tuple[str, ...]:
    """County codes, or their beginnings, of a prefecture, a region of places, a place or a county."""
    prefecture = responses_config().prefectures.get(wanted)
    if prefecture is not None:
        return (prefecture,)
    for region in gazetteer().regions:
        if responses_config().short_names.get(wanted, wanted) in _names(region):
            return tuple(gazetteer().place(place).adcode for place in region.places)
    place = gazetteer().find(wanted)
    if place is not None:
        return (place.adcode,)
    return (_county_index()[wanted],) if wanted in _county_index() else ()


def _area_names() -> set[str]:
    rules, places = responses_config(), gazetteer()
    named = {*_region_index(), *_county_index(), *rules.short_names, *rules.prefectures}
    return named | {one.id for one in places.places} | {one.id for one in places.regions}


def species_named(name: str) -> tuple[str, ...]:
    """Species of that name; `pm` is PM10 with all that it includes.

    Raises:
        InputError: when an inventory knows none of that name.
    """
    wanted = plain(name)
    if wanted in SPECIES:
        return (wanted,)
    if wanted not in _SPECIES:
        raise _unknown("species", name, {*SPECIES, *_SPECIES}, (*SPECIES, "pm"))
    return _SPECIES[wanted]


def names_with_commas() -> dict[str, str]:
    """Names that hold a comma or semicolon, as they are compared, and the ids they stand for."""
    labels = source_labels()
    every = [(label, label.id) for label in (*labels.sectors, *labels.regions)]
    every += [(group, f"{GROUP}{group.id}") for group in labels.sector_groups]
    found = {plain(name): key for label, key in every for name in (label.chinese, label.english)}
    return {name: key for name, key in found.items() if "," in name or ";" in name}


def _unknown(kind: str, name: str, index: Iterable[str], shown: Iterable[str]) -> InputError:
    near = difflib.get_close_matches(plain(name), list(index), n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(shown)}"
    return InputError(f"unknown {kind} {name!r}", remedy=hint)
