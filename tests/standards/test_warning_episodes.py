"""Evidence, lifting, joined episodes and regional means."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from standards.warning_rules import (
    Episode,
    episodes,
    explain,
    join_episodes,
    lifting_time,
    regional_aqi,
    rule_set_on,
    warning_level,
)

NOW = rule_set_on("2024-12-01", "xinjiang")
NAN = np.nan


def days(count):
    return np.datetime64("2026-01-01T16", "ns") + np.arange(count) * np.timedelta64(24, "h")


def hours(count):
    return np.datetime64("2026-01-02T16", "ns") + np.arange(count) * np.timedelta64(1, "h")


def day(number):
    return days(number + 1)[number]


def test_each_clause_met_is_shown_with_its_windows():
    aqi = np.array([120.0, 210, 220, 310, 180, 90])
    found = {finding.clause: finding for finding in explain(aqi, days(6), NOW, 24)}
    assert set(found) == {
        "red-200-72h-300-24h", "orange-200-48h", "orange-150-72h", "yellow-200", "yellow-150-48h",
    }  # fmt: skip
    red = found["red-200-72h-300-24h"]
    assert red.level == 3
    assert red.first_window == (day(1), day(2))
    assert red.last_window == (day(3), day(4))
    assert red.values == (210.0, 220.0, 310.0)
    assert red.supporting == (((day(3), day(4)), 310.0),)
    assert "200持续72小时" in red.chinese
    assert "72 h" in red.english
    assert found["orange-150-72h"].values == (210.0, 220.0, 310.0, 180.0)


def test_the_highest_level_comes_first_and_runs_apart_are_apart():
    aqi = np.array([160.0, 160, 100, 210, 210])
    found = explain(aqi, days(5), NOW, 24)
    assert [finding.level for finding in found] == sorted((f.level for f in found), reverse=True)
    runs = [finding.values for finding in found if finding.clause == "yellow-150-48h"]
    assert runs == [(160.0, 160.0), (210.0, 210.0)]


def test_hourly_evidence_takes_back_to_back_windows():
    aqi = np.full(60, 100.0)
    aqi[10:59] = 210.0
    aqi[30] = 305.0
    found = explain(aqi, hours(60), NOW, 1)
    red = next(finding for finding in found if finding.level == 3)
    assert red.values == (210.0, 210.0, 210.0)
    assert red.first_window == (hours(60)[10] - np.timedelta64(24, "h"), hours(60)[10])
    assert red.last_window[1] == hours(60)[58]
    assert red.supporting == (((hours(60)[30] - np.timedelta64(24, "h"), hours(60)[30]), 305.0),)


def test_what_does_not_count_is_no_evidence():
    aqi = np.array([210.0, 210, 310])
    assert max(f.level for f in explain(aqi, days(3), NOW, 24, np.array([True, True, False]))) == 2
    assert explain(aqi, days(3), NOW, 24, np.zeros(3, dtype=bool)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([100.0, 155.0, 205.0, 305.0, 500.0, NAN]), min_size=1, max_size=9),
    st.sampled_from([24, 12, 8]),
)
def test_evidence_and_level_agree(values, step_hours):
    aqi = np.array(values)
    times = np.datetime64("2026-01-01", "ns") + np.arange(len(values)) * np.timedelta64(step_hours, "h")
    for rules in (NOW, rule_set_on("2018-12-01")):
        met = max((f.level for f in explain(aqi, times, rules, step_hours)), default=0)
        array = xr.DataArray(aqi, {"time": times}, dims="time")
        assert met == int(warning_level(array, rules, dim="time", step_hours=step_hours))


def test_two_whole_days_below_150_lift_a_warning():
    assert lifting_time(np.array([210.0, 149, 150, 149, 120, 90]), days(6), NOW, 24) == day(3)
    assert lifting_time(np.array([210.0, 149, 160, 149]), days(4), NOW, 24) is None
    assert lifting_time(np.array([100.0, NAN, 100]), days(3), NOW, 24) is None


def test_thirteen_hourly_windows_below_150_are_thirty_six_hours():
    aqi = np.full(40, 180.0)
    aqi[20:32] = 140.0
    assert lifting_time(aqi, hours(40), NOW, 1) is None
    aqi[32] = 140.0
    assert lifting_time(aqi, hours(40), NOW, 1) == hours(40)[20] - np.timedelta64(24, "h")


def test_episodes_with_a_short_gap_are_one_at_the_stricter_level():
    aqi = np.array([210.0, 120, 210, 210, 120, 110, 160, 160])
    found = episodes(aqi, days(8), NOW, 24)
    assert found == [Episode(day(0), day(1), 1), Episode(day(2), day(4), 2), Episode(day(6), day(8), 1)]
    joined = join_episodes(found, aqi, days(8), NOW, 24)
    assert joined == [Episode(day(0), day(4), 2), Episode(day(6), day(8), 1)]


def test_a_gap_of_dust_or_of_missing_days_does_not_part_episodes():
    countable = np.array([True, False, False, True])
    aqi = np.array([210.0, 400, 400, 210])
    found = episodes(aqi, days(4), NOW, 24, countable)
    assert len(found) == 2
    assert join_episodes(found, aqi, days(4), NOW, 24) == [Episode(day(0), day(4), 1)]
    missing = np.array([210.0, NAN, NAN, 210])
    found = episodes(missing, days(4), NOW, 24)
    assert len(join_episodes(found, missing, days(4), NOW, 24)) == 1


def test_clean_air_gives_no_episode():
    assert episodes(np.full(5, 80.0), days(5), NOW, 24) == []
    assert join_episodes([], np.full(5, 80.0), days(5), NOW, 24) == []


def test_a_region_needs_three_members():
    aqi = xr.DataArray(
        [[100.0, 200, 300, 50], [100, NAN, 300, 50], [100, 200, 330, NAN]],
        {"place": ["urumqi", "changji", "shihezi", "altay"]},
        dims=("time", "place"),
    )
    region = ["urumqi", "changji", "shihezi", "manas"]
    mean = regional_aqi(aqi, NOW, members=region)
    np.testing.assert_array_equal(mean, [200.0, NAN, 210.0])
    np.testing.assert_array_equal(mean["members_present"], [3, 2, 3])
    np.testing.assert_array_equal(regional_aqi(aqi, NOW), [162.5, 150.0, 210.0])
    assert np.isnan(regional_aqi(aqi, NOW, members=["kuytun", "wusu"])).all()
    with pytest.raises(InputError, match="no regional mean"):
        regional_aqi(aqi, rule_set_on("2024-12-01"))


def test_unequal_lengths_and_gaps_are_refused():
    with pytest.raises(InputError, match="series of one length"):
        explain(np.ones(3), days(4), NOW, 24)
    with pytest.raises(InputError, match="Fill gaps"):
        lifting_time(np.ones(3), days(4)[[0, 1, 3]], NOW, 24)
