"""One report: vectors, rounding, notes b and c, completeness, primary pollutants, bad values."""

import json
import math

import numpy as np
import pytest

from foundation.errors import InputError
from standards.aqi import air_quality_report

OLD, NEW = "2026-02-28", "2026-03-01"
COMPLETE_DAY = {"pm25": 20, "pm10": 30, "so2": 5, "no2": 20, "co": 0.5, "o3_8h": 60}


@pytest.mark.parametrize(
    ("values", "date", "averaging", "aqi"),
    [
        ({"pm25": 75}, NEW, "day", 114),
        ({"pm10": 150}, NEW, "day", 112),
        ({"pm25": 60.5}, NEW, "day", 100),
        ({"no2": 350}, NEW, "hour", 115),
        ({"pm25": 75}, OLD, "day", 100),
        ({"pm10": 150}, OLD, "day", 100),
        ({"pm25": 107}, "2022-01-01", "hour", 140),
        ({"pm10": 443}, "2022-01-01", "hour", 329),
    ],
)
def test_published_vectors(values, date, averaging, aqi):
    assert air_quality_report(values, date, averaging).aqi == aqi


@pytest.mark.parametrize(
    ("pollutant", "value", "as_if"),
    [("pm25", 60.5, 60), ("pm25", 61.5, 62), ("pm25", 60.50000001, 61), ("pm25", 0.5, 0), ("co", 0.05, 0.0),
     ("co", 0.15, 0.2), ("co", 0.25, 0.2), ("co", 1.15, 1.2), ("co", 4.35, 4.4), ("co", 2.25, 2.2),
     ("co", 0.35, 0.4), ("co", 0.3499999, 0.3), ("co", 1.45, 1.4)],
)  # fmt: skip
def test_concentrations_are_rounded_half_to_even_from_their_decimal_text(pollutant, value, as_if):
    rounded = air_quality_report({pollutant: as_if}, NEW, "day").iaqi
    assert air_quality_report({pollutant: value}, NEW, "day").iaqi == rounded


def test_indices_are_rounded_up():
    assert air_quality_report({"pm25": 1}, NEW, "day").aqi == 2  # 1.43
    assert air_quality_report({"co": 0.1}, NEW, "day").aqi == 3  # 2.5
    assert air_quality_report({"co": 0.2}, NEW, "day").aqi == 5  # exactly 5


@pytest.mark.parametrize("pollutant", ["pm25", "pm10", "so2", "no2", "co"])
def test_the_index_stops_at_500(pollutant):
    report = air_quality_report({pollutant: 9999}, NEW, "day")
    assert (report.aqi, report.level, report.category) == (500, 6, "严重污染")


def test_note_b_on_hourly_sulphur_dioxide():
    assert air_quality_report({"so2": 800}, NEW, "hour").aqi == 200
    assert air_quality_report({"so2": 801}, NEW, "hour").aqi == 200
    assert air_quality_report({"so2": 5000}, NEW, "hour").aqi == 200
    assert air_quality_report({"so2": 1600}, OLD, "hour").aqi == 300
    assert air_quality_report({"so2": 2100}, OLD, "hour").aqi == 400


def test_note_c_on_eight_hour_ozone():
    assert air_quality_report({"o3_8h": 1000}, NEW, "day").aqi == 300
    assert air_quality_report({"o3_8h": 800, "o3": 900}, OLD, "day").iaqi == {"o3_8h": 300, "o3": 350}
    by_the_hour = air_quality_report({"o3_8h": 801, "o3": 1000}, OLD, "day")
    assert by_the_hour.iaqi == {"o3": 400}
    assert by_the_hour.primary == ("o3",)
    assert air_quality_report({"o3_8h": 1000}, OLD, "day").aqi == 400


@pytest.mark.parametrize(("pollutant", "date", "averaging"), [("o3", NEW, "day"), ("o3_8h", NEW, "hour")])
def test_an_item_the_report_does_not_have_is_refused(pollutant, date, averaging):
    with pytest.raises(InputError, match=f"{pollutant} is no item of .* HJ 633-2026"):
        air_quality_report({pollutant: 100}, date, averaging)
    assert air_quality_report({pollutant: 100}, OLD, averaging).aqi is not None


def test_a_complete_report_is_publishable():
    assert air_quality_report(COMPLETE_DAY, NEW, "day").publishable
    assert air_quality_report(COMPLETE_DAY, OLD, "day").publishable


@pytest.mark.parametrize("missing", COMPLETE_DAY)
def test_an_incomplete_report_is_publishable_only_above_100(missing):
    held = {name: value for name, value in COMPLETE_DAY.items() if name != missing}
    other = "pm10" if missing == "pm25" else "pm25"
    report = air_quality_report(held, NEW, "day")
    assert not report.publishable
    assert report.aqi is not None
    at_100 = {"pm25": 60, "pm10": 120}[other]
    assert not air_quality_report({**held, other: at_100}, NEW, "day").publishable
    assert air_quality_report({**held, other: at_100 + 2}, NEW, "day").publishable


def test_nothing_measured_gives_no_index():
    report = air_quality_report({}, NEW, "day")
    assert (report.aqi, report.level, report.category, report.primary) == (None, None, "", ())
    assert not report.publishable


def test_all_pollutants_with_the_largest_index_are_primary_above_50():
    assert air_quality_report({"pm25": 35, "pm10": 50}, NEW, "day").primary == ()
    tie = air_quality_report({"pm25": 60, "pm10": 120, "no2": 79}, NEW, "day")
    assert tie.primary == ("pm25", "pm10")
    assert air_quality_report({"pm25": 36}, NEW, "day").primary == ("pm25",)


def test_the_term_for_exceeding_pollutants_went_with_the_old_rules():
    values = {"pm25": 80, "pm10": 160}
    assert air_quality_report(values, OLD, "day").exceeding == ("pm25", "pm10")
    assert air_quality_report(values, NEW, "day").exceeding == ()


@pytest.mark.parametrize("value", [-1, -0.001, math.nan, math.inf, -math.inf, 1e9, "75", None, True])
def test_bad_values_are_refused_by_name(value):
    with pytest.raises(InputError, match="pm25: expected"):
        air_quality_report({"pm25": value}, NEW, "day")


def test_unknown_names_and_averagings_are_refused():
    with pytest.raises(InputError, match=r"unknown pollutant 'pm2\.5'.*pm25"):
        air_quality_report({"pm2.5": 75}, NEW, "day")
    with pytest.raises(InputError, match="unknown averaging 'daily'"):
        air_quality_report({"pm25": 75}, NEW, "daily")


def test_the_report_is_plain_numbers():
    report = air_quality_report({"pm25": np.float64(75.0)}, NEW, "day")
    assert json.loads(json.dumps(vars(report)))["iaqi"] == {"pm25": 114}
