"""Regressions on neighbours: nothing of the future is seen, known truths are found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.history import last_known
from forecast.learned.panel import Panel, PerfectAhead
from forecast.statistical.neighbour_cases import Cases, Parts, concentrations
from forecast.statistical.neighbours import BoostingConfig, boosting, ridge
from forecast.statistical.shifts import changed, earlier, extreme, trailing_mean
from forecast.statistical.surroundings import WIND, surroundings, weather_ahead
from foundation.errors import InputError
from foundation.pollutants import HOURLY

SMALL = BoostingConfig(
    learning_rate=0.4, leaves=8, smallest_leaf=20, penalty=0.0, column_share=1.0, most_trees=15, patience=5,
    short_stride=1, long_stride=1,
)  # fmt: skip


def panel_of(values: np.ndarray, weather: np.ndarray | None = None, seed: int = 0) -> Panel:
    """A panel whose PM2.5 is given (time, station); the other pollutants are noise, as is the weather."""
    random = np.random.default_rng(seed)
    hours, stations = values.shape
    logs = random.normal(3, 0.5, (hours, stations, len(HOURLY)))
    logs[..., 0] = np.log(values)
    times = np.datetime64("2013-03-01T00", "ns") + np.arange(hours) * np.timedelta64(1, "h")
    names = (*WIND, "air_temperature_2m")
    seen = random.normal(size=(hours, stations, 3)) if weather is None else weather
    positions = np.column_stack([116 + 0.1 * np.arange(stations), 40 + 0.05 * np.arange(stations) ** 2])
    labels = tuple(f"S{number}" for number in range(stations))
    return Panel(logs, logs, times, 24, HOURLY, labels, positions, seen, names)


def noise(hours: int, stations: int = 4, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(5, 300, (hours, stations))


@pytest.mark.parametrize("hidden", ["missing", "shuffled"])
def test_columns_of_a_row_hold_nothing_after_it(hidden: str) -> None:
    panel, issue = panel_of(noise(400)), 300
    random = np.random.default_rng(3)
    recent, weather = panel.recent.copy(), panel.weather.copy()
    for values in (recent, weather):
        after = values[issue + 1 :]
        values[issue + 1 :] = np.nan if hidden == "missing" else random.permutation(after)
    names, seen = surroundings(panel)
    _, blind = surroundings(replace(panel, recent=recent, target=recent, weather=weather))
    np.testing.assert_array_equal(seen[: issue + 1], blind[: issue + 1])
    assert len(names) == seen.shape[-1] == len(set(names))


def test_the_past_does_reach_the_columns() -> None:
    panel = panel_of(noise(400))
    recent = panel.recent.copy()
    recent[300, 2, 0] += 1.0
    names, seen = surroundings(panel)
    _, other = surroundings(replace(panel, recent=recent))
    changed_names = {names[column] for column in np.flatnonzero((seen != other)[300, 2])}
    assert {"own_0", "own_change_1", "own_mean_240", "at_S2", "slope_north", "everywhere"} <= changed_names
    of_neighbour = {names[column] for column in np.flatnonzero((seen != other)[300, 1])}
    assert "own_0" not in of_neighbour
    assert {"at_S2", "neighbour_2_more", "everywhere"} <= of_neighbour


def test_nothing_is_seen_of_the_weather_ahead_unless_it_is_foreseen() -> None:
    panel = panel_of(noise(60))
    issues = np.array([10, 58])
    assert weather_ahead(panel, issues, 3).shape == (2, 4, 0)
    foreseen = replace(panel, ahead=PerfectAhead(panel.weather, panel.weather_names))
    found = weather_ahead(foreseen, issues, 12)
    expected = [panel.weather[23 - n : 23].mean(axis=0) for n in (1, 3, 6, 12)]
    np.testing.assert_allclose(found[0], np.concatenate(expected, axis=-1), rtol=1e-5)
    assert np.isnan(found[1, :, :3]).all()  # hour 70 lies beyond the record
    np.testing.assert_allclose(found[1, :, -3:], panel.weather[59], rtol=1e-5)


def test_a_plane_and_what_the_wind_brings_along_it() -> None:
    flat = panel_of(noise(30, 6))
    east_km = (
        (flat.positions[:, 0] - flat.positions[:, 0].mean())
        * 111.2
        * np.cos(np.deg2rad(flat.positions[:, 1].mean()))
    )
    north_km = (flat.positions[:, 1] - flat.positions[:, 1].mean()) * 111.2
    values = np.tile(100 + 0.3 * east_km - 0.1 * north_km, (30, 1))
    wind = np.tile([2.0, 5.0, 0.0], (30, 6, 1))
    names, seen = surroundings(panel_of(values, wind))
    column = {name: seen[20, 3, number] for number, name in enumerate(names)}
    assert column["slope_east"] == pytest.approx(30, rel=1e-4)  # per 100 km
    assert column["slope_north"] == pytest.approx(-10, rel=1e-4)
    assert column["brought"] == pytest.approx(-(2 * 30 - 5 * 10), rel=1e-4)
    assert abs(column["off_plane"]) < 1e-3


@given(
    st.lists(st.one_of(st.just(float("nan")), st.floats(-50, 50)), min_size=1, max_size=30), st.integers(1, 9)
)
@settings(max_examples=40, deadline=None)
def test_shifts_and_means_agree_with_their_definition(given_values: list[float], length: int) -> None:
    values = np.array(given_values)[:, None]
    for row in range(len(values)):
        window = values[max(0, row - length + 1) : row + 1, 0]
        known = window[np.isfinite(window)]
        mean = trailing_mean(values, length)[row, 0]
        smallest = extreme(values, length, np.fmin)[row, 0]
        before = values[row - length, 0] if row >= length else np.nan
        np.testing.assert_equal(earlier(values, length)[row, 0], before)
        np.testing.assert_equal(changed(values, length)[row, 0], values[row, 0] - before)
        if len(known):
            np.testing.assert_allclose(mean, known.mean(), atol=1e-9)
            assert smallest == known.min()
        else:
            assert np.isnan(mean)
            assert np.isnan(smallest)


def test_the_last_known_value() -> None:
    values = np.array([[np.nan, 1], [2, np.nan], [np.nan, np.nan], [5, 6]])
    np.testing.assert_array_equal(last_known(values), [[np.nan, 1], [2, 1], [2, 1], [5, 6]])


def carried(hours: int) -> np.ndarray:
    """Air that moves one station on each hour: tomorrow's value stands at the neighbour now."""
    front = np.random.default_rng(5).uniform(10, 200, hours + 4)
    return np.column_stack([front[4 - station : 4 - station + hours] for station in range(4)])


def test_ridge_finds_a_linear_truth() -> None:
    panel = panel_of(carried(900))
    target = panel.target.copy()
    target[:, 0] = np.nan  # it has no neighbour upwind
    cases = Cases(replace(panel, target=target))
    model = ridge(cases, Parts((240, 600), (600, 750)), 1, (1e-6, 1.0), 1)
    issues = np.arange(750, 899)
    said = concentrations(cases, model, issues, 1)
    measured = np.exp(panel.recent[issues + 1, :, 0])
    np.testing.assert_allclose(said[:, 1:], measured[:, 1:], atol=1.0)


def test_boosting_learns_what_neighbours_tell() -> None:
    panel = panel_of(carried(900))
    cases = Cases(panel)
    parts = Parts((100, 600), (600, 750))
    issues = np.arange(750, 899)
    measured = np.exp(panel.recent[issues + 1, :, 0])
    error = {
        loss: np.abs(concentrations(cases, boosting(cases, parts, 1, loss, SMALL), issues, 1) - measured)[
            :, 1:
        ]
        for loss in ("squared_error", "absolute_error")
    }
    unchanged = np.abs(cases.last[issues] - measured)[:, 1:].mean()
    assert unchanged > 50
    assert all(one.mean() < 0.5 * unchanged for one in error.values())


def test_the_weather_ahead_is_used_where_it_is_foreseen() -> None:
    weather = np.random.default_rng(6).normal(size=(700, 4, 3))
    values = 100 + 40 * np.tanh(weather[..., 2])  # the temperature of the hour decides
    blind = Cases(panel_of(values, weather))
    foreseen = blind.with_panel(replace(blind.panel, ahead=PerfectAhead(weather, blind.panel.weather_names)))
    parts, issues = Parts((100, 450), (450, 550)), np.arange(550, 694)
    measured = values[issues + 6]
    error = [
        np.abs(concentrations(cases, boosting(cases, parts, 6, "squared_error", SMALL), issues, 6) - measured)
        for cases in (blind, foreseen)
    ]
    assert error[1].mean() < 0.4 * error[0].mean()


def test_gaps_are_borne_and_nothing_measured_is_an_error() -> None:
    values = noise(700)
    panel = panel_of(values)
    recent = panel.recent.copy()
    recent[np.random.default_rng(8).random(recent.shape) < 0.3] = np.nan
    recent[:, :, 4] = np.nan  # never measured at all
    silent = replace(panel, recent=recent, target=recent, weather=np.full_like(panel.weather, np.nan))
    cases, parts = Cases(silent), Parts((240, 500), (500, 600))
    for model in (ridge(cases, parts, 6, (0.1,), 1), boosting(cases, parts, 6, "squared_error", SMALL)):
        said = concentrations(cases, model, np.arange(600, 690), 6)
        assert np.isfinite(said).all()
        assert (said >= 0).all()
    nothing = replace(silent, target=np.full_like(recent, np.nan))
    with pytest.raises(InputError, match="nothing is measured 6 steps after"):
        ridge(Cases(nothing), parts, 6, (0.1,), 1)


def test_the_fit_sees_nothing_measured_after_its_part() -> None:
    """What is measured in the judged part, or after the last case of training, changes no model."""
    panel = panel_of(noise(500))
    target = panel.target.copy()
    target[400:] = np.log(noise(100, seed=99))[..., None]
    parts, issues = Parts((50, 300), (300, 400)), np.arange(350, 390)
    said = [
        concentrations(cases, boosting(cases, parts, 12, "squared_error", SMALL), issues, 12)
        for cases in (Cases(panel), Cases(replace(panel, target=target)))
    ]
    np.testing.assert_array_equal(said[0], said[1])
