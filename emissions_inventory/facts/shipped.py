"""The tables of facts that ship with the program."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from emissions_inventory.facts.rows import County, IndustrialPlant, Neighbour, PowerPlant
from emissions_inventory.facts.tables import parse_table, refuse_unknown_counties
from foundation.configuration import shipped_text
from foundation.errors import InputError

__all__ = ["counties", "county_of", "industrial_plants", "neighbours", "power_plants"]

Plant = TypeVar("Plant", PowerPlant, IndustrialPlant)

_COUNTIES = "inventory/counties.csv"
_NEIGHBOURS = "inventory/neighbours.csv"
_POWER_PLANTS = "inventory/power_plants.csv"
_INDUSTRIAL_PLANTS = "inventory/industrial_plants.csv"


@lru_cache(maxsize=1)
def counties() -> tuple[County, ...]:
    """Every county-level unit of Xinjiang, by code.

    Raises:
        ConfigurationError: naming line and column, when the table is not sound.
    """
    return parse_table(County, shipped_text(_COUNTIES), f"configs/{_COUNTIES}", ("adcode", "chinese"))


@lru_cache(maxsize=1)
def neighbours() -> tuple[Neighbour, ...]:
    """Settlements outside Xinjiang within 70-100 degrees east, 34-50 degrees north.

    Raises:
        ConfigurationError: naming line and column, when the table is not sound.
    """
    text = shipped_text(_NEIGHBOURS)
    return parse_table(Neighbour, text, f"configs/{_NEIGHBOURS}", ("country+name_english", "lon+lat"))


@lru_cache(maxsize=1)
def power_plants() -> tuple[PowerPlant, ...]:
    """Thermal power plants of Xinjiang in operation, one entry a site.

    Raises:
        ConfigurationError: naming line and column, when the table is not sound or a county is not known.
    """
    return _plants(PowerPlant, _POWER_PLANTS)


@lru_cache(maxsize=1)
def industrial_plants() -> tuple[IndustrialPlant, ...]:
    """Main industrial plants of Xinjiang.

    Raises:
        ConfigurationError: naming line and column, when the table is not sound or a county is not known.
    """
    return _plants(IndustrialPlant, _INDUSTRIAL_PLANTS)


def _plants(kind: type[Plant], name: str) -> tuple[Plant, ...]:
    where = f"configs/{name}"
    plants = parse_table(kind, shipped_text(name), where, ("id", "chinese"))
    refuse_unknown_counties(plants, _codes(), where)
    return plants


def county_of(adcode: str) -> County:
    """The county of a code.

    Raises:
        InputError: when there is none; the message offers those of the same prefecture.
    """
    found = _by_code().get(adcode)
    if found is None:
        near = [code for code in _by_code() if code.startswith(adcode[:4])] if len(adcode) >= 4 else []
        hint = f"Codes there: {', '.join(near)}" if near else "See configs/inventory/counties.csv"
        raise InputError(f"adcode: expected a county of Xinjiang, got {adcode!r}", remedy=hint)
    return found


@lru_cache(maxsize=1)
def _by_code() -> dict[str, County]:
    return {county.adcode: county for county in counties()}


def _codes() -> list[str]:
    return [county.adcode for county in counties()]
