"""Each clause of a contract: the breach names the variable, what was expected and what was got."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.contracts import CONTRIBUTIONS, FORECAST, check_closure, observations, place_observations
from foundation.errors import ContractError
from foundation.pollutants import pollutants_of

CONCENTRATION = {"units": "kg m-3"}
TIMES = np.array(["2016-01-09T16:00", "2016-01-10T16:00"], "datetime64[ns]")


def station_data(averaging: str = "day") -> xr.Dataset:
    dims = ("time", "station")
    concentrations = {p: (dims, np.full((2, 3), 35e-9), CONCENTRATION) for p in pollutants_of(averaging)}
    flags = {f"{p}_flag": (dims, np.zeros((2, 3), "int16")) for p in pollutants_of(averaging)}
    coords = {
        "time": TIMES,
        "station": ["1494A", "1495A", "1496A"],
        "station_name": ("station", ["收费所", "监测站", "三十一中学"]),
        "place": ("station", ["urumqi"] * 3),
        "lon": ("station", [87.58, 87.55, 87.64], {"units": "degrees_east"}),
        "lat": ("station", [43.83, 43.87, 43.83], {"units": "degrees_north"}),
    }
    return xr.Dataset({**concentrations, **flags}, coords, {"averaging": averaging, "source": "made"})


def forecast() -> xr.Dataset:
    cell = ("reference_time", "lead_time", "place")
    shape = (1, 2, 1)
    leads = np.array([24, 48], "timedelta64[h]").astype("timedelta64[ns]")
    variables = {
        "concentration": ((*cell, "pollutant", "quantile"), np.full((*shape, 2, 3), 60e-9), CONCENTRATION),
        "aqi": ((*cell, "quantile"), np.full((*shape, 3), 100.0), {"units": "1"}),
        "aqi_low": (cell, np.full(shape, 90.0), {"units": "1"}),
        "aqi_high": (cell, np.full(shape, 110.0), {"units": "1"}),
        "level": (cell, np.full(shape, 2, "int8"), {"units": "1"}),
        "primary": ((*cell, "pollutant"), np.zeros((*shape, 2), "int8"), {"units": "1"}),
        "level_probability": ((*cell, "aqi_level"), np.full((*shape, 6), 1 / 6), {"units": "1"}),
        "dust": (cell, np.zeros(shape, "int8"), {"units": "1"}),
    }
    coords = {
        "reference_time": TIMES[:1],
        "lead_time": leads,
        "valid_time": (("reference_time", "lead_time"), TIMES[:1, None] + leads),
        "place": ["urumqi"],
        "pollutant": ["pm25", "pm10"],
        "quantile": ("quantile", [0.1, 0.5, 0.9], {"units": "1"}),
    }
    return xr.Dataset(variables, coords, {"averaging": "day", "rules": "HJ 633-2012", "model": "persistence"})


def breach(dataset: xr.Dataset, door: str = "the store") -> str:
    with pytest.raises(ContractError) as caught:
        observations("day").check(dataset, door)
    message = str(caught.value)
    assert message.startswith("the store: observations contract: ")
    return message


@pytest.mark.parametrize("averaging", ["hour", "day"])
def test_good_measurements_pass_unchanged(averaging: str) -> None:
    dataset = station_data(averaging)
    assert observations(averaging).check(dataset) is dataset


def test_missing_values_are_allowed_in_measurements() -> None:
    dataset = station_data()
    dataset["pm25"][0, 0] = np.nan
    observations("day").check(dataset)


def test_a_good_forecast_passes() -> None:
    FORECAST.check(forecast())


def test_hourly_data_are_not_daily_data() -> None:
    assert "variable 'o3_8h' is missing; got" in breach(station_data("hour"))


@pytest.mark.parametrize("name", ["pm25", "co_flag", "station_name", "lat"])
def test_a_missing_variable(name: str) -> None:
    message = breach(station_data().drop_vars(name))
    assert f"variable {name!r} is missing; got" in message
    assert "pm10" in message


def test_an_empty_data_set() -> None:
    empty = xr.Dataset(attrs={"averaging": "day", "source": "made"})
    assert "variable 'time' is missing; got nothing" in breach(empty)


@pytest.mark.parametrize("name", ["averaging", "source"])
def test_a_missing_attribute(name: str) -> None:
    dataset = station_data()
    del dataset.attrs[name]
    assert f"attribute {name!r} is missing" in breach(dataset)


def test_dimensions_in_another_order() -> None:
    message = breach(station_data().transpose("station", "time"))
    assert "expected dimensions ('time', 'station'), got ('station', 'time')" in message


@pytest.mark.parametrize(
    ("name", "kind", "got"),
    [("pm25", "int64", "got int64"), ("pm25", "U", "got <U"), ("pm25_flag", "float64", "got float64")],
)
def test_a_wrong_type(name: str, kind: str, got: str) -> None:
    dataset = station_data()
    dataset[name] = dataset[name].astype(kind).assign_attrs(dataset[name].attrs)
    message = breach(dataset)
    assert f"{name!r}: expected a type of kind" in message
    assert got in message


@pytest.mark.parametrize("units", ["ug m-3", "kg/m3", None])
def test_wrong_units(units: str | None) -> None:
    dataset = station_data()
    dataset["pm25"].attrs = {} if units is None else {"units": units}
    assert f"'pm25': expected units 'kg m-3', got {units!r}" in breach(dataset)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-1e-9, "expected at least 0, got -1e-09"),
        (35.0, "expected at most 0.1, got 35"),
        (np.inf, "expected finite values, got infinity"),
    ],
)
def test_impossible_values(value: float, said: str) -> None:
    dataset = station_data()
    dataset["so2"][1, 2] = value
    assert f"'so2': {said}" in breach(dataset)


def test_repeated_reversed_and_missing_times() -> None:
    twice = station_data().isel(time=[0, 0])
    assert "'time': expected strictly increasing values, got 2016-01-09T16:00" in breach(twice)
    back = station_data().isel(time=[1, 0])
    assert "got 2016-01-09T16:00:00.000000000 after 2016-01-10T16:00" in breach(back)
    unknown = station_data().assign_coords(time=np.array(["2016-01-09", "NaT"], "datetime64[ns]"))
    assert "'time': expected no missing value, got 1" in breach(unknown)


def test_means_of_places_have_no_stations() -> None:
    dataset = station_data().rename(station="place_index").drop_vars(["station_name", "lon", "lat", "place"])
    with pytest.raises(ContractError, match="place observations contract: variable 'place' is missing"):
        place_observations("day").check(dataset)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": 7}, "'level': expected at most 6, got 7"),
        ({"aqi": 501.0}, "'aqi': expected at most 500, got 501"),
        ({"level_probability": 1.5}, "'level_probability': expected at most 1, got 1.5"),
        ({"dust": 2}, "'dust': expected at most 1, got 2"),
    ],
)
def test_a_forecast_out_of_its_range(change: dict[str, float], said: str) -> None:
    dataset = forecast()
    for name, value in change.items():
        dataset[name][0, 0, 0] = value
    with pytest.raises(ContractError, match=said):
        FORECAST.check(dataset)


def test_lead_times_and_quantiles_increase() -> None:
    with pytest.raises(ContractError, match="'lead_time': expected strictly increasing"):
        FORECAST.check(forecast().isel(lead_time=[1, 0]))
    with pytest.raises(ContractError, match="'quantile': expected strictly increasing"):
        FORECAST.check(forecast().isel(quantile=[0, 2, 1]))


def test_an_optional_variable_is_checked_when_it_is_there() -> None:
    dataset = forecast()
    cell = ("reference_time", "lead_time", "place")
    dataset["aqi_scenario"] = ((*cell, "scenario"), np.full((1, 2, 1, 4), 600.0), {"units": "1"})
    with pytest.raises(ContractError, match="'aqi_scenario': expected at most 500, got 600"):
        FORECAST.check(dataset)


def contributions(shares: np.ndarray, total: xr.DataArray) -> xr.Dataset:
    sources = xr.DataArray(shares, dims="source", coords={"source": [f"s{i}" for i in range(len(shares))]})
    contribution = (total * sources).transpose(*total.dims, "source").assign_attrs(CONCENTRATION)
    return xr.Dataset({"contribution": contribution}, attrs={"averaging": "day"})


def published() -> xr.DataArray:
    median = forecast()["concentration"].sel(quantile=0.5, drop=True).drop_vars("valid_time")
    return median * (1 + np.arange(4).reshape(1, 2, 1, 2))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8))
def test_shares_that_sum_to_one_close(weights: list[float]) -> None:
    shares = np.array(weights) / np.sum(weights)
    dataset = CONTRIBUTIONS.check(contributions(shares, published()))
    check_closure(dataset, published())


def test_sources_that_do_not_close_name_the_worst_cell() -> None:
    dataset = contributions(np.array([0.5, 0.5]), published())
    dataset["contribution"].loc[{"lead_time": pd.Timedelta("2D"), "pollutant": "pm10", "source": "s0"}] *= 1.1
    total = published()
    total[0, 0, 0, 0] = np.nan
    dataset["contribution"][0, 0, 0, 0] = np.nan
    with pytest.raises(ContractError, match=r"pollutant=pm10.*published value 2.4e-07, got 2.52e-07"):
        check_closure(dataset, total)


def test_a_missing_source_does_not_close() -> None:
    dataset = contributions(np.array([0.5, 0.5]), published())
    dataset["contribution"][0, 1, 0, 0, 1] = np.nan
    with pytest.raises(ContractError, match="pollutant=pm25"):
        check_closure(dataset, published())


def test_contributions_of_other_places_do_not_close() -> None:
    dataset = contributions(np.array([0.5, 0.5]), published()).assign_coords(place=["changji"])
    with pytest.raises(ContractError, match="expected the coordinates of the published values"):
        check_closure(dataset, published())
