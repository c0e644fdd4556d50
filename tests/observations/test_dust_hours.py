"""Dust hours on courses made by hand from the words of the rule, and on the real episode of 2020."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from observations.dust.rule_hours import dust_hours
from observations.dust.rules import dust_rule
from observations.means import place_means
from observations.providers import read

Maker = Callable[..., xr.Dataset]
COARSE = [50.0] * 6 + [120, 400, 900, 300, 60, 54, 50]
FINE = [30.0] * 6 + [30, 60, 90, 60, 30, 30, 30]


def course(hours: Maker, coarse: list[float], fine: list[float]) -> xr.Dataset:
    return place_means(hours(np.asarray(fine)[:, None], pm10=np.asarray(coarse)[:, None]))


def test_an_event_from_onset_to_return(hours: Maker) -> None:
    events, mask = dust_hours(course(hours, COARSE, FINE))
    (event,) = events
    # At 120 the level of 150 is not passed; the mean before 400 is then (5 x 50 + 120) / 6.
    assert mask.values[:, 0].tolist() == [False] * 7 + [True] * 3 + [False] * 3
    assert event.pm10_before == pytest.approx(370e-9 / 6)
    assert event.peak_pm10 == pytest.approx(900e-9)
    assert event.steps == 3
    assert event.closed
    assert mask.attrs["verified"] == "false"
    assert "2020-01-01 08:00" in event.evidence


def test_coal_smoke_is_not_dust(hours: Maker) -> None:
    smoke = [value * 0.9 for value in COARSE]
    events, mask = dust_hours(course(hours, COARSE, smoke))
    assert events == ()
    assert not mask.any()


@pytest.mark.parametrize(("missing", "found"), [(2, 1), (4, 0)])
def test_four_of_the_six_hours_before_suffice(hours: Maker, missing: int, found: int) -> None:
    coarse, fine = np.asarray(COARSE[:8]), np.asarray(FINE[:8])
    coarse[1 : 1 + missing] = np.nan
    assert len(dust_hours(course(hours, coarse.tolist(), fine.tolist()))[0]) == found


def test_an_event_at_the_end_of_the_record_is_open(hours: Maker) -> None:
    (event,) = dust_hours(course(hours, COARSE[:9], FINE[:9]))[0]
    assert not event.closed
    assert event.steps == 2


def test_the_rule_says_that_it_is_not_verified() -> None:
    assert dust_rule().verified is False
    assert "120号" in dust_rule().source


@pytest.mark.real_data
def test_the_real_episode_of_2020(real_data: Path) -> None:
    reading = read(real_data / "observations" / "station_hourly" / "xinjiang_202003_04.csv")
    events, mask = dust_hours(place_means(reading.dataset))
    found = [
        (event.place, str(event.start.astype("datetime64[h]")), round(event.peak_pm10 * 1e9))
        for event in events
    ]
    assert found == [
        ("hami", "2020-03-30T05", 158),
        ("hami", "2020-04-01T03", 1150),
        ("tacheng", "2020-03-31T06", 964),
        ("tacheng", "2020-04-01T08", 325),
        ("yining", "2020-03-30T16", 775),
    ]
    assert int(mask.sum()) == 77
