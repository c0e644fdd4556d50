"""The headers that are known, and what they mean."""

from __future__ import annotations

import difflib
import re
from itertools import product
from typing import NamedTuple

from emissions_inventory.tables.columns import FieldConfig, TableConfig
from emissions_inventory.tables.unit_names import plain, read_unit

__all__ = [
    "Key",
    "field_of",
    "header_names",
    "ignored_names",
    "meaning_of",
    "meaning_of_text",
    "near_name",
]

_BRACKET = re.compile(r"^(.+)[(\[【]([^()\[\]【】]*)[)\]】]$")


class Key(NamedTuple):
    """What a column holds: a field, and the species and month (1 to 12) where it is of one."""

    field: str
    species: str = ""
    month: int = 0


def field_of(key: Key, config: TableConfig) -> FieldConfig:
    """The configuration of what a column holds."""
    if key.species and key.month:
        return config.of_species_and_month[key.field]
    if key.month:
        return config.of_month[key.field]
    return config.of_species[key.field] if key.species else config.fields[key.field]


def ignored_names(config: TableConfig) -> set[str]:
    """Headers of columns that are left aside, as they are compared."""
    return {"", *map(plain, config.ignored)}


def header_names(config: TableConfig) -> dict[str, Key]:
    """Every header that is known, as it is compared, and what it means."""
    months = [(f"{number:0{width}d}", number) for width in (1, 2) for number in range(1, 13)]
    species = [(name, key) for key, spelt in config.species.items() for name in spelt]
    nothing: list[tuple[str, str]] = [("", "")]
    never: list[tuple[str, int]] = [("", 0)]
    groups = (
        (config.fields, nothing, never),
        (config.of_species, species, never),
        (config.of_month, nothing, months),
        (config.of_species_and_month, species, months),
    )
    names: dict[str, Key] = {}
    for fields, of_species, of_month in groups:
        for field, one in fields.items():
            for template, (name, code), (text, month) in product(one.headers, of_species, of_month):
                spelt = plain(template.replace("{species}", name).replace("{month}", text)).replace("-", "")
                names.setdefault(spelt, Key(field, code, month))
    ignored = ignored_names(config)
    return {name: key for name, key in names.items() if name not in ignored}


def meaning_of(texts: list[str], names: dict[str, Key], config: TableConfig) -> tuple[Key | None, str]:
    """What the texts of a column mean, from the top, and the unit in brackets."""
    parts = list(dict.fromkeys(texts))
    tries = ["".join(parts[at:]) for at in range(len(parts))] + ["".join(reversed(parts)), *parts[:1]]
    for text in tries:
        key, unit = meaning_of_text(text, names, config)
        if key is not None:
            return key, unit
    return None, ""


def meaning_of_text(text: str, names: dict[str, Key], config: TableConfig) -> tuple[Key | None, str]:
    """What one text means, and the unit in brackets or after a slash."""
    written, unit = plain(text), ""
    for _ in range(3):
        key = names.get(written.replace("-", ""))
        if key is not None:
            return key, unit
        match = _BRACKET.match(written)
        if match is None:
            break
        written, unit = match[1], unit or match[2]
    base, slash, rest = written.partition("/")
    key = names.get(base.replace("-", ""))
    if slash and key is not None and read_unit(field_of(key, config).units, rest, config):
        return key, rest
    return None, ""


def near_name(name: str, names: dict[str, Key]) -> str:
    """The known header most like a name; empty when none is near."""
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    return near[0] if near else ""
