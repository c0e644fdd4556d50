"""The tables of HJ 633 and their dates of effect."""

import datetime as dt

import numpy as np
import pytest

from foundation.errors import InputError
from standards.aqi import air_quality_report
from standards.levels import level, level_of, levels
from standards.rules import rule_book, rules_named, rules_on

RULES = rule_book().rules
CASES = [
    (rules, averaging, pollutant, index, point)
    for rules in RULES
    for averaging, report in rules.reports.items()
    for pollutant, column in report.columns.items()
    for index, point in zip(rule_book().indices, rules.columns[column].breakpoints, strict=False)
]


@pytest.mark.parametrize(
    ("date", "name"),
    [
        ("2013-12-02", "HJ 633-2012"),
        ("2026-02-28", "HJ 633-2012"),
        ("2026-03-01", "HJ 633-2026"),
        (dt.date(2026, 2, 28), "HJ 633-2012"),
        (dt.datetime(2026, 3, 1, 0, 0), "HJ 633-2026"),  # noqa: DTZ001 - Beijing calendar day
        (np.datetime64("2026-02-28T23:59:59.999999999"), "HJ 633-2012"),
        (np.datetime64("2026-03-01T00"), "HJ 633-2026"),
        ("2031-06-01", "HJ 633-2026"),
    ],
)
def test_rules_change_on_the_first_of_march_2026(date, name):
    assert rules_on(date).name == name


@pytest.mark.parametrize("date", ["no day", "", np.datetime64("NaT"), "2026-13-01", None, 5.5])
def test_what_is_no_date_is_refused_in_one_line(date):
    with pytest.raises(InputError, match="is not a date"):
        rules_on(date)


def test_breakpoints_are_those_of_the_standards():
    old, new = rules_named("HJ 633-2012"), rules_named("HJ 633-2026")
    assert new.columns["pm25_24h"].breakpoints == (0, 35, 60, 115, 150, 250, 350, 500)
    assert new.columns["pm10_24h"].breakpoints == (0, 50, 120, 250, 350, 420, 500, 600)
    changed = {name for name in old.columns if old.columns[name].breakpoints != new.columns[name].breakpoints}
    assert changed == {"pm25_24h", "pm10_24h"}
    assert old.columns["pm25_24h"].breakpoints[2] == 75
    assert old.columns["pm10_24h"].breakpoints[2] == 150


@pytest.mark.parametrize(("rules", "averaging", "pollutant", "index", "point"), CASES)
def test_a_breakpoint_gives_exactly_its_index(rules, averaging, pollutant, index, point):
    """Also that rounding up never adds one to a whole number, and that the next step is above."""
    assert air_quality_report({pollutant: point}, rules, averaging).iaqi == {pollutant: index}
    if point < rules.columns[rules.column_of(pollutant, averaging)].breakpoints[-1]:
        step = 0.1 if pollutant == "co" else 1
        assert air_quality_report({pollutant: point + step}, rules, averaging).aqi > index


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.name)
@pytest.mark.parametrize("averaging", ["day", "hour"])
def test_the_index_never_falls_as_the_concentration_rises(rules, averaging):
    for pollutant in rules.report(averaging).columns:
        per_unit = 10 if pollutant == "co" else 1
        concentrations = np.arange(0, 200 * per_unit) / per_unit if pollutant == "co" else range(0, 4000, 3)
        indices = [air_quality_report({pollutant: c}, rules, averaging).aqi for c in concentrations]
        assert (np.diff(indices) >= 0).all(), pollutant
        assert indices[0] == 0
        assert indices[-1] <= 500


def test_levels_cover_the_scale_once():
    assert [known.lowest for known in levels()] == [0, 51, 101, 151, 201, 301]
    assert [known.highest for known in levels()] == [50, 100, 150, 200, 300, 500]
    categories = ["优", "良", "轻度污染", "中度污染", "重度污染", "严重污染"]
    assert [known.category for known in levels()] == categories
    assert level_of(300).rgb == (153, 0, 76)
    assert level_of(301).hexadecimal == "#7e0023"
    assert [level_of(aqi).number for aqi in (0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500)] == [
        1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
    ]  # fmt: skip


@pytest.mark.parametrize("aqi", [-1, 501])
def test_an_index_outside_the_scale_has_no_level(aqi):
    with pytest.raises(InputError, match="0 to 500"):
        level_of(aqi)


def test_an_unknown_level_or_rule_set_is_refused():
    with pytest.raises(InputError, match="no level 0"):
        level(0)
    with pytest.raises(InputError, match="HJ 633-2026"):
        rules_named("HJ 633-1996")
