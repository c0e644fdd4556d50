"""A month's or a year's hours of points, in blocks that are not too big; the figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.emitters import PointSources, Stacks, WeekProfiles
from emissions_inventory.timing import (
    DailyTemperature,
    PointTiming,
    hour_factors,
    hourly_points,
    hours_of_month,
    profile_figure,
    timing_benchmark,
    week_factors,
)
from emissions_inventory.timing.figure import sector_rates
from foundation.errors import InputError

SECTORS = np.array(["power", "heating", "traffic", "heating", "cement"])
REGIONS = np.array(["urumqi", "altay", "kazakhstan", "urumqi", "changji"])
WEEK = np.random.default_rng(1).gamma(1.0, 1.0, (2, 7, 24))
OWN = WeekProfiles(np.array([4, 0]), WEEK)
COLD = DailyTemperature(np.array(["2026-01-20"], "datetime64[D]"), np.array([240.0]))


def points(months: int = 1) -> PointSources:
    text = np.array(list("abcde"))
    coordinates = np.full(5, 44.0)
    emission = np.random.default_rng(2).gamma(1.0, 1e4, (months, 5, 3))
    return PointSources(text, text, SECTORS, REGIONS, text, text, coordinates + 43, coordinates,
                        Stacks.unknown(5), emission)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(
    first=st.builds(lambda year, month: f"{year}-{month:02d}", st.integers(2013, 2040), st.integers(1, 12)),
    largest=st.integers(1, 100_000),
)
def test_blocks_add_up_to_the_months_and_stay_small(first: str, largest: int) -> None:
    months = [first, str(np.datetime64(first, "M") + 1)]
    made = points(2)
    sums = np.zeros((2, 5, 3))
    seen: list[np.ndarray] = []
    for block in hourly_points(made.emission, months, PointTiming.of(made, OWN), largest):
        assert block.emission.shape == (len(block.times), 5, 3)
        assert block.emission.nbytes <= max(largest, 5 * 3 * 8)
        sums[months.index(block.month)] += block.emission.sum(axis=0)
        seen.append(block.times)
    np.testing.assert_allclose(sums, made.emission, rtol=1e-12)
    np.testing.assert_array_equal(np.concatenate(seen), np.concatenate([hours_of_month(m) for m in months]))


def test_each_point_has_the_hours_of_its_sector_region_weather_or_own_week() -> None:
    timing = PointTiming.of(points(), OWN, {"altay": COLD})
    hours = hours_of_month("2026-01")[400:600]
    factors = timing.factors(hours)
    np.testing.assert_array_equal(factors[:, [4, 0]], week_factors(WEEK, hours))
    np.testing.assert_array_equal(factors[:, 1], hour_factors(["heating"], hours, COLD, "altay")[:, 0])
    np.testing.assert_array_equal(factors[:, 3], hour_factors(["heating"], hours)[:, 0])
    np.testing.assert_array_equal(factors[:, 2], hour_factors(["traffic"], hours, None, "kazakhstan")[:, 0])
    assert (factors[:, 1] != hour_factors(["heating"], hours, None, "altay")[:, 0]).any()


def test_no_points_and_no_months() -> None:
    empty = PointSources.none(1, 9)
    blocks = list(hourly_points(empty.emission, ["2026-02"], PointTiming.of(empty)))
    assert [block.emission.shape for block in blocks] == [(672, 0, 9)]
    assert list(hourly_points(np.empty((0, 5, 3)), [], PointTiming.of(points(0)))) == []


def test_what_does_not_fit_is_refused() -> None:
    made = points()
    for place in ([5], [-1], [0, 0]):
        own = WeekProfiles(np.array(place), np.ones((len(place), 7, 24)))
        with pytest.raises(InputError, match="weeks of points"):
            PointTiming.of(made, own)
    timing = PointTiming.of(made)
    with pytest.raises(InputError, match="shape"):
        next(hourly_points(made.emission, ["2026-01", "2026-02"], timing))
    for value in (np.nan, -1.0, np.inf):
        with pytest.raises(InputError, match="0 or more"):
            next(hourly_points(np.full((1, 5, 3), value), ["2026-01"], timing))


def test_the_benchmark_measures_a_year() -> None:
    found = timing_benchmark(points=40, year=2024)
    assert found["hours"] == 8784
    assert found["values"] == 8784 * 40 * 9
    assert found["own_weeks"] == 2
    assert 0 < found["seconds"] < found["target_seconds"]
    assert found["relative_error_year"] < 1e-12
    assert found["relative_error_month"] < 1e-12


def test_rates_have_means_of_one() -> None:
    rates = sector_rates(2023)
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    np.testing.assert_allclose(rates["months"] @ days, 365.0, rtol=1e-12)
    np.testing.assert_allclose(rates["weekdays"].mean(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(rates["hours"].mean(axis=1), 1.0, rtol=1e-12)


@pytest.mark.parametrize("font", [True, False])
def test_the_figure_is_drawn_with_and_without_a_chinese_font(
    font: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atmosphere.meteorology.figures import lettering

    if not font:
        monkeypatch.setattr(lettering, "chinese_font", lambda: None)
    file = tmp_path / "timing.png"
    profile_figure(file, 2026, "altay", COLD)
    assert file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert file.stat().st_size > 40_000
