"""The air quality report of HJ 633 for one set of concentrations, worked out exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from standards.breakpoints import column_chain, individual_index, steps_per_unit
from standards.dates_of_effect import Date
from standards.levels import level_of
from standards.rounding import reported_steps
from standards.rules import AirQualityRules, rules_on

EXCEEDANCE = 100
"""Individual index above which HJ 633-2012 speaks of 超标污染物."""


@dataclass(frozen=True)
class AirQualityReport:
    """What HJ 633 makes of one set of concentrations.

    Attributes:
        aqi: air quality index; None when no pollutant is given.
        level: 1 to 6; None when no pollutant is given.
        category: 优 to 严重污染; empty when no pollutant is given.
        category_english: the category in English.
        primary: primary pollutants, all that share the largest individual index, when it is above 50.
        exceeding: 超标污染物, where the rules know the term.
        iaqi: individual indices.
        publishable: whether the rule of completeness lets the index be published; else it is "NA".
        rules: name of the rules applied.
    """

    aqi: int | None
    level: int | None
    category: str
    category_english: str
    primary: tuple[str, ...]
    exceeding: tuple[str, ...]
    iaqi: dict[str, int]
    publishable: bool
    rules: str


def air_quality_report(
    values: Mapping[str, float], date: Date | AirQualityRules, averaging: str
) -> AirQualityReport:
    """Air quality index, level and primary pollutants of one daily or real-time report.

    Args:
        values: µg m-3 (CO mg m-3) by pollutant: `pm25 pm10 so2 no2 co o3 o3_8h`; leave out what was
            not measured. `o3` is a 1 h mean, in a daily report the largest of the day.
        date: calendar day in Beijing time, or the rules themselves.
        averaging: `day` or `hour`.

    Raises:
        InputError: for a pollutant that is unknown or no item of the report, and for a value that is
            not a number, negative, infinite or beyond any air.
    """
    rules = date if isinstance(date, AirQualityRules) else rules_on(date)
    columns = {name: rules.column_of(name, averaging) for name in values}
    steps = {name: reported_steps(value, name) for name, value in values.items()}
    iaqi = {
        name: individual_index(column_chain(rules, columns[name]), steps[name], steps_per_unit(name))
        for name in columns
        if not _stands_aside(rules, columns[name], name, steps)
    }
    complete = set(rules.report(averaging).required) <= set(values)
    return _report(iaqi, rules, complete)


def _stands_aside(rules: AirQualityRules, column_name: str, name: str, steps: Mapping[str, int]) -> bool:
    """Whether another item's index is reported in place of this one (HJ 633-2012, note on ozone)."""
    column = rules.columns[column_name]
    if column.above is None or column.above.item not in steps:
        return False
    return steps[name] > steps_per_unit(name) * column.breakpoints[-1]


def _report(iaqi: dict[str, int], rules: AirQualityRules, complete: bool) -> AirQualityReport:
    if not iaqi:
        return AirQualityReport(None, None, "", "", (), (), {}, False, rules.name)
    aqi = max(iaqi.values())
    known = level_of(aqi)
    largest = tuple(name for name, index in iaqi.items() if index == aqi)
    exceeding = tuple(name for name, index in iaqi.items() if index > EXCEEDANCE)
    return AirQualityReport(
        aqi=aqi,
        level=known.number,
        category=known.category,
        category_english=known.english,
        primary=largest if aqi > rules.primary_above else (),
        exceeding=exceeding if rules.exceedance_term else (),
        iaqi=iaqi,
        publishable=complete or aqi > rules.incomplete_published_above,
        rules=rules.name,
    )
