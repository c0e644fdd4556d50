"""Temperatures of days from weather: true means, whole days only, the right cell."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.timing import DailyTemperature
from foundation.errors import InputError

HOUR = np.timedelta64(1, "h")
LON, LAT = 87.6, 43.8


def weather(times: np.ndarray, kelvin: np.ndarray, surface: bool = True) -> xr.Dataset:
    """Two by three cells; the one nearest to Urumqi has the values, the others are 20 K warmer."""
    lon, lat = np.meshgrid([86.5, 87.5, 88.5], [42.8, 43.8])
    field = np.broadcast_to((kelvin + 20.0)[:, None, None], (len(times), 2, 3)).copy()
    field[:, 1, 1] = kelvin
    variables: dict[str, object] = {}
    if surface:
        variables["air_temperature_2m"] = (("time", "y", "x"), field)
    volume = np.stack([field + 90.0, field, field - 30.0], axis=1)
    height = np.broadcast_to(np.array([-50.0, 20.0, 500.0])[None, :, None, None], volume.shape)
    variables["air_temperature"] = (("time", "level", "y", "x"), volume)
    variables["height_above_ground"] = (("time", "level", "y", "x"), height)
    coords = {"time": times, "lon": (("y", "x"), lon), "lat": (("y", "x"), lat)}
    return xr.Dataset(variables, coords)


@pytest.mark.parametrize("step", [1, 3, 6])
@pytest.mark.parametrize("surface", [True, False])
def test_the_mean_of_a_straight_line_is_its_middle(step: int, surface: bool) -> None:
    """T = 250 K + 0.1 K/h from 18 UTC, midnight in Xinjiang: day n has the mean 251.2 K + 2.4 n."""
    times = np.datetime64("2026-01-09T18", "ns") + np.arange(0, 73, step) * HOUR
    kelvin = 250.0 + 0.1 * ((times - times[0]) / HOUR)
    found = DailyTemperature.from_weather(weather(times, kelvin, surface), LON, LAT)
    assert list(map(str, found.dates)) == ["2026-01-10", "2026-01-11", "2026-01-12"]
    np.testing.assert_allclose(found.kelvin, 251.2 + 2.4 * np.arange(3), rtol=1e-12)


def test_days_are_those_of_the_region() -> None:
    times = np.datetime64("2026-01-09T19", "ns") + np.arange(25) * HOUR
    found = DailyTemperature.from_weather(weather(times, np.full(25, 260.0)), LON, LAT, "kazakhstan")
    assert list(map(str, found.dates)) == ["2026-01-10"]


def test_days_that_are_not_covered_are_left_out() -> None:
    times = np.datetime64("2026-01-10T00", "ns") + np.arange(48) * HOUR  # 06 of the 10th to 05 of the 12th
    whole = DailyTemperature.from_weather(weather(times, np.full(48, 260.0)), LON, LAT)
    assert list(map(str, whole.dates)) == ["2026-01-10", "2026-01-11"]  # 18 h and 24 h; 5 h are too few
    gap = np.concatenate([times[:20], times[28:]])
    holed = DailyTemperature.from_weather(weather(gap, np.full(40, 260.0)), LON, LAT)
    assert "2026-01-11" not in set(map(str, holed.dates))
    alone = DailyTemperature.from_weather(weather(times[:1], np.full(1, 260.0)), LON, LAT)
    assert len(alone.dates) == 0
    assert np.isnan(alone.on(np.array(["2026-01-10"], "datetime64[D]"))).all()


@settings(max_examples=30, deadline=None)
@given(
    start=st.integers(0, 23),
    steps=st.lists(st.integers(1, 12), min_size=1, max_size=40),
    seed=st.integers(0, 1000),
)
def test_means_lie_between_the_extremes(start: int, steps: list[int], seed: int) -> None:
    hours = start + np.concatenate([[0], np.cumsum(steps)])
    times = np.datetime64("2026-01-01T00", "ns") + hours * HOUR
    kelvin = np.random.default_rng(seed).uniform(230.0, 290.0, len(times))
    found = DailyTemperature.from_weather(weather(times, kelvin), LON, LAT)
    assert ((found.kelvin >= kelvin.min()) & (found.kelvin <= kelvin.max())).all()
    assert len(found.dates) <= hours[-1] // 24 + 1


def test_a_place_outside_is_refused() -> None:
    times = np.datetime64("2026-01-10T00", "ns") + np.arange(3) * HOUR
    made = weather(times, np.full(3, 260.0))
    for lon, lat in ((95.0, 43.8), (87.6, 60.0), (-87.6, 43.8)):
        with pytest.raises(InputError, match="no weather at"):
            DailyTemperature.from_weather(made, lon, lat)
    round_the_world = DailyTemperature.from_weather(made, LON - 360.0, LAT)
    assert len(round_the_world.dates) == 0


@pytest.mark.parametrize(
    ("dates", "kelvin", "words"),
    [
        (["2026-01-02", "2026-01-01"], [260.0, 260.0], "grow"),
        (["2026-01-01", "2026-01-01"], [260.0, 260.0], "grow"),
        (["2026-01-01", "NaT"], [260.0, 260.0], "grow"),
        (["2026-01-01", "2026-01-02"], [260.0, np.nan], "2026-01-02"),
        (["2026-01-01"], [-12.0], "180 to 340 K"),
        (["2026-01-01"], [260.0, 261.0], "1,"),
    ],
)
def test_strange_days_are_refused(dates: list[str], kelvin: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        DailyTemperature(np.array(dates, "datetime64[D]"), np.array(kelvin))
