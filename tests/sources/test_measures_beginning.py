"""Measures that begin after the reference time, on a well-mixed box whose answer is known."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from foundation.errors import ConfigurationError
from sources.measures.analysis import Question, answer
from sources.measures.beginning import EmittedSince, emitted_since
from sources.measures.configuration import measures_config
from tests.sources.measures_run import (
    COMPONENTS,
    FINE,
    POLLUTANTS,
    REFERENCE,
    SOURCES,
    contributions,
    day_scale,
    write_run,
)  # fmt: skip

HOURS = 72
MODEL = SOURCES[:-1]


def box(loss: np.ndarray, emission: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A well-mixed box: what is in it, and what of it was there at the start, at the end of each hour.

    `dq/dt = e - k q`, with the rate of loss k of each hour and one emission for each source.
    """
    held, carried, now, left = [], [], start.copy(), start.copy()
    for rate in loss:
        fade = np.exp(-rate)
        now = now * fade + emission * (1 - fade) / rate
        left = left * fade
        held.append(now)
        carried.append(left)
    return np.array(held), np.array(carried)


def in_weather(loss: np.ndarray, at: int) -> tuple[xr.Dataset, xr.DataArray, np.datetime64]:
    """Tags of a box in weather that repeats, what is truly emitted after an hour, and when that is."""
    emission = 1e-9 * (1 + np.arange(5.0))
    start = box(np.tile(loss, 10), emission, np.zeros(5))[0][-1]
    held, carried = box(loss, emission, start)
    after = np.zeros_like(held)
    after[at:] = box(loss[at:], emission, np.zeros(5))[0]
    return tags_of(held, carried), xr.DataArray(after), REFERENCE + np.timedelta64(at, "h")


@pytest.fixture(scope="module")
def truth() -> tuple[xr.Dataset, xr.DataArray, np.datetime64]:
    """In weather that does not change."""
    return in_weather(np.full(HOURS, 0.05), 30)


def tags_of(held: np.ndarray, carried: np.ndarray) -> xr.Dataset:
    """All components and pollutants go alike, (lead, source)."""
    dims = ("reference_time", "lead_time", "place")

    def spread(values: np.ndarray, count: int) -> np.ndarray:
        return np.broadcast_to(values[None, :, None, None], (1, HOURS, 1, count, 5)).copy()

    fine = sum(FINE)
    return xr.Dataset(
        {
            "contribution": ((*dims, "pollutant", "source"), spread(fine * held, 4)),
            "carried_over": ((*dims, "pollutant", "source"), spread(fine * carried, 4)),
            "component_contribution": ((*dims, "component", "source"), spread(held, 4)),
            "component_carried_over": ((*dims, "component", "source"), spread(carried, 4)),
        },
        {
            "reference_time": [REFERENCE], "lead_time": np.timedelta64(1, "h") * np.arange(1, HOURS + 1),
            "place": ["urumqi"], "pollutant": list(POLLUTANTS[:4]), "source": list(MODEL),
            "component": list(COMPONENTS), "fine_share": ("component", list(FINE)),
        },
    )  # fmt: skip


@pytest.mark.parametrize("at", [24, 48, 30])
def test_a_box_in_weather_that_repeats_is_met(at: int) -> None:
    """Exactly when the measure begins a whole number of days after the run, else nearly."""
    daily = 0.02 + 0.1 * np.sin(np.pi * np.arange(24) / 24) ** 2
    tags, after, begins = in_weather(np.tile(daily, 3), at)
    found = emitted_since(tags, begins, measures_config().drivers)
    off = np.abs(found.since_beginning[:, 0, 0].sum(axis=1) - 3 * after.values)
    assert off.max() <= (1e-9 if at % 24 == 0 else 0.15) * 3 * after.values.max()


def test_weather_that_does_not_change_is_met_exactly(
    truth: tuple[xr.Dataset, xr.DataArray, np.datetime64],
) -> None:
    tags, after, begins = truth
    found = emitted_since(tags, begins, measures_config().drivers)
    for number in (0, 2):
        made = found.since_beginning[:, 0, number].sum(axis=1)
        assert made == pytest.approx(3 * after.values, rel=1e-6, abs=1e-18)


def test_from_the_reference_time_nothing_is_taken_off(
    truth: tuple[xr.Dataset, xr.DataArray, np.datetime64],
) -> None:
    tags, _, _ = truth
    found = emitted_since(tags, REFERENCE, measures_config().drivers)
    assert (found.since_beginning == found.since_reference).all()


def test_later_beginnings_leave_less_to_cut(truth: tuple[xr.Dataset, xr.DataArray, np.datetime64]) -> None:
    tags, _, _ = truth
    left = [
        emitted_since(tags, REFERENCE + np.timedelta64(hours, "h"), measures_config().drivers).since_beginning
        for hours in (0, 6, 24, 48)
    ]
    assert all((later <= earlier + 1e-20).all() for earlier, later in itertools.pairwise(left))
    assert not left[-1][:48].any()


def test_days_are_sums_over_their_hours(truth: tuple[xr.Dataset, xr.DataArray, np.datetime64]) -> None:
    tags, after, begins = truth
    found = emitted_since(tags, begins, measures_config().drivers)
    day = contributions(("urumqi", "changji"), 3, "day", day_scale(3, 2))
    share = found.of(day.isel(reference_time=0), "day", measures_config().drivers.species)
    held = (tags["component_contribution"] - tags["component_carried_over"]).values[0, :, 0, 0]
    expected = after.values[24:48].sum(axis=0) / held[24:48].sum(axis=0)
    assert share[1, 0, 0, 0, :5] == pytest.approx(expected)
    assert not share[:, 1].any()
    assert not share[0].any()
    assert not share[..., 5].any()


def test_outside_the_run_is_refused(truth: tuple[xr.Dataset, xr.DataArray, np.datetime64]) -> None:
    tags, _, _ = truth
    for begins in (REFERENCE - np.timedelta64(1, "h"), REFERENCE + np.timedelta64(HOURS, "h")):
        with pytest.raises(ConfigurationError, match="--from"):
            emitted_since(tags, begins, measures_config().drivers)


def test_a_run_answers_with_wider_intervals_and_says_so(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    now = answer(run, Question(("industry=0.3@urumqi",)))
    later = answer(run, Question(("industry=0.3@urumqi",), begins="2026-11-21T12:00"))
    assert later["approximate_beginning"]
    first, second = (
        [day["concentrations"]["pm25"]["decrease"] for day in one["places"][0]["days"]]
        for one in (now, later)
    )
    assert 0 < second[0] < first[0]
    assert second[1] <= first[1]
    hours = later["hours"]["places"][0]["concentrations"]["pm25"]
    assert hours["before"][:12] == hours["after"][:12]
    assert hours["before"][13] > hours["after"][13]


def test_shares_are_between_nothing_and_all(truth: tuple[xr.Dataset, xr.DataArray, np.datetime64]) -> None:
    tags, _, begins = truth
    tags = tags.copy(deep=True)
    tags["component_carried_over"][0, 10:, 0, :, 0] = 0.0
    tags["carried_over"][0, 5:, 0, :, 1] = 0.0
    found: EmittedSince = emitted_since(tags, begins, measures_config().drivers)
    assert (found.since_beginning >= 0).all()
    assert (found.since_beginning <= found.since_reference + 1e-20).all()
