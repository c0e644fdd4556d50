"""Tags of stored runs on the rows and stations of a panel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from forecast.learned.panel import Panel
from foundation.errors import InputError
from tests.training.made_tags import BEGIN, HOUR, NAMES, made_run
from training.tag_series import TAGS_FILE, read_tags, tags_of_run, tags_of_runs

MICROGRAMS = 1e9


def hours(steps: int = 60, stations: tuple[str, ...] = ("shihezi", "urumqi")) -> Panel:
    positions = np.array([(86.0, 44.3), (87.6, 43.8), (87.35, 44.02), (80.0, 44.0)])[: len(stations)]
    times = BEGIN + np.arange(steps) * HOUR
    values = np.zeros((steps, len(stations), 2))
    return Panel(
        values, values, times, 24, ("pm25", "no2"), stations, positions, np.empty((*values.shape[:2], 0))
    )


def test_each_run_speaks_at_its_reference_time_and_the_leads_are_its_own() -> None:
    panel = hours()
    runs = {"one": made_run(30), "two": made_run(30, begin=BEGIN + 24 * HOUR, seed=1)}
    held = tags_of_runs(runs, panel).ahead["no2"]
    said = held.of(np.array([0, 24, 25]), np.array([1, 30, 31]))
    for row, run in ((0, runs["one"]), (1, runs["two"])):
        of_run = run["contribution"][0].sel(pollutant="no2").values * MICROGRAMS
        assert np.allclose(said[row, 0], of_run[0, [2, 0]], rtol=1e-6)
        assert np.allclose(said[row, 1], of_run[29, [2, 0]], rtol=1e-6)
    assert np.isnan(said[:, 2]).all()
    assert np.isnan(said[2]).all()


def test_runs_between_the_rows_are_named() -> None:
    runs = {"fits": made_run(6), "late": made_run(6, begin=BEGIN + 900 * HOUR)}
    assert tags_of_runs(runs, hours()).left_out == ("late",)
    with pytest.raises(InputError, match="none of 1 runs was issued at a row"):
        tags_of_runs({"late": runs["late"]}, hours())


def test_a_source_of_some_runs_is_nothing_in_the_others() -> None:
    runs = {"few": made_run(6, NAMES[:2]), "all": made_run(6, begin=BEGIN + 6 * HOUR)}
    held = tags_of_runs(runs, hours()).ahead["pm25"]
    assert held.names == NAMES
    first = held.of(np.array([0]), np.array([1]))[0, 0]
    assert (first[:, :2] > 0).all()
    assert (first[:, 2:] == 0).all()


def test_a_station_takes_its_place_or_the_nearest_within_ten_kilometres() -> None:
    panel = hours(stations=("shihezi", "urumqi", "6501A", "far"))
    run = made_run(6)
    said = tags_of_runs({"one": run}, panel).ahead["pm25"].of(np.array([0]), np.array([3]))[0, 0]
    changji = run["contribution"][0, 2].sel(pollutant="pm25", place="changji").values * MICROGRAMS
    assert np.allclose(said[2], changji, rtol=1e-6)
    assert np.isnan(said[3]).all()


def test_days_are_means_of_their_hours() -> None:
    panel = hours(3)
    days = replace(panel, times=BEGIN + np.arange(3) * 24 * HOUR, steps_per_day=1)
    run = made_run(50)
    held = tags_of_runs({"one": run}, days).ahead["pm25"]
    assert held.values.shape[:2] == (1, 2)
    of_run = run["contribution"][0].sel(pollutant="pm25", place="urumqi").values * MICROGRAMS
    assert np.allclose(held.of(np.array([0]), np.array([2]))[0, 0, 1], of_run[24:48].mean(axis=0), rtol=1e-5)
    with pytest.raises(InputError, match="still run then"):
        tags_of_runs({"one": run}, replace(days, delay=1))


def test_one_long_run_says_the_same_of_an_hour_from_every_issue() -> None:
    run, panel = made_run(50), hours(40)
    series = tags_of_run(run, panel, horizon=12)
    held = series.ahead["pm25"]
    of_run = run["contribution"][0].sel(pollutant="pm25", place="urumqi").values * MICROGRAMS
    said = held.of(np.arange(40), np.array([1, 5, 12]))[:, :, 1]
    for lead, values in zip((1, 5, 12), said.transpose(1, 0, 2), strict=True):
        valid = np.arange(40) + lead
        inside = valid <= 50
        assert np.allclose(values[inside], of_run[valid[inside] - 1], rtol=1e-6)
        assert np.isnan(values[~inside]).all()
    assert series.on(panel).tags is held


def test_the_file_of_a_run_is_read_and_faults_are_told(tmp_path: Path) -> None:
    made_run(3).to_netcdf(tmp_path / TAGS_FILE)
    assert read_tags(tmp_path).sizes["source"] == len(NAMES)
    with pytest.raises(InputError, match="no such file"):
        read_tags(tmp_path / "absent")
    (tmp_path / "broken.nc").write_bytes(b"no NetCDF")
    with pytest.raises(InputError, match="cannot be read as NetCDF"):
        read_tags(tmp_path / "broken.nc")
