"""Warning levels against sequences worked out by hand."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.configuration import validate
from foundation.errors import ConfigurationError, InputError
from standards.warning_rules import rule_set_on, warning_book, warning_level, warning_level_named
from standards.warning_tables import Clause

NOW = rule_set_on("2024-12-01")
OLD = rule_set_on("2019-12-01")
NAN = np.nan


def level(values, rules=NOW, step_hours=24, countable=None):
    array = xr.DataArray(np.asarray(values, dtype=float), dims="time")
    allowed = None if countable is None else xr.DataArray(countable, dims="time")
    return int(warning_level(array, rules, dim="time", step_hours=step_hours, countable=allowed))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([150, 150, 150, 150], 0),
        ([151, 100, 151], 0),
        ([100, 200, 100], 0),
        ([100, 201, 100], 1),
        ([151, 151], 1),
        ([151, 151, 100, 151, 151], 1),
        ([151, 151, 151], 2),
        ([201, 100, 201], 1),
        ([201, 201], 2),
        ([201, 201, 201, 201], 2),
        ([201, 201, 301], 3),
        ([301, 201, 201, 100], 3),
        ([201, 301, 200, 201, 201], 2),
        ([301, 100, 201, 201, 201], 2),
        ([201, 201, 300], 2),
        ([500, 500], 2),
        ([201, 201, 201, 201, 301], 3),
        ([], 0),
        ([500], 1),
    ],
)
def test_national_rules_of_2024_on_days(days, expected):
    assert level(days) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([201], 0),
        ([201, 201], 1),
        ([201, 201, 201], 2),
        ([201, 201, 201, 201], 2),
        ([151] * 7, 0),
        ([201, 301, 301, 201], 3),
        ([301, 201, 301, 201], 2),
        ([201, 201, 301, 301, 301], 3),
        ([301, 301, 301], 2),
        ([301, 301, 200, 201, 201, 201, 201], 2),
        ([100, 500, 100], 3),
        ([499], 0),
    ],
)
def test_older_rules_on_days(days, expected):
    assert level(days, OLD) == expected
    assert level(days, rule_set_on("2018-12-01")) == expected


def test_missing_and_uncountable_windows_break_a_run():
    assert level([151, 151, NAN, 151, 151]) == 1
    assert level([201, NAN, 201]) == 1
    assert level([NAN, NAN]) == 0
    assert level([201, 201, 301], countable=[True, False, True]) == 1
    assert level([301, 301, 301], countable=[False] * 3) == 0


def hours(*stretches):
    return np.concatenate([np.full(count, float(value)) for count, value in stretches])


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (hours((24, 160)), 0),  # 24 windows span 47 h: no two of them are back to back
        (hours((25, 160)), 1),  # the first and the last are
        (hours((48, 160)), 1),
        (hours((49, 160)), 2),
        (hours((10, 100), (1, 201), (10, 100)), 1),
        (hours((24, 210)), 1),
        (hours((25, 210)), 2),
        (hours((49, 210)), 2),
        (hours((20, 210), (1, 301), (28, 210)), 3),
        (hours((48, 210), (1, 301)), 3),
        (hours((49, 210), (1, 200), (1, 301)), 3),  # windows 2, 26 and 50 are back to back
        (hours((49, 210), (24, 200), (1, 301)), 2),
        (hours((20, 210), (1, 301), (27, 210)), 2),
    ],
)
def test_hourly_windows_may_begin_at_any_hour(windows, expected):
    assert level(windows, step_hours=1) == expected


def test_days_and_their_hours_agree_when_only_whole_days_count():
    days = [120, 210, 210, 310, 90]
    windows = np.repeat(np.nan, 24 * len(days))
    windows[23::24] = days
    assert level(windows, step_hours=1) == level(days) == 3


def test_all_other_dimensions_are_kept():
    values = np.array([[[201, 201, 301], [151, 151, 100]], [[10, 20, 30], [151, 151, 151]]], dtype=float)
    aqi = xr.DataArray(values, dims=("place", "scenario", "lead_time")).transpose("lead_time", ...)
    result = warning_level(
        aqi.assign_coords(place=["urumqi", "changji"]), NOW, dim="lead_time", step_hours=24
    )
    assert result.dims == ("place", "scenario")
    assert result.dtype == np.int8
    np.testing.assert_array_equal(result, [[3, 1], [0, 2]])
    assert list(result["place"].values) == ["urumqi", "changji"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([100.0, 155.0, 205.0, 305.0, 500.0, NAN]), max_size=8), st.data())
def test_more_pollution_never_lowers_the_level(days, data):
    worse = [value + data.draw(st.sampled_from([0.0, 60.0, 200.0])) for value in days]
    for rules in warning_book().rule_sets:
        assert level(worse, rules) >= level(days, rules)
        assert level([*days, 120], rules) == level(days, rules)


def test_gaps_in_time_and_mismatched_axes_are_refused():
    times = np.array(["2026-01-01", "2026-01-02", "2026-01-04"], dtype="datetime64[ns]")
    aqi = xr.DataArray([201.0] * 3, {"time": times}, dims="time")
    with pytest.raises(InputError, match=r"expected steps of 24 h.*Fill gaps"):
        warning_level(aqi, NOW, dim="time", step_hours=24)
    leads = xr.DataArray(
        [201.0] * 3, {"lead_time": np.arange(3) * np.timedelta64(24, "h").astype("m8[ns]")}, dims="lead_time"
    )
    assert warning_level(leads, NOW, dim="lead_time", step_hours=24) == 2
    with pytest.raises(InputError, match="same elements"):
        warning_level(leads, NOW, dim="lead_time", step_hours=24, countable=leads[:2] > 0)
    with pytest.raises(InputError, match="divides 24 hours, got 5"):
        level([201.0], step_hours=5)


@pytest.mark.parametrize(
    ("date", "name", "expected"),
    [
        ("2016-01-10", None, "national-2018"),
        ("2019-07-25", None, "national-2018"),
        ("2019-07-26", None, "national-2019"),
        ("2024-01-22", None, "national-2019"),
        ("2024-01-23", None, "national-2024"),
        ("2026-11-22", "xinjiang", "xinjiang-2024"),
        ("2020-01-23", "xinjiang", "xinjiang-2018"),
        ("2016-01-10", "national-2024", "national-2024"),
    ],
)
def test_rule_sets_by_date_and_name(date, name, expected):
    assert rule_set_on(date, name).name == expected


def test_an_unknown_rule_set_is_refused():
    with pytest.raises(InputError, match=r"'gansu'.*national, xinjiang, national-2018"):
        rule_set_on("2026-01-01", "gansu")


def test_levels_cuts_and_measures():
    levels = [warning_level_named(number) for number in (1, 2, 3)]
    assert [one.chinese for one in levels] == ["黄色", "橙色", "红色"]
    assert [one.severity for one in levels] == ["Moderate", "Severe", "Extreme"]
    assert [one.emission_cut for one in levels] == [0.1, 0.2, 0.3]
    titles = [block.chinese for block in warning_book().measures]
    assert titles == ["健康防护提示", "倡议性减排措施", "强制性减排措施"]
    with pytest.raises(InputError, match="no warning level 0"):
        warning_level_named(0)


@pytest.mark.parametrize(
    "conditions",
    [[], [{"above": 200, "hours": 30}], [{"hours": 24}], [{"above": 1, "reaching": 2, "hours": 24}],
     [{"above": 200, "hours": 24}, {"above": 300, "hours": 48}]],
)  # fmt: skip
def test_unsound_clauses_are_refused(conditions):
    clause = {"level": 1, "id": "x", "chinese": "x", "english": "x", "conditions": conditions}
    with pytest.raises(ConfigurationError):
        validate(Clause, clause, "here")
