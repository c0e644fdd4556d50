"""The 24 h windows of an hourly forecast, against sums made by hand and plain loops."""

from __future__ import annotations

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from consultation.warnings.windows import (
    highest_eight_hour_mean,
    trailing_mean,
    window_index,
    without_gaps,
)
from foundation.times import HOUR

VALUES = st.one_of(st.floats(0, 1e-6), st.just(float("nan")))


def test_trailing_mean_needs_enough_hours() -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0])
    np.testing.assert_allclose(trailing_mean(values, 2, 1), [1.5, 2.0, 4.0])
    np.testing.assert_array_equal(trailing_mean(values, 3, 3), [np.nan, np.nan])
    assert trailing_mean(values, 5, 1).size == 0


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(float, st.integers(24, 40), elements=VALUES))
def test_trailing_mean_is_the_mean_of_what_is_there(values: np.ndarray) -> None:
    means = trailing_mean(values, 24, 20)
    for begin, mean in enumerate(means):
        part = values[begin : begin + 24]
        good = part[np.isfinite(part)]
        if good.size >= 20:
            np.testing.assert_allclose(mean, good.mean(), rtol=1e-9, atol=1e-18)
        else:
            assert np.isnan(mean)


def test_highest_eight_hour_mean_lies_within_the_window() -> None:
    ozone = np.zeros(30)
    ozone[10:18] = 160.0
    ozone[29] = 900.0
    highest = highest_eight_hour_mean(ozone)
    assert highest.shape == (7,)
    assert highest[0] == 160.0
    assert highest[5] == 160.0
    # the last window begins at hour 6 and ends with the hour of 900: (7 * 0 + 900) / 8 = 112.5
    assert highest[6] == 160.0
    assert highest_eight_hour_mean(ozone[6:30] * (np.arange(24) > 15)).tolist() == [112.5]


def test_index_of_a_window_is_the_daily_index_of_its_mean() -> None:
    times = np.datetime64("2026-12-09T17:00", "ns") + np.arange(30) * HOUR
    pm25 = np.where(np.arange(30) < 12, 20.0, 130.0) * 1e-9
    concentration = xr.DataArray(
        pm25[:, None], dims=("time", "pollutant"), coords={"time": times, "pollutant": ["pm25"]}
    )
    result = window_index(concentration)
    assert result["time"].values[0] == times[23]
    # mean of 12 x 20 and 12 x 130 is 75 µg/m³: index 114 by HJ 633-2026
    assert result["aqi"].values[0] == 114.0


def test_gaps_become_missing_values() -> None:
    times = np.array(["2026-12-09T16", "2026-12-09T18"], dtype="datetime64[ns]")
    filled = without_gaps(xr.DataArray([1.0, 3.0], dims="time", coords={"time": times}), HOUR)
    np.testing.assert_array_equal(filled.values, [1.0, np.nan, 3.0])
