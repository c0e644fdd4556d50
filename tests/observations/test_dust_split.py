"""The split closes, is never negative, finds a known mixture; days are assessed with both numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from observations.dust.deduction import days_with_and_without_dust
from observations.dust.rule_hours import dust_hours
from observations.dust.split import split_dust
from observations.dust.verification import score_events
from observations.means import place_means

Maker = Callable[..., xr.Dataset]
SMALL = settings(max_examples=20, deadline=None)


def record(hours: Maker, coarse: np.ndarray, fine: np.ndarray) -> xr.Dataset:
    return place_means(
        hours(np.asarray(fine)[:, None], pm10=np.asarray(coarse)[:, None], first="2020-04-10T01")
    )


@SMALL
@given(
    st.lists(
        st.tuples(st.floats(0, 3000) | st.just(float("nan")), st.floats(0, 2000) | st.just(float("nan"))),
        min_size=30, max_size=60,
    )
)  # fmt: skip
def test_parts_close_and_are_not_negative(hours: Maker, values: list[tuple[float, float]]) -> None:
    coarse, fine = np.asarray(values).T
    coarse[0], fine[0], coarse[-1], fine[-1] = 50.0, 25.0, 50.0, 25.0
    found = split_dust(record(hours, coarse, fine))
    known = np.isfinite(coarse) & np.isfinite(fine)
    for name in ("pm10", "pm25"):
        whole, dust, rest = (found[key].values[:, 0] for key in (name, f"{name}_dust", f"{name}_rest"))
        low, high = (found[f"{name}_dust_{end}"].values[:, 0] for end in ("low", "high"))
        np.testing.assert_allclose((dust + rest)[known], whole[known], rtol=1e-12)
        assert (dust[known] >= 0).all()
        assert (rest[known] >= 0).all()
        assert (low[known] <= dust[known]).all()
        assert (dust[known] <= high[known]).all()
        assert (high[known] <= whole[known]).all()
        assert np.isnan(dust[~known]).all()
    assert (found["pm25_dust"].values[known] <= found["pm10_dust"].values[known] + 1e-15).all()


def test_a_known_mixture_lies_in_the_interval(hours: Maker) -> None:
    """Dust of fine share 0.12 over a steady rest of 60 µg/m³ with fine share 0.5."""
    rng = np.random.default_rng(5)
    count, dust = 400, np.zeros(400)
    dust[200:230] = rng.uniform(200, 900, 30)
    fine = 0.12 * dust + 30.0 * np.exp(0.05 * rng.standard_normal(count))
    found = split_dust(record(hours, dust + 60.0, fine))
    inside = slice(200, 230)
    low, high = (found[f"pm10_dust_{end}"].values[inside, 0] * 1e9 for end in ("low", "high"))
    assert np.mean((low <= dust[inside]) & (dust[inside] <= high)) >= 0.9
    mean = found["pm10_dust"].values[inside, 0] * 1e9
    assert abs(mean.sum() / dust.sum() - 1) < 0.1
    assert found["pm10_dust"].values[:190].max() * 1e9 < 1.0


def test_a_day_loses_its_particles_or_keeps_its_other_hours(hours: Maker) -> None:
    coarse, fine = np.full(72, 60.0), np.full(72, 30.0)
    coarse[30:40], fine[30:40] = 700.0, 70.0
    coarse[60:63], fine[60:63] = 400.0, 40.0
    data = record(hours, coarse, fine)
    events, mask = dust_hours(data)
    assert [event.steps for event in events] == [10, 3]
    whole, without = days_with_and_without_dust(data, mask)
    measured, assessed = (one["pm10"].values[:, 0] * 1e9 for one in (whole, without))
    np.testing.assert_allclose(measured[:3], [60.0, (14 * 60 + 10 * 700) / 24, (21 * 60 + 3 * 400) / 24])
    assert assessed[0] == pytest.approx(60.0)
    assert np.isnan(assessed[1])
    assert assessed[2] == pytest.approx(60.0)
    assert without["dust_hours"].values[:3, 0].tolist() == [0, 10, 3]
    assert without.attrs["dust_rule"] == "national-2016"


@dataclass(frozen=True)
class Spell:
    place: str
    start: np.datetime64
    peak: np.datetime64
    end: np.datetime64


def spell(place: str, first: int, last: int) -> Spell:
    begin = np.datetime64("2020-04-01T00", "ns")
    hour = np.timedelta64(1, "h")
    return Spell(place, begin + first * hour, begin + (first + 1) * hour, begin + last * hour)


def test_hits_misses_false_alarms_and_timing() -> None:
    reference = [spell("a", 10, 20), spell("a", 60, 70), spell("b", 10, 20)]
    found = [spell("a", 13, 18), spell("a", 19, 24), spell("a", 40, 45), spell("b", 8, 20)]
    scores = score_events(found, reference)
    assert (scores.hits, scores.misses, scores.false_alarms) == (2, 1, 1)
    assert scores.start_errors == (3.0, -2.0)
    assert scores.end_errors == (-2.0, 0.0)
    assert scores.threat_score == pytest.approx(0.5)
    assert scores.probability_of_detection == pytest.approx(2 / 3)
    assert scores.false_alarm_ratio == pytest.approx(1 / 3)
    assert np.isnan(score_events([], []).threat_score)
