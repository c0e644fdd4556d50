"""Runs: steps and outputs, truncation, bad input, the document and the residence time."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere import native
from atmosphere.trajectories import engine
from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig
from atmosphere.trajectories.idealised_flows import (
    FlowSettings,
    flow_weather,
    rotation_wind,
    travelling_waves,
)
from atmosphere.trajectories.residence import residence_time
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.schedule import schedule
from atmosphere.trajectories.weather_nodes import weather_nodes
from flows.commands import trajectories as command
from foundation.errors import BogdaError, InputError
from foundation.grids import Grid

START = np.datetime64("2000-01-01T00:00", "ns")
HOUR = np.timedelta64(1, "h")


def weather(east: float = 10.0, upward: float = 0.0, dtype: str = "float64") -> xr.Dataset:
    heights = np.array([20.0, 200.0, 1000.0, 3000.0, 8000.0])
    flow = FlowSettings(
        np.arange(80.0, 90.1, 0.5), np.arange(40.0, 46.1, 0.5), heights, np.arange(7.0),
        lambda lon, _lat, _time: 600.0 + 0.0 * lon, dtype=dtype,
    )  # fmt: skip
    return flow_weather(flow, lambda _lon, _lat, z, _time: (east + 0 * z, 0 * z, upward + 0 * z))


def release(lon: float = 82.0, lat: float = 43.0, height: float = 500.0, hour: float = 0.0) -> Release:
    time = START + np.timedelta64(round(hour * 3600), "s")
    return Release(np.array([lon]), np.array([lat]), np.array([height]), time)


@given(
    start=st.floats(0.0, 43200.0), hours=st.floats(-15.0, 15.0).filter(lambda value: abs(value) > 0.01),
    output=st.floats(100.0, 20000.0), step=st.floats(30.0, 3600.0),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_steps_fill_the_time_and_keep_within_the_weather_and_the_limit(
    start: float, hours: float, output: float, step: float
) -> None:
    times = np.array([0.0, 3600.0, 7200.0, 21600.0, 43200.0])
    plan = schedule(times, start, hours, output, step, "midpoint")
    moment, steps = start, 0
    for course, number in plan.stretches:
        assert abs(course.step_s) <= step * (1 + 1e-9)
        assert course.step_s * hours > 0
        assert course.first_step == steps
        length = times[course.interval + 1] - times[course.interval]
        assert moment == pytest.approx(times[course.interval] + course.weight * length, abs=1e-4)
        moment, steps = moment + course.steps * course.step_s, steps + course.steps
        assert -1e-4 <= moment - times[course.interval] <= length + 1e-4
        assert plan.second_of_step(steps) == pytest.approx(moment, abs=1e-4)
        if number is not None:
            assert plan.outputs_s[number] == pytest.approx(moment, abs=1e-4)
    assert moment == pytest.approx(np.clip(start + 3600.0 * hours, 0.0, 43200.0), abs=1e-3)
    assert plan.outputs_s[-1] == pytest.approx(start + 3600.0 * hours)


def test_places_are_given_each_hour_and_at_the_end() -> None:
    found = run_trajectories(weather(), release(hour=0.5), 2.25)
    assert list((found.times - START) / np.timedelta64(1, "m")) == [30, 90, 150, 165]
    assert found.document()["complete"]
    assert found.document()["ended"] is None
    speed = np.diff(found.lon[:, 0]) / np.diff(found.times).astype(float)
    assert np.allclose(speed, speed[0], rtol=1e-4)


def test_backward_is_the_other_way() -> None:
    found = run_trajectories(weather(), release(lon=85.0, hour=6.0), -3.0)
    assert found.lon[-1, 0] < 84.0
    assert found.times[-1] == START + 3 * HOUR


@pytest.mark.parametrize(
    ("east", "upward", "hours", "reason", "chinese"),
    [
        (100.0, 0.0, 6.0, "left the weather's area", "移出气象资料范围"),
        (0.0, 2.0, 6.0, "rose above the weather's highest level", "升至气象资料最高层以上"),
        (1.0, 0.0, 8.0, "the weather's times end", "气象资料时段结束"),
        (-100.0, 0.0, 6.0, "left the weather's area", "移出气象资料范围"),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_truncated_trajectory_says_why_and_until_when(
    east: float, upward: float, hours: float, reason: str, chinese: str, dtype: torch.dtype
) -> None:
    nodes = weather_nodes(weather(east, upward), TrajectoryConfig(), dtype)
    both = Release(np.array([82.0, 85.0]), np.full(2, 43.0), np.array([500.0, 500.0]), START)
    found = run_trajectories(nodes, both, hours)
    document = found.document(0)
    assert document["complete"] is False
    assert document["ended"]["reason"] == reason
    assert document["ended"]["reason_chinese"] == chinese
    ended = np.datetime64(document["ended"]["time"].removesuffix("Z"), "ns")
    assert ended <= START + 6 * HOUR
    assert len(document["points"]) == 1 + (ended - START) // HOUR
    assert np.isnan(found.lon[-1, 0])
    assert not found.valid[-1, 0]
    if upward:
        assert (ended - START) / np.timedelta64(1, "s") == pytest.approx(7500.0 / 2.0, abs=181.0)
    json.dumps(document, allow_nan=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lon": 60.0}, "start 60°E 43°N lies outside the weather's area"),
        ({"lat": 46.2}, "lies outside the weather's area"),
        ({"lat": float("nan")}, "lies outside the weather's area"),
        ({"height": -1.0}, "expected 0 m above ground or more, got -1"),
        ({"height": float("nan")}, "expected 0 m above ground or more, got nan"),
        ({"height": 8001.0}, "expected at most 8000 m.*got 8001"),
        ({"hour": 6.5}, "start: expected 2000-01-01 08:00.*to 2000-01-01 14:00"),
        ({"hour": -1.0}, "start: expected 2000-01-01 08:00"),
    ],
)
def test_a_start_outside_the_weather_is_one_clear_line(change: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        run_trajectories(weather(), release(**change), 1.0)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("hours", [0.0, float("nan"), float("inf")])
def test_hours_must_be_a_length(hours: float) -> None:
    with pytest.raises(InputError, match="expected hours other than 0"):
        run_trajectories(weather(), release(), hours)


def test_weather_made_ready_for_something_else_is_refused() -> None:
    nodes = weather_nodes(weather(), TrajectoryConfig(coordinate="pressure"))
    with pytest.raises(InputError, match="asked for in height, the weather was made ready in pressure"):
        run_trajectories(nodes, release(), 1.0)
    plain = weather_nodes(weather(), TrajectoryConfig())
    with pytest.raises(InputError, match="without it"):
        run_trajectories(plain, release(), 1.0, TrajectoryConfig(turbulence=TurbulenceConfig()))


def test_air_goes_round_the_earth() -> None:
    flow = FlowSettings(
        np.arange(0.0, 360.0, 5.0),
        np.arange(-85.0, 85.1, 5.0),
        np.array([10.0, 1000.0, 5000.0]),
        np.array([0.0, 72.0]),
    )
    data = flow_weather(flow, rotation_wind(259200.0, 0.0, 90.0))
    start = Release(np.array([10.0, -170.0, 359.0]), np.array([0.0, 40.0, -30.0]), np.full(3, 500.0), START)
    for hours in (72.0, -72.0):
        moved = Release(start.lon, start.lat, start.height_m, START if hours > 0 else START + 72 * HOUR)
        found = run_trajectories(weather_nodes(data, TrajectoryConfig(), torch.float64), moved, hours)
        assert found.complete.all()
        apart = (found.lon[-1] - start.lon + 180.0) % 360.0 - 180.0
        assert np.allclose(apart, 0.0, atol=1e-6)
        assert (np.ptp(found.lon, axis=0) > 300.0).all()


def test_without_a_compiler_the_plain_engine_runs_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    flow = FlowSettings(
        np.arange(80.0, 90.1, 0.5), np.arange(40.0, 46.1, 0.5), np.geomspace(10.0, 9000.0, 6), np.arange(3.0),
        dtype="float32",
    )  # fmt: skip
    data = flow_weather(flow, travelling_waves)
    compiled = run_trajectories(data, release(lon=85.0), 2.0)
    monkeypatch.setenv(native.COMPILER, "none")
    native.library.cache_clear()
    engine._library.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            plain = run_trajectories(data, release(lon=85.0), 2.0)
            run_trajectories(data, release(lon=86.0), 1.0)
    finally:
        native.library.cache_clear()
        engine._library.cache_clear()
    assert [record.message for record in caplog.records if "compiler" in record.message] == [
        "no C++ compiler: trajectories run in plain PyTorch, slower"
    ]
    assert np.allclose(plain.lon, compiled.lon, atol=1e-5)


@pytest.mark.cuda
def test_the_plain_engine_gives_the_same_on_a_gpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    config = TrajectoryConfig()
    nodes = [weather_nodes(weather(), config, torch.float64, device) for device in ("cpu", "cuda")]
    places = [run_trajectories(prepared, release(), 6.0) for prepared in nodes]
    assert np.allclose(places[0].lon, places[1].lon, atol=1e-9)


def test_air_at_rest_below_half_the_mixing_height_stays_in_its_cell() -> None:
    config = TrajectoryConfig(turbulence=TurbulenceConfig(horizontal_diffusivity_m2_s=0.0))
    grid = Grid(np.arange(80.0, 91.0), np.arange(40.0, 47.0), np.array([0.0, 100.0]))
    well_mixed = np.linspace(0.0, 600.0, 4000)
    many = Release(np.full(4000, 85.5), np.full(4000, 43.5), well_mixed, START + 6 * HOUR)
    found = residence_time(run_trajectories(weather(east=0.0), many, -6.0, config, output_s=600.0), grid)
    assert found.complete_share == 1.0
    assert found.outside_s == pytest.approx(0.0)
    assert np.count_nonzero(found.seconds) == 1
    assert found.seconds[3, 5] == pytest.approx(0.5 * 21600.0, rel=0.05)
    with pytest.raises(InputError, match="without mixing heights"):
        residence_time(run_trajectories(weather(), release(), 1.0), grid)


def request(**change: object) -> command.Request:
    usual = {
        "weather": "a",
        "lon": 82.0,
        "lat": 43.0,
        "height_m": 500.0,
        "start": "2000-01-01T00:00Z",
        "hours": 2.0,
    }
    return command.Request(**(usual | change))  # type: ignore[arg-type]


def test_the_command_prints_points_in_json_or_a_table_chinese_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("atmosphere.meteorology.reading.read_weather", lambda _paths: weather())
    command.run(request(), as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert [point["time"] for point in document["points"]] == [
        f"2000-01-01T0{hour}:00:00Z" for hour in range(3)
    ]
    assert set(document["points"][0]) == {"time", "lon", "lat", "height_m", "pressure_hpa"}
    assert document["complete"] is True
    command.run(request(hours=9.0), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("轨迹 trajectory · 前向 forward · 9 h")
    assert lines[2].split()[:3] == ["2000-01-01", "08:00", "82.000"]
    assert lines[-1] == "轨迹中止 truncated · 2000-01-01 14:00 · 气象资料时段结束 the weather's times end"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coordinate": "sigma"}, "key 'coordinate'.*'height' or 'pressure'.*'sigma'"),
        ({"step_s": 0.0}, "key 'step_s'"),
        ({"start": "yesterday"}, "'yesterday' is not a reference time"),
        ({"lat": 95.0}, "is no point on the earth"),
        ({"hours": 0.0}, "expected hours other than 0"),
    ],
)
def test_the_command_refuses_bad_values_in_one_line(
    change: dict[str, object], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atmosphere.meteorology.reading.read_weather", lambda _paths: weather())
    with pytest.raises(BogdaError, match=message) as error:
        command.run(request(**change), as_json=True)
    assert "\n" not in str(error.value)


@pytest.mark.real_data
def test_the_command_runs_on_a_real_file(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = real_data / "meteorology" / "hysplit_ngm" / "oct1618.BIN"
    command.run(
        request(weather=str(path), lon=-90.0, lat=40.0, start="1995-10-16T12:00Z", hours=-12.0), as_json=True
    )
    document = json.loads(capsys.readouterr().out)
    assert document["complete"]
    assert len(document["points"]) == 13
    assert all(point["height_m"] > 0 and 500 < point["pressure_hpa"] < 1050 for point in document["points"])
