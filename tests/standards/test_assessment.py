"""A year against limits and targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.configuration import validate
from foundation.errors import ConfigurationError, InputError
from foundation.pollutants import DAILY
from foundation.times import start_of_day
from standards.assessment import TargetBook, assessment_document, target_book
from standards.assessment.year import percentile

RULE = {
    "name": "test",
    "chinese": "试",
    "english": "test",
    "source": "-",
    "verified": False,
    "in_force_from": "2017-01-01",
}


def days(first: str, pm25: dict[str, list[float]], **others: float) -> xr.Dataset:
    """Daily means: PM2.5 as given, the others constant and low; µg/m³ (CO mg/m³)."""
    count = len(next(iter(pm25.values())))
    constant = {"pm10": 20.0, "so2": 5.0, "no2": 10.0, "co": 0.5, "o3_8h": 40.0, **others}
    factor = {name: 1e-6 if name == "co" else 1e-9 for name in DAILY}
    dims, shape = ("time", "place"), (count, len(pm25))
    values = {name: np.full(shape, constant.get(name, 0.0)) for name in DAILY}
    values["pm25"] = np.array(list(pm25.values())).T
    times = start_of_day(np.datetime64(first) + np.arange(count))
    variables = {name: (dims, values[name] * factor[name], {"units": "kg m-3"}) for name in DAILY}
    return xr.Dataset(variables, {"time": times, "place": list(pm25)}, {"averaging": "day"})


def without(whole: xr.Dataset, dusty: np.ndarray) -> xr.Dataset:
    """The same with PM2.5 and PM10 deducted on some days."""
    cleared = whole.copy()
    for name in ("pm25", "pm10"):
        cleared[name] = whole[name].where(~xr.DataArray(dusty, dims=("time", "place")))
        cleared[name].attrs = whole[name].attrs
    cleared["dust_hours"] = (("time", "place"), np.where(dusty, 24, 0))
    return cleared


def assess(whole: xr.Dataset, dusty: np.ndarray | None = None, **more: Any) -> dict[str, Any]:
    mask = np.zeros((whole.sizes["time"], whole.sizes["place"]), bool) if dusty is None else dusty
    return assessment_document(whole, without(whole, mask), more.pop("year", 2019), RULE, **more)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40), st.floats(0, 100))
@settings(max_examples=60, deadline=None)
def test_percentiles_lie_between_neighbours(values: list[float], percent: float) -> None:
    found = percentile(np.array(values), percent)
    assert found == pytest.approx(float(np.percentile(values, percent)), abs=1e-9)
    assert min(values) <= found <= max(values)


def test_the_percentile_by_hand() -> None:
    assert percentile(np.array([4.0, 1.0, 2.0, 3.0, 5.0]), 90) == pytest.approx(
        4.6
    )  # k = 4.6: 4 + 0.6 x (5 - 4)


def test_days_are_counted_by_level() -> None:
    course = [35.0] * 200 + [75.0] * 65 + [115.0] * 50 + [150.0] * 30 + [250.0] * 15 + [251.0] * 5
    document = assess(days("2019-01-01", {"urumqi": course}))
    counted = document["places"][0]["measured"]["days"]
    assert counted["by_level"] == {"1": 200, "2": 65, "3": 50, "4": 30, "5": 15, "6": 5}
    assert (counted["good"], counted["good_share"], counted["heavy"]) == (265, 72.6, 20)
    mean = document["places"][0]["measured"]["means"]["pm25"]
    assert mean["mean"] == pytest.approx(np.mean(course), abs=0.05)
    assert mean["whole_year"] is True
    assert (mean["limit"], mean["within_limit"]) == (35, False)
    assert document["rules"] == "HJ 633-2012"


def test_each_day_is_judged_by_its_own_law() -> None:
    """75 µg/m³ is an index of 100 to 2026-02-28 and of 114 from 2026-03-01."""
    document = assess(days("2026-02-27", {"urumqi": [75.0] * 4}), year=2026)
    assert document["places"][0]["measured"]["days"]["by_level"] == {
        "1": 0,
        "2": 2,
        "3": 2,
        "4": 0,
        "5": 0,
        "6": 0,
    }
    assert document["rules"] == "HJ 633-2012, HJ 633-2026"
    assert document["places"][0]["measured"]["means"]["pm25"]["limit"] == 30


def test_a_dust_day_keeps_the_index_of_its_other_pollutants() -> None:
    whole = days("2019-01-01", {"hotan": [40.0] * 10}, pm10=400.0, o3_8h=150.0)
    dusty = np.zeros((10, 1), bool)
    dusty[:4] = True
    place = assess(whole, dusty)["places"][0]
    assert place["dust_days"] == 4
    assert [place[basis]["days"]["good"] for basis in ("measured", "without_dust")] == [0, 4]
    assert [place[basis]["days"]["valid"] for basis in ("measured", "without_dust")] == [10, 10]
    assert [place[basis]["days"]["heavy"] for basis in ("measured", "without_dust")] == [10, 6]
    assert place["without_dust"]["means"]["pm10"]["days"] == 6


def test_a_day_without_a_pollutant_counts_only_above_100() -> None:
    whole = days("2019-01-01", {"urumqi": [40.0, 200.0, 40.0]})
    whole["no2"][...] = np.nan
    counted = assess(whole)["places"][0]["measured"]["days"]
    assert (counted["valid"], counted["good"], counted["heavy"]) == (1, 0, 1)


def test_the_year_to_date_ends_where_it_is_told() -> None:
    whole = days("2019-01-01", {"urumqi": [30.0] * 100 + [300.0] * 20})
    document = assess(whole, until=np.datetime64("2019-04-10"))
    assert document["period"] == {"from": "2019-01-01", "to": "2019-04-10", "days": 100, "whole_year": False}
    assert document["places"][0]["measured"]["days"]["heavy"] == 0
    assert document["places"][0]["measured"]["means"]["pm25"]["whole_year"] is False
    assert assess(whole)["period"]["to"] == "2019-04-30"


def test_a_month_with_too_few_days_is_no_whole_year() -> None:
    course = np.full(365, 30.0)
    course[31:40] = np.nan  # nine days of February
    found = assess(days("2019-01-01", {"urumqi": list(course)}))["places"][0]["measured"]["means"]["pm25"]
    assert (found["days"], found["whole_year"]) == (356, False)


def test_a_region_is_the_mean_of_its_places() -> None:
    document = assess(days("2019-01-01", {"urumqi": [60.0] * 10, "changji": [20.0] * 9 + [200.0]}))
    region = next(one for one in document["regions"] if one["id"] == "wu-chang-shi")
    assert region["members"] == ["urumqi", "changji"]
    assert "shihezi" in region["missing"]
    assert region["measured"]["days"]["good_share"] == 95.0
    assert region["measured"]["means"]["pm25"]["mean"] == pytest.approx((60 + 38) / 2)


def test_targets_are_held_against_what_the_plan_counts() -> None:
    document = assess(days("2020-01-01", {"urumqi": [51.0] * 366, "changji": [37.0] * 366}), year=2020)
    found = {(one["place"], one["measure"]): one for one in document["targets"]}
    assert found["urumqi", "pm25_mean"]["target"] == 51.2
    assert found["urumqi", "pm25_mean"]["met"] is True
    assert found["changji", "pm25_mean"]["met"] is False, "37 is above 46 less a fifth, 36.8"
    assert found["urumqi", "good_days"]["met"] is True
    assert found["urumqi", "good_days"]["due"] is True
    assert document["published"] == []


def test_a_rule_before_its_day_is_said_to_be_so() -> None:
    whole = {year: days(f"{year}-05-01", {"urumqi": [50.0]}) for year in (2015, 2019)}
    assert [assess(whole[year], year=year)["dust_rule"]["in_force"] for year in whole] == [False, True]


def test_a_year_that_was_not_measured_is_told() -> None:
    with pytest.raises(InputError, match=r"no day of 2018 was measured.*2019-01-01"):
        assess(days("2019-01-01", {"urumqi": [50.0]}), year=2018)


@pytest.mark.parametrize(
    "change",
    [
        {"targets": [{"place": "atlantis"}]}, {"targets": [{"value": None}]},
        {"targets": [{"change_percent": -5}]},
        {"targets": [{"year": 2010}]}, {"targets": [{"measure": "gdp"}]},
        {"targets": [{"place": "wusu", "value": None, "change_percent": -5}]},
    ],
)  # fmt: skip
def test_targets_that_make_no_sense_are_refused(change: dict[str, Any]) -> None:
    good = {"name": "p", "place": "urumqi", "measure": "pm25_mean", "base_year": 2015, "year": 2020,
            "value": 50, "source": "s", "verified": False}  # fmt: skip
    document = {"groups": [], "published": [], "targets": [good]}
    assert validate(TargetBook, document, "t").goal(validate(TargetBook, document, "t").targets[0]) == 50
    with pytest.raises((ConfigurationError, InputError)):
        validate(TargetBook, {**document, "targets": [{**good, **change["targets"][0]}]}, "t")


def test_the_plan_that_ships() -> None:
    book = target_book()
    assert len([one for one in book.published if one.measure == "pm25_mean"]) == 14
    assert {round(book.goal(target), 2) for target in book.targets} == {51.2, 36.8, 34.85, 75, 71.6}
