"""Limits of GB 3095 by date, validity of means."""

import pytest

from foundation.errors import InputError
from standards.limits import limit, limit_book, validity

STAGES = {
    "2026-02-28": {"pm25": (35, 75), "pm10": (70, 150), "so2": (60, 150, 500), "no2": (40, 80, 200)},
    "2026-03-01": {"pm25": (30, 60), "pm10": (60, 120), "so2": (60, 150, 500), "no2": (40, 80, 200)},
    "2030-12-31": {"pm25": (30, 60), "pm10": (60, 120), "so2": (60, 150, 500), "no2": (40, 80, 200)},
    "2031-01-01": {"pm25": (25, 50), "pm10": (50, 100), "so2": (20, 50, 150), "no2": (30, 50, 200)},
}


@pytest.mark.parametrize("date", STAGES)
def test_limits_are_those_of_the_day(date):
    for pollutant, values in STAGES[date].items():
        for averaging, value in zip(("year", "day", "hour"), values, strict=False):
            assert limit(pollutant, averaging, date).value == value, (pollutant, averaging)
    assert (limit("co", "day", date).value, limit("co", "hour", date).value) == (4, 10)
    assert limit("o3", "8h", date).value == limit("o3_8h", "8h", date).value == 160
    assert limit("o3", "hour", date).value == 200


def test_a_limit_carries_units_and_its_standard():
    co = limit("co", "day", "2026-05-01")
    assert (co.unit, co.standard) == ("mg/m³", "GB 3095-2026")
    assert co.si == pytest.approx(4e-6)
    assert limit("pm25", "day", "2026-05-01").si == pytest.approx(6e-8)
    assert "第二阶段" in limit("pm25", "day", "2031-01-01").stage


@pytest.mark.parametrize(
    ("pollutant", "averaging"), [("pm25", "hour"), ("co", "year"), ("o3_8h", "hour"), ("pm10", "month")]
)
def test_a_limit_that_is_not_set_is_refused(pollutant, averaging):
    with pytest.raises(InputError, match="sets no limit of averaging"):
        limit(pollutant, averaging, "2026-05-01")


def test_an_unknown_pollutant_is_refused():
    with pytest.raises(InputError, match="unknown pollutant 'nox'"):
        limit("nox", "day", "2026-05-01")


def test_validity_of_means():
    needed = validity()
    assert (needed.hours_of_a_day, needed.hours_of_an_8h_mean, needed.eight_hour_means_of_a_day) == (
        20,
        6,
        14,
    )
    assert (needed.days_of_a_year, needed.days_needed(1), needed.days_needed(2)) == (324, 27, 25)
    assert limit_book().annual_percentile["o3"] == 90
