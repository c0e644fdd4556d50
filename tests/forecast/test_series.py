"""From place means to histories: what is known when, and what a lead time means."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from forecast.configuration import forecast_config
from forecast.product import forecast_days, forecast_hours
from forecast.series import day_history, hour_history, known_before, lead_times, valid_times
from foundation.contracts import FORECAST, concentration_attributes
from foundation.errors import InputError
from foundation.pollutants import pollutants_of
from foundation.times import DAY, HOUR, parse_reference_time, shown, start_of_day

CONFIG = forecast_config()


def place_means(averaging: str, count: int, first: str = "2024-11-01") -> xr.Dataset:
    """Place means that keep the contract; PM2.5 counts 1, 2, 3 ... µg/m³."""
    step = DAY if averaging == "day" else HOUR
    start = start_of_day(first) + (np.timedelta64(0, "h") if averaging == "day" else HOUR)
    times = start + np.arange(count) * step
    ramp = (1.0 + np.arange(count))[:, None] * 1e-9
    random = np.random.default_rng(1)
    variables = {}
    for name in pollutants_of(averaging):
        scale = {"co": 20.0, "pm10": 2.0}.get(name, 1.0)
        noise = 1.0 if name == "pm25" else random.lognormal(0, 0.1, (count, 2))
        values = np.broadcast_to(ramp * scale * noise, (count, 2)).copy()
        variables[name] = (("time", "place"), values, concentration_attributes(name))
        variables[f"{name}_flag"] = (("time", "place"), np.zeros((count, 2), "int16"))
    coords = {"time": times, "place": ["shihezi", "urumqi"]}
    return xr.Dataset(variables, coords, {"averaging": averaging, "source": "made for a test"})


def test_at_midnight_the_day_before_is_known_and_today_is_lead_one() -> None:
    measured = place_means("day", 30)
    issued = parse_reference_time("2024-11-20")
    known = known_before(measured, issued)
    assert shown(known["time"].values[-1], minutes=False) == "2024-11-19"
    history = day_history(known, "pm25", issued, carry=3)
    assert history.delay == 0
    np.testing.assert_allclose(np.exp(history.recent[-1]), 19.0)
    last = np.array([len(history.times) - 1])
    first_valid = valid_times(history, last, np.array([1]))[0, 0]
    assert shown(first_valid, minutes=False) == "2024-11-20"
    assert lead_times(history, np.array([1, 7])).tolist() == [
        DAY.astype("m8[ns]").astype(int),
        7 * 86400 * 10**9,
    ]


def test_in_the_afternoon_today_is_no_target_and_the_last_24_hours_are_known() -> None:
    hours = place_means("hour", 24 * 20)
    issued = parse_reference_time("2024-11-10T16:00")
    known = known_before(hours, issued)
    assert known["time"].values[-1] == issued
    from observations.means import daily_means, trailing_means

    daily = known_before(daily_means(known), issued)
    history = day_history(daily, "pm25", issued, carry=3, trailing=trailing_means(known))
    assert history.delay == 1
    last_hours = 9 * 24 + 16 - np.arange(24)
    np.testing.assert_allclose(np.exp(history.recent[-1]), last_hours.mean())
    last = np.array([len(history.times) - 1])
    assert shown(valid_times(history, last, np.array([1]))[0, 0], minutes=False) == "2024-11-11"
    assert lead_times(history, np.array([1]))[0] == 32 * HOUR


def test_gaps_carry_the_last_value_for_a_while_but_never_become_targets() -> None:
    measured = place_means("day", 30)
    measured["pm25"][10:20, 1] = np.nan
    history = day_history(measured, "pm25", parse_reference_time("2024-12-01"), carry=3)
    np.testing.assert_allclose(np.exp(history.recent[10:13, 1]), 10.0)
    assert np.isnan(history.recent[13:20, 1]).all()
    assert np.isnan(history.target[10:20, 1]).all()


def test_missing_hours_and_days_keep_their_place() -> None:
    hours = place_means("hour", 48).isel(time=[0, 1, 5, 47])
    history = hour_history(hours, "pm25", hours["time"].values[-1], carry=0)
    assert len(history.times) == 48
    assert np.isfinite(history.target[:, 0]).sum() == 4


def test_nothing_known_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="no measurement is known"):
        known_before(place_means("day", 5), parse_reference_time("2020-01-01"))


def test_a_forecast_keeps_its_contract_and_its_quantiles_rise() -> None:
    issued = parse_reference_time("2025-01-20")
    product = forecast_days(known_before(place_means("day", 100), issued), issued, CONFIG)
    forecast = FORECAST.check(product.dataset)
    assert (np.diff(forecast["concentration"].values, axis=-1) >= 0).all()
    assert (np.diff(forecast["aqi"].values, axis=-1) >= 0).all()
    np.testing.assert_allclose(forecast["level_probability"].sum("aqi_level"), 1.0)
    assert (forecast["aqi_low"] <= forecast["aqi_high"]).all()
    assert forecast.sizes["scenario"] > 10
    assert product.default_spread == ()


def test_three_days_of_measurements_are_enough_to_deliver() -> None:
    issued = parse_reference_time("2024-11-04")
    product = forecast_days(known_before(place_means("day", 3), issued), issued, CONFIG)
    assert set(product.default_spread) == set(pollutants_of("day"))
    assert "aqi_scenario" not in product.dataset
    assert np.isfinite(product.dataset["concentration"].values).all()


def test_hours_are_forecast_to_a_week() -> None:
    issued = parse_reference_time("2024-11-12T16:00")
    product = forecast_hours(known_before(place_means("hour", 24 * 12), issued), issued, CONFIG)
    lead = product.dataset["lead_time"].values
    assert pd.Timedelta(lead[0]) == pd.Timedelta("1h")
    assert pd.Timedelta(lead[-1]) == pd.Timedelta("168h")
    assert np.isfinite(product.dataset["concentration"].values).all()
