"""Units as people write them in headers and cells."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from emissions_inventory.tables.columns import TableConfig

__all__ = ["Unit", "known_units", "plain", "read_unit"]

_SPACES = re.compile(r"[\s_*:]+")


class Unit(NamedTuple):
    """A unit.

    Attributes:
        scale: one of it in the base unit of its kind (for temperatures what is added to reach °C).
        kind: of what it is a unit; for factors, of what it is per.
        standard: whether a flow is at standard conditions.
    """

    scale: float
    kind: str
    standard: bool = False


def plain(text: object) -> str:
    """Text without case, spaces, underscores, asterisks and colons; full-width letters as plain ones."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", str(text)).lower())


def read_unit(kind: str, text: str, config: TableConfig) -> Unit | None:
    """A unit of a kind, or None.

    Args:
        kind: a key of `units`, or `emission`, `activity` or `factor`.
        text: the unit as written.
        config: how tables are read.
    """
    written = plain(text)
    if kind == "emission":
        mass = config.units["mass"].get(_without(written, config.a_year))
        return None if mass is None else Unit(mass, "mass")
    if kind == "activity":
        return _activity(_without(written, config.a_year), config)
    if kind == "factor":
        above, _, below = written.partition("/")
        mass, per = config.units["mass"].get(above), _activity(below, config)
        return None if mass is None or per is None else Unit(mass / per.scale, per.kind)
    scale = config.units.get(kind, {}).get(written)
    return None if scale is None else Unit(scale, kind, written in config.standard_flow)


def known_units(kind: str, config: TableConfig) -> str:
    """Some units of a kind, for people."""
    if kind == "factor":
        return "kg/t, g/kg, kg/m3"
    groups = {"emission": ("mass",), "activity": config.activities}.get(kind, (kind,))
    return ", ".join(name for group in groups for name in list(config.units[group])[:2])


def _activity(written: str, config: TableConfig) -> Unit | None:
    for end in ("", *config.products):
        if written.endswith(end):
            bare = written.removesuffix(end).rstrip("-·")
            for kind in config.activities:
                if bare in config.units[kind]:
                    return Unit(config.units[kind][bare], kind)
    return None


def _without(written: str, endings: tuple[str, ...]) -> str:
    for end in endings:
        if written.endswith(end):
            return written.removesuffix(end)
    return written
