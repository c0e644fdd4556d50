"""Rules of the air quality index: breakpoints, reports and completeness, by date of effect."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from pydantic import model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError
from foundation.pollutants import POLLUTANTS
from standards.dates_of_effect import Date, Dated, in_force


class AboveLast(Config):
    """What happens above the last breakpoint of a column that ends before the index of 500.

    Attributes:
        index: the individual index is this number (HJ 633-2026, notes b and c).
        read_in: the concentration is read in this other column (HJ 633-2012).
        item: where this item is reported beside it, its index stands for both and the one of this
            column is not computed (HJ 633-2012, ozone).
    """

    index: int | None = None
    read_in: str | None = None
    item: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> AboveLast:
        if (self.index is None) == (self.read_in is None):
            raise ValueError("give either `index` or `read_in`")
        return self


class Column(Config):
    """Concentrations at which the index takes the values of the scale.

    Attributes:
        breakpoints: µg m-3 (CO mg m-3), rising, the first of them 0.
        above: rule above the last one; None where the column reaches the end of the scale.
    """

    breakpoints: tuple[int, ...]
    above: AboveLast | None = None

    @model_validator(mode="after")
    def _rising(self) -> Column:
        if self.breakpoints[0] != 0 or (np.diff(self.breakpoints) <= 0).any():
            raise ValueError("breakpoints must rise from 0")
        return self


class Report(Config):
    """The items of a daily or real-time report.

    Attributes:
        columns: pollutant to the column it is read in.
        required: pollutants without which the report is not complete.
    """

    columns: dict[str, str]
    required: tuple[str, ...]


class AirQualityRules(Dated):
    """One technical regulation of the air quality index."""

    name: str
    chinese: str
    english: str
    verified: bool
    source: str
    note: str = ""
    columns: dict[str, Column]
    reports: dict[str, Report]
    primary_above: int
    incomplete_published_above: int
    exceedance_term: str | None

    @model_validator(mode="after")
    def _known_names(self) -> AirQualityRules:
        read = [column.above.read_in for column in self.columns.values() if column.above]
        for report in self.reports.values():
            read += report.columns.values()
            unknown = {*report.columns, *report.required} - set(POLLUTANTS)
            if unknown:
                raise ValueError(f"unknown pollutants {sorted(unknown)}")
        missing = {name for name in read if name} - set(self.columns)
        if missing:
            raise ValueError(f"no such columns: {sorted(missing)}")
        return self

    def report(self, averaging: str) -> Report:
        """The report of an averaging of `day` or `hour`.

        Raises:
            InputError: when there is no such report.
        """
        if averaging not in self.reports:
            raise InputError(f"unknown averaging {averaging!r}", remedy="Write day or hour")
        return self.reports[averaging]

    def column_of(self, pollutant: str, averaging: str) -> str:
        """Name of the column in which a pollutant is read.

        Raises:
            InputError: when the pollutant is unknown or is no item of that report.
        """
        columns = self.report(averaging).columns
        if pollutant in columns:
            return columns[pollutant]
        if pollutant not in POLLUTANTS:
            raise InputError(
                f"unknown pollutant {pollutant!r}", remedy=f"Known pollutants: {', '.join(POLLUTANTS)}"
            )
        kind = {"day": "daily", "hour": "real-time"}[averaging]
        raise InputError(
            f"{pollutant} is no item of the {kind} report of {self.name}",
            remedy=f"Its items are {', '.join(columns)}",
        )


class AirQualityRuleBook(Config):
    """All known rules of the index and the scale they share."""

    indices: tuple[int, ...]
    rules: tuple[AirQualityRules, ...]


@lru_cache(maxsize=1)
def rule_book() -> AirQualityRuleBook:
    """The rules that ship with the program (`configs/standards/air_quality_index.yaml`)."""
    return load_shipped(AirQualityRuleBook, "standards/air_quality_index.yaml")


def rules_on(date: Date) -> AirQualityRules:
    """Rules of the air quality index in force on a calendar day of Beijing time.

    Raises:
        InputError: when the text is not a date, or no rules were in force.
    """
    return in_force(rule_book().rules, date, "rules of the air quality index")


def rules_named(name: str) -> AirQualityRules:
    """Rules of that name, such as `HJ 633-2026`, whatever the date.

    Raises:
        InputError: when there are none.
    """
    for rules in rule_book().rules:
        if rules.name == name:
            return rules
    known = ", ".join(rules.name for rules in rule_book().rules)
    raise InputError(f"unknown rules {name!r}", remedy=f"Known rules: {known}")
