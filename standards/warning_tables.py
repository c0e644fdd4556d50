"""Rule sets for heavy-pollution warnings, by date of effect: clauses, lifting, scope, cuts, measures."""

from __future__ import annotations

from functools import lru_cache

from pydantic import model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError
from standards.dates_of_effect import Date, Dated, in_force

WINDOW_HOURS = 24
"""Hours over which a daily index is taken."""


class WarningLevel(Config):
    """One level of warning.

    Attributes:
        number: 1 yellow, 2 orange, 3 red; 0 stands for none.
        severity: severity of the Common Alerting Protocol 1.2.
        response: level of response, in Chinese.
        emission_cut: share of all society's emissions to be cut, at least, of each pollutant named.
    """

    number: int
    chinese: str
    english: str
    response: str
    severity: str
    rgb: tuple[int, int, int]
    emission_cut: float


class Condition(Config):
    """An index held for some hours: `above` is exceeded, or `reaching` is reached."""

    above: int | None = None
    reaching: int | None = None
    hours: int

    @model_validator(mode="after")
    def _sound(self) -> Condition:
        if (self.above is None) == (self.reaching is None):
            raise ValueError("give either `above` or `reaching`")
        if self.hours < WINDOW_HOURS or self.hours % WINDOW_HOURS:
            raise ValueError(f"`hours` must be a multiple of {WINDOW_HOURS}")
        return self

    @property
    def windows(self) -> int:
        """Back-to-back 24 h windows in the duration."""
        return self.hours // WINDOW_HOURS


class Clause(Config):
    """One way to meet a level.

    Attributes:
        level: the level it calls for.
        id: stable short name.
        chinese: text of the clause.
        english: the same in English.
        conditions: the first is the run; the others are to be met within that run.
    """

    level: int
    id: str
    chinese: str
    english: str
    conditions: tuple[Condition, ...]

    @model_validator(mode="after")
    def _longest_first(self) -> Clause:
        if not self.conditions or any(c.hours > self.conditions[0].hours for c in self.conditions):
            raise ValueError("give conditions, the longest first")
        return self


class Lifting(Config):
    """When a warning is lifted: the index stays below a value for some hours."""

    below: int
    hours: int
    verified: bool
    source: str


class Scope(Config):
    """For what a regional warning is decided: the mean over enough contiguous members."""

    minimum_members: int
    chinese: str
    english: str
    source: str


class WarningRules(Dated):
    """One rule set.

    Attributes:
        name: stable short name, such as `national-2024`.
        series: `national` or `xinjiang`.
        chinese: title of the document.
        verified: whether thresholds and dates were read, at first or second hand.
        clauses: what calls for which level.
        lifting: when a warning ends.
        scope: for regional rules, over what the mean is taken.
        lead_hours: hours by which a warning goes out ahead, at least.
    """

    name: str
    series: str
    chinese: str
    english: str
    verified: bool
    source: str
    note: str = ""
    clauses: tuple[Clause, ...]
    lifting: Lifting
    scope: Scope | None
    lead_hours: int


class Measures(Config):
    """One block of measures that every notice carries."""

    id: str
    chinese: str
    english: str


class WarningBook(Config):
    """All rule sets and what they share."""

    levels: tuple[WarningLevel, ...]
    emission_cut_of: tuple[str, ...]
    emission_cut_source: str
    measures: tuple[Measures, ...]
    rule_sets: tuple[WarningRules, ...]


@lru_cache(maxsize=1)
def warning_book() -> WarningBook:
    """The table that ships with the program (`configs/standards/warnings.yaml`)."""
    return load_shipped(WarningBook, "standards/warnings.yaml")


def warning_level_named(number: int) -> WarningLevel:
    """Names, colour, severity and cut of a level.

    Raises:
        InputError: when it is not 1 to 3.
    """
    for known in warning_book().levels:
        if known.number == number:
            return known
    raise InputError(f"no warning level {number}", remedy="Levels are 1 yellow, 2 orange and 3 red")


def rule_set_on(date: Date, name: str | None = None) -> WarningRules:
    """Rule set for warnings.

    Args:
        date: calendar day in Beijing time.
        name: a series, `national` (the default) or `xinjiang`, whose set of that day is taken; or one
            rule set such as `national-2024`, taken whatever the date.

    Raises:
        InputError: when the name is unknown or nothing was in force.
    """
    sets = warning_book().rule_sets
    for rules in sets:
        if rules.name == name:
            return rules
    series = name or "national"
    of_series = [rules for rules in sets if rules.series == series]
    if not of_series:
        known = ", ".join(sorted({rules.series for rules in sets}) + [rules.name for rules in sets])
        raise InputError(f"unknown rules for warnings {name!r}", remedy=f"Known: {known}")
    return in_force(of_series, date, "rules for warnings")
