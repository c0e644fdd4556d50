"""Quality control: each rule on a case made for it, on the real series, and never a value deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foundation.pollutants import HOURLY
from observations.flags import FLAGS
from observations.providers import read
from observations.quality_control import quality_controlled, usable
from observations.quality_report import check
from observations.time_zone_slip import diurnal_peak

Maker = Callable[..., xr.Dataset]


def flagged_steps(dataset: xr.Dataset, pollutant: str, flag: str, station: int = 0) -> list[int]:
    bits = quality_controlled(dataset)[f"{pollutant}_flag"].values[:, station]
    return np.flatnonzero(bits & FLAGS[flag]).tolist()


def test_stuck_needs_eight_equal_hours_above_the_resolution(hours: Maker) -> None:
    values = np.arange(40.0)[:, None] + 20
    values[10:18] = 77
    values[25:32] = 88
    assert flagged_steps(hours(values), "pm25", "stuck") == list(range(10, 18))
    assert flagged_steps(hours(np.full((20, 1), 3.0)), "pm25", "stuck") == []


def test_a_gap_in_time_breaks_a_stuck_run(hours: Maker) -> None:
    values = np.full((12, 1), 50.0)
    dataset = hours(values)
    holed = dataset.isel(time=[0, 1, 2, 3, 4, 8, 9, 10, 11])
    assert flagged_steps(dataset, "pm25", "stuck") == list(range(12))
    assert flagged_steps(holed, "pm25", "stuck") == []


def test_spike_stands_above_both_neighbours(hours: Maker) -> None:
    values = np.full((9, 1), 40.0) + np.arange(9)[:, None]
    values[3] = 600
    values[6:] = [[500], [520], [540]]
    assert flagged_steps(hours(values), "pm25", "spike") == [3]


def test_range_gap_and_inversion(hours: Maker) -> None:
    values = np.full((12, 1), 40.0) + np.arange(12)[:, None]
    values[2] = 5000
    values[4:10] = np.nan
    coarse = np.full((12, 1), 100.0) + np.arange(12)[:, None]
    coarse[11] = 30
    dataset = hours(values, pm10=coarse)
    assert flagged_steps(dataset, "pm25", "out_of_range") == [2]
    assert flagged_steps(dataset, "pm25", "gap") == list(range(4, 10))
    assert flagged_steps(dataset, "pm25", "missing") == list(range(4, 10))
    for pollutant in ("pm25", "pm10"):
        assert flagged_steps(dataset, pollutant, "pm25_above_pm10") == [2, 11]
    assert usable(quality_controlled(dataset), "pm25").values[:, 0].tolist() == (
        [True, True, False, True] + [False] * 6 + [True, True]
    )


def test_flags_are_described_as_cf_asks(hours: Maker) -> None:
    attributes = quality_controlled(hours(np.ones((3, 2))))["pm25_flag"].attrs
    assert attributes["flag_masks"].dtype == np.int16
    assert len(attributes["flag_masks"]) == len(attributes["flag_meanings"].split())


@settings(max_examples=25, deadline=None)
@given(arrays(float, (30, 2), elements=st.one_of(st.floats(0, 9e4), st.just(np.nan), st.just(7.0))))
def test_no_value_is_ever_changed_and_twice_is_once(hours: Maker, values: np.ndarray) -> None:
    dataset = hours(values, pm10=values[::-1])
    once = quality_controlled(dataset)
    for pollutant in HOURLY:
        assert np.array_equal(once[pollutant].values, dataset[pollutant].values, equal_nan=True)
        assert np.array_equal(once[f"{pollutant}_flag"].values & 1, dataset[f"{pollutant}_flag"].values & 1)
    assert once.identical(quality_controlled(once))


def test_peak_of_a_cosine_is_where_it_was_put() -> None:
    times = np.datetime64("2020-06-01T01", "ns") + np.arange(240) * np.timedelta64(1, "h")
    middle = (np.arange(240) % 24) + 0.5
    values = 60 + 25 * np.cos(2 * np.pi * (middle - 9.25) / 24)
    peak, amplitude, count = diurnal_peak(times, values[:, None], np.asarray([90.0]))
    assert peak[0] == pytest.approx(9.25 + 6)
    assert amplitude[0] == pytest.approx(25)
    assert count[0] == 240


@pytest.fixture(scope="module")
def beijing(real_data: Path) -> xr.Dataset:
    """Two real stations of Beijing."""
    folder = real_data / "observations" / "uci_beijing"
    files = [file for file in sorted(folder.iterdir()) if "Changping" in file.name]
    reading = read(files[0])
    return reading.dataset.isel(time=slice(2000, 2000 + 24 * 150))


@pytest.mark.real_data
def test_no_slip_in_a_real_series(beijing: xr.Dataset) -> None:
    bits = quality_controlled(beijing)["o3_flag"].values
    assert not (bits & FLAGS["time_zone_slip"]).any()


@pytest.mark.real_data
@pytest.mark.parametrize("shift", [8, -8])
def test_a_real_series_shifted_by_eight_hours_is_found(beijing: xr.Dataset, shift: int) -> None:
    start, stop = 24 * 30, 24 * 90
    shifted = beijing.copy(deep=True)
    for pollutant in HOURLY:
        values = shifted[pollutant].values
        values[start:stop] = beijing[pollutant].values[start + shift : stop + shift]
    bits = quality_controlled(shifted)["pm25_flag"].values[:, 0]
    found = (bits & FLAGS["time_zone_slip"]) != 0
    present = np.isfinite(shifted["pm25"].values[:, 0])
    assert found[start:stop][present[start:stop]].mean() > 0.9
    assert not found[:start].any()
    assert not found[stop:].any()
    assert not usable(quality_controlled(shifted), "pm25").values[:, 0][found].any()


@pytest.mark.real_data
def test_report_of_the_real_crawl(real_data: Path) -> None:
    report = check(read(real_data / "observations" / "station_hourly" / "xinjiang_202003_04.csv")).as_dict()
    json.dumps(report)
    assert report["rows"] == 2344
    assert report["period"]["first"] == "2020-03-26T18:00:00+08:00"
    assert (report["period"]["steps"], report["period"]["steps_expected"]) == (74, 150)
    assert report["flags"]["missing"]["pm25"] == 74 * 36 - sum(
        place["pm25_values"] for place in report["places"]
    )
    assert len(report["problems"]) == 3


@pytest.mark.real_data
def test_report_of_the_real_days(real_data: Path) -> None:
    report = check(read(real_data / "observations" / "city_daily")).as_dict()
    assert report["period"]["first"] == "2013-12-02"
    assert {place["id"] for place in report["places"]} >= {"urumqi", "changji", "shihezi", "wujiaqu"}
    assert report["flags"]["pm25_above_pm10"] == {"pm25": 176, "pm10": 176}
