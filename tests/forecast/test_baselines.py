"""Baselines against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.baselines.analogues import Analogues
from forecast.baselines.climatology import Climatology
from forecast.baselines.persistence import DampedPersistence, Persistence
from forecast.history import History, day_of_year, trailing_anchors
from tests.forecast.series import history_of

LEADS = np.arange(1, 8)


def test_persistence_repeats_the_last_value() -> None:
    history = history_of(np.arange(20.0)[:, None])
    forecast = Persistence().predict(history, np.array([4, 19]), LEADS)
    assert (forecast[0] == 4.0).all()
    assert (forecast[1] == 19.0).all()


def test_damping_of_a_step_is_geometric() -> None:
    values = np.zeros((40, 1))
    values[-1] = 1.0
    forecast = DampedPersistence(memory_days=10, decay=0.5).predict(history_of(values), np.array([39]), LEADS)
    mean = 0.1
    np.testing.assert_allclose(forecast[0, :, 0], mean + (1 - mean) * 0.5**LEADS, rtol=1e-12)


def test_damping_needs_no_full_memory_and_bridges_gaps() -> None:
    values = np.array([[1.0], [np.nan], [3.0]])
    forecast = DampedPersistence(memory_days=30, decay=0.5).predict(
        history_of(values), np.array([2]), LEADS[:1]
    )
    np.testing.assert_allclose(forecast[0, 0, 0], 2.0 + 0.5 * 1.0)


def test_hourly_damping_returns_to_the_mean_of_the_hour() -> None:
    day = np.sin(np.arange(24) / 24 * 2 * np.pi)
    history = history_of(np.tile(day, 40)[:, None], steps_per_day=24)
    issue = np.array([24 * 40 - 1])
    leads = np.arange(1, 49)
    forecast = DampedPersistence(memory_days=30, decay=0.9).predict(history, issue, leads)
    np.testing.assert_allclose(forecast[0, :, 0], np.tile(day, 2), atol=1e-12)


def test_climatology_finds_a_known_wave() -> None:
    days = np.arange(3 * 365)
    history = history_of(np.zeros((len(days), 2)))
    wave = 3.0 + np.cos(2 * np.pi * (day_of_year(history.times - np.timedelta64(12, "h"))) / 365.25)
    history = history_of(np.repeat(wave[:, None], 2, axis=1))
    issue = np.array([len(days) - 1])
    forecast = Climatology().predict(history, issue, LEADS)
    ahead = history.times[-1] + (LEADS - 0.5) * np.timedelta64(24 * 60, "m").astype("timedelta64[ns]")
    expected = 3.0 + np.cos(2 * np.pi * day_of_year(ahead.astype("datetime64[ns]")) / 365.25)
    np.testing.assert_allclose(forecast[0, :, 0], expected, atol=0.08)


def test_climatology_is_silent_on_a_short_record() -> None:
    history = history_of(np.ones((20, 1)))
    assert np.isnan(Climatology().predict(history, np.array([19]), LEADS)).all()


def test_analogues_know_a_course_that_returns() -> None:
    course = np.tile([0.0, 0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0], 30)[:, None]
    model = Analogues(memory_days=30, days=3, neighbours=5)
    history = history_of(np.repeat(course, 2, axis=1))
    issues = np.arange(40, 295)
    forecast = model.predict(history, issues, LEADS)
    last = len(issues) - 1
    np.testing.assert_allclose(forecast[last, :5, 0], course[issues[last] + LEADS[:5], 0], atol=0.05)


@pytest.mark.parametrize("steps", [1, 24])
def test_anchors_are_plain_means(steps: int) -> None:
    random = np.random.default_rng(3)
    values = random.normal(size=(steps * 50 + 7, 2))
    values[random.random(values.shape) < 0.2] = np.nan
    issues = np.arange(len(values) - 1 - 10 * steps, len(values), steps)
    anchors = trailing_anchors(values, issues, 20, steps)
    for row, issue in enumerate(issues):
        block = values[issue + 1 - 20 * steps : issue + 1].reshape(20, steps, 2)
        np.testing.assert_allclose(anchors[row], np.nanmean(block, axis=0), rtol=1e-9, atol=1e-12)


def test_models_do_not_fail_on_an_empty_series(winter: History) -> None:
    empty = History(winter.recent * np.nan, winter.target * np.nan, winter.times, 1)
    issues = np.arange(len(empty.times))
    for model in (Persistence(), DampedPersistence(30, 0.9), Climatology(), Analogues()):
        assert np.isnan(model.predict(empty, issues, LEADS)).all(), model.name
