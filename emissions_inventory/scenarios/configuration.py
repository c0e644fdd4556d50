"""How `configs/inventory/responses.yaml` is written."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from pydantic import Field, model_validator

from emissions_inventory.inventory import SPECIES
from foundation.configuration import Config, load_shipped
from foundation.errors import InputError

__all__ = ["LEVELS", "CutOf", "Exchange", "ResponseRules", "ResponsesConfig", "responses_config"]

LEVELS = ("yellow", "orange", "red")
"""Levels of a response, the mildest first."""


class ResponseRules(Config):
    """What a response had to cut in a period.

    Attributes:
        name: of the rules.
        in_force_from: first day; None from the beginning.
        in_force_until: last day; None until today.
        required_cut: share by level, at least.
        verified: whether a person confirmed it against the text.
        source: where it was read.
    """

    name: str
    in_force_from: dt.date | None
    in_force_until: dt.date | None
    required_cut: dict[str, float]
    verified: bool
    source: str

    @model_validator(mode="after")
    def _sound(self) -> ResponseRules:
        shares = [self.required_cut.get(level, -1.0) for level in LEVELS]
        if set(self.required_cut) != set(LEVELS) or shares != sorted(shares) or not 0 < shares[0] <= 1:
            raise ValueError(f"required_cut: expected growing shares for {', '.join(LEVELS)}")
        return self


class CutOf(Config):
    """A pollutant of the rule and the species that stand for it; the first decides."""

    pollutant: str
    chinese: str
    species: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> CutOf:
        strange = set(self.species) - set(SPECIES)
        if strange:
            raise ValueError(f"unknown species {min(strange)!r}")
        return self


class Exchange(Config):
    """Whether sulfur dioxide and nitrogen oxides may stand in for one another."""

    enabled: bool
    verified: bool
    source: str


class ResponsesConfig(Config):
    """The file; it explains its keys."""

    rule_sets: tuple[ResponseRules, ...]
    cut_of: tuple[CutOf, ...]
    cut_of_source: str
    exchange: Exchange
    default_area: str
    draws: int = Field(ge=100)
    seed: int
    short_names: dict[str, str]
    prefectures: dict[str, str]
    former_codes: dict[str, str]
    former_codes_source: str

    def rules_on(self, day: dt.date) -> ResponseRules:
        """The rules in force on a day.

        Raises:
            InputError: when there are none, or two.
        """
        found = [
            rules
            for rules in self.rule_sets
            if (rules.in_force_from or dt.date.min) <= day <= (rules.in_force_until or dt.date.max)
        ]
        if len(found) != 1:
            raise InputError(
                f"expected one set of rules in force on {day}, got {len(found)}",
                where="configs/inventory/responses.yaml",
            )
        return found[0]


@lru_cache(maxsize=1)
def responses_config() -> ResponsesConfig:
    """The rules that ship with the program."""
    return load_shipped(ResponsesConfig, "inventory/responses.yaml")
