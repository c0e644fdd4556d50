"""The index over data sets equals the report, element by element, for every input."""

import time
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.contracts import concentration_attributes
from foundation.errors import ContractError, InputError
from foundation.pollutants import DAILY, HOURLY, POLLUTANTS
from foundation.units import to_display, to_si
from standards.aqi import air_quality_index, air_quality_report
from standards.rules import rule_book, rules_named

RULES = rule_book().rules


def dataset_of(rows, dim="place"):
    """Rows of values in display units, None where missing, as a data set in kg m-3."""
    variables = {}
    for name in rows[0]:
        shown = np.array([np.nan if row[name] is None else row[name] for row in rows], dtype=float)
        values = to_si(shown, POLLUTANTS[name].display_unit, name)
        variables[name] = (dim, values, concentration_attributes(name))
    return xr.Dataset(variables)


def assert_equals_report(result, row, rules, averaging):
    held = {name: value for name, value in row.items() if value is not None}
    report = air_quality_report(held, rules, averaging)
    assert (report.aqi is None) == bool(np.isnan(result["aqi"]))
    if report.aqi is not None:
        assert float(result["aqi"]) == report.aqi
    assert int(result["level"]) == (report.level or 0)
    assert bool(result["publishable"]) == report.publishable
    iaqi = result["iaqi"].to_series().dropna()
    assert iaqi.astype(int).to_dict() == report.iaqi
    chosen = result["pollutant"].values[result["primary"].values == 1]
    assert set(chosen) == set(report.primary)


def values_for(pollutant):
    step = 0.05 if pollutant == "co" else 0.5
    top = 200.0 if pollutant == "co" else 4500.0
    whole = st.integers(0, int(top / step)).map(lambda k: round(k * step, 2))
    return st.one_of(st.none(), whole, st.floats(0, top).map(lambda x: float(f"{x:.9g}")))


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(RULES), st.sampled_from(["day", "hour"]))
def test_equal_to_the_report_for_every_input(data, rules, averaging):
    items = list(rules.report(averaging).columns)
    names = data.draw(st.lists(st.sampled_from(items), min_size=1, unique=True))
    rows = data.draw(
        st.lists(st.fixed_dictionaries({n: values_for(n) for n in names}), min_size=1, max_size=6)
    )
    result = air_quality_index(dataset_of(rows), rules, averaging)
    for number, row in enumerate(rows):
        assert_equals_report(result.isel(place=number), row, rules, averaging)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DAILY), st.floats(0, 4e-6), st.sampled_from(RULES))
def test_equal_to_the_report_for_any_mass_concentration(pollutant, value, rules):
    result = air_quality_index(xr.Dataset({pollutant: ("place", [value])}), rules, "day")
    shown = float(to_display(np.array([value]), pollutant)[0])
    assert_equals_report(result.isel(place=0), {pollutant: shown}, rules, "day")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 600), st.sampled_from(RULES))
def test_individual_index_is_the_rational_formula_rounded_up(micrograms, rules):
    points = rules.columns["pm10_24h"].breakpoints
    scale = (0, 50, 100, 150, 200, 300, 400, 500)
    segment = next(k for k in range(1, 8) if micrograms <= points[k])
    share = Fraction(micrograms - points[segment - 1], points[segment] - points[segment - 1])
    expected = ceil(scale[segment - 1] + (scale[segment] - scale[segment - 1]) * share)
    assert air_quality_report({"pm10": micrograms}, rules, "day").aqi == expected


def test_every_tenth_and_every_tie_of_carbon_monoxide():
    rows = [{"co": round(k * 0.05, 2)} for k in range(1300)]
    result = air_quality_index(dataset_of(rows), "2026-03-01", "day")
    expected = [air_quality_report(row, "2026-03-01", "day").aqi for row in rows]
    np.testing.assert_array_equal(result["aqi"].values, expected)


def hourly(times):
    variables = {
        name: (("time", "station"), np.full((len(times), 2), 75e-9), concentration_attributes(name))
        for name in HOURLY
    }
    return xr.Dataset(variables, {"time": times, "station": ["a", "b"]})


def test_rules_are_chosen_by_the_beijing_day_of_each_hour():
    times = np.array(["2026-02-28T15", "2026-02-28T16", "2026-02-28T17"], dtype="datetime64[ns]")
    result = air_quality_index(hourly(times), None, "hour")
    pm25 = result["iaqi"].sel(pollutant="pm25", station="a").values
    np.testing.assert_array_equal(pm25, [100, 100, 114])
    assert result["aqi"].dims == ("time", "station")
    assert result["iaqi"].dims == ("time", "station", "pollutant")
    assert result.attrs["rules"] == "HJ 633-2012, HJ 633-2026"


def test_rules_are_chosen_by_the_day_that_a_daily_mean_begins():
    times = np.array(["2026-02-27T16", "2026-02-28T16"], dtype="datetime64[ns]")
    dataset = xr.Dataset({"pm25": ("time", [75e-9, 75e-9])}, {"time": times})
    np.testing.assert_array_equal(air_quality_index(dataset, None, "day")["aqi"], [100, 114])


def test_rules_are_chosen_by_valid_time_of_a_forecast():
    valid = np.array([["2026-02-27T16", "2026-02-28T16"]], dtype="datetime64[ns]")
    dataset = xr.Dataset(
        {"pm25": (("place", "reference_time", "lead_time"), np.full((3, 1, 2), 75e-9))},
        {"valid_time": (("reference_time", "lead_time"), valid)},
    )
    aqi = air_quality_index(dataset, None, "day")["aqi"]
    assert aqi.dims == ("place", "reference_time", "lead_time")
    np.testing.assert_array_equal(aqi.values[:, 0, :], [[100, 114]] * 3)


def test_missing_everything_is_not_available():
    dataset = xr.Dataset({name: ("place", [np.nan]) for name in DAILY})
    result = air_quality_index(dataset, "2026-03-01", "day")
    assert np.isnan(result["aqi"].item())
    assert result["level"].item() == 0
    assert not result["publishable"].item()
    assert result["primary"].sum() == 0


def test_other_variables_are_passed_over_and_kinds_keep_the_contract():
    dataset = xr.Dataset({"pm25": ("place", [75e-9]), "pm25_flag": ("place", [0])})
    result = air_quality_index(dataset, "2026-03-01", "day")
    assert result["level"].dtype == np.int8
    assert result["primary"].dtype == np.int8
    assert result["publishable"].dtype == bool
    assert result["aqi"].dtype.kind == "f"


@pytest.mark.parametrize("value", [-1e-9, np.inf, 75.0])
def test_bad_values_are_refused(value):
    with pytest.raises(InputError, match="pm25: expected concentrations"):
        air_quality_index(xr.Dataset({"pm25": ("place", [1e-9, value])}), "2026-03-01", "day")


def test_what_cannot_be_judged_is_refused():
    plain = xr.Dataset({"pm25": ("place", [1e-9])})
    with pytest.raises(InputError, match="no coordinate `time`"):
        air_quality_index(plain, None, "day")
    with pytest.raises(InputError, match="no pollutant"):
        air_quality_index(xr.Dataset({"wind": ("place", [1.0])}), "2026-03-01", "day")
    with pytest.raises(ContractError, match="expected units 'kg m-3', got 'ug m-3'"):
        air_quality_index(xr.Dataset({"pm25": ("place", [1e-9], {"units": "ug m-3"})}), "2026-03-01", "day")
    with pytest.raises(InputError, match="o3 is no item"):
        air_quality_index(xr.Dataset({"o3": ("place", [1e-9])}), "2026-03-01", "day")
    nowhen = plain.assign_coords(time=("place", np.array(["NaT"], dtype="datetime64[ns]")))
    with pytest.raises(InputError, match="a time is missing"):
        air_quality_index(nowhen, None, "day")


def test_a_hundred_thousand_city_days_take_a_fraction_of_a_second():
    draw = np.random.default_rng(1)
    dataset = xr.Dataset({name: ("place", draw.random(100_000) * 3e-7) for name in DAILY})
    air_quality_index(dataset.isel(place=slice(0, 2)), rules_named("HJ 633-2026"), "day")
    begin = time.process_time()
    air_quality_index(dataset, rules_named("HJ 633-2026"), "day")
    assert time.process_time() - begin < 0.5
