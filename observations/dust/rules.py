"""Rules of dust-affected hours, by name (`configs/dust_hours.yaml`)."""

from __future__ import annotations

from functools import lru_cache

from foundation.configuration import Config, load_shipped
from foundation.errors import ConfigurationError

DETECTOR = "detector"
"""Name under which the statistical detector reports its events."""


class DustRule(Config):
    """When hours count as affected by dust; concentrations in µg/m³."""

    name: str
    chinese: str
    english: str
    source: str
    verified: bool
    in_force_from: str
    earlier_hours: int
    minimum_earlier_hours: int
    pm10_factor: float
    pm10_above: float
    ratio_share: float
    return_within: float
    longest_gap_hours: int
    longest_hours: int


class DustRules(Config):
    """All rules, the one taken when none is named, and when a day is left out."""

    default: str
    remaining_hours_of_day: int
    rules: tuple[DustRule, ...]


@lru_cache(maxsize=1)
def dust_rules() -> DustRules:
    """The rules that ship with the program."""
    return load_shipped(DustRules, "dust_hours.yaml")


def dust_rule(name: str | None = None) -> DustRule:
    """A rule by its name; the default when None.

    Raises:
        ConfigurationError: when there is no such rule.
    """
    book = dust_rules()
    wanted = book.default if name is None else name
    for rule in book.rules:
        if rule.name == wanted:
            return rule
    raise ConfigurationError(
        f"unknown dust rule {wanted!r}",
        remedy=f"Known: {', '.join([DETECTOR, *(r.name for r in book.rules)])}",
    )
