"""The Beijing day, issue times as people write them, and the names of runs."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import ConfigurationError
from foundation.times import (
    beijing_day,
    beijing_from_utc,
    day_of_hour,
    parse_reference_time,
    season_of_month,
    shown,
    stamp,
    start_of_day,
    utc_from_beijing,
)


def instant(text: str) -> np.datetime64:
    return np.datetime64(text, "ns")


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2016-01-09T15:59:59", "2016-01-09"),
        ("2016-01-09T16:00", "2016-01-10"),
        ("2016-01-10T15:59:59", "2016-01-10"),
        ("2016-02-28T16:00", "2016-02-29"),
        ("2015-12-31T16:00", "2016-01-01"),
    ],
)
def test_the_day_begins_at_sixteen_utc(utc: str, day: str) -> None:
    assert str(beijing_day(instant(utc))) == day


def test_the_hour_labelled_midnight_ends_the_day_before() -> None:
    hours = utc_from_beijing(np.array(["2016-01-10T00:00", "2016-01-10T01:00"], "datetime64[ns]"))
    assert [str(day) for day in day_of_hour(hours)] == ["2016-01-09", "2016-01-10"]


def test_a_day_has_the_24_hours_that_end_in_it() -> None:
    first = start_of_day("2016-01-10")
    labels = first + np.arange(1, 25) * np.timedelta64(1, "h")
    assert set(map(str, day_of_hour(labels))) == {"2016-01-10"}
    assert str(beijing_from_utc(labels[-1]).astype("datetime64[m]")) == "2016-01-11T00:00"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2016-01-10", "2016-01-09T16:00"),
        (" 20160110 ", "2016-01-09T16:00"),
        ("2016-01-10T16:00", "2016-01-10T08:00"),
        ("2016-01-10 16:00", "2016-01-10T08:00"),
        ("2016-01-10T16:00Z", "2016-01-10T16:00"),
        ("2016-01-10T16:00+06:00", "2016-01-10T10:00"),
    ],
)
def test_reference_times(text: str, utc: str) -> None:
    assert parse_reference_time(text) == instant(utc)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "10.01.2016",
        "2016-13-01",
        "2016-02-30",
        "2016-01-10T25:00",
        "2016-01",
        "0001-01-01",
        "2300-01-01",
        "9999-12-31T23:59-12:00",
        "２０１６-01-10",
        "1e9",
    ],
)
def test_what_is_no_reference_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a reference time") as caught:
        parse_reference_time(text)
    assert "2016-01-10" in str(caught.value)


YEARS = {"min_value": dt.datetime(1901, 1, 1), "max_value": dt.datetime(2198, 12, 31)}  # noqa: DTZ001


@settings(max_examples=200, deadline=None)
@given(st.datetimes(**YEARS), st.integers(-14 * 60, 14 * 60))
def test_an_offset_is_obeyed(moment: dt.datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    seconds = (parse_reference_time(aware.isoformat()) - instant("1970-01-01")) / np.timedelta64(1, "s")
    assert seconds == pytest.approx(aware.timestamp(), abs=1e-5)


@settings(max_examples=200, deadline=None)
@given(st.datetimes(**YEARS))
def test_no_offset_means_beijing(moment: dt.datetime) -> None:
    assert parse_reference_time(moment.isoformat()) == parse_reference_time(moment.isoformat() + "+08:00")
    day = moment.date().isoformat()
    assert parse_reference_time(day) == start_of_day(day)
    assert str(beijing_day(parse_reference_time(moment.isoformat()))) == day


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_time_or_one_clear_line(text: str) -> None:
    try:
        assert not np.isnat(parse_reference_time(text))
    except ConfigurationError as error:
        assert "\n" not in str(error)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.datetimes(**YEARS), min_size=2, max_size=5))
def test_run_names_sort_as_their_times(moments: list[dt.datetime]) -> None:
    times = sorted({np.datetime64(moment.replace(microsecond=0), "ns") for moment in moments})
    names = [stamp(time) for time in times]
    assert names == sorted(names)
    assert len(set(names)) == len(times)


def test_times_as_people_read_them() -> None:
    assert stamp(instant("2016-01-09T16:00")) == "20160109T160000Z"
    assert shown(instant("2016-01-09T16:00")) == "2016-01-10 00:00"
    assert shown(np.datetime64("2016-01-09T16:30", "m"), minutes=False) == "2016-01-10"


def test_winter_runs_from_december_to_february() -> None:
    assert season_of_month(np.arange(1, 13)).tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0]
