"""Hours add up to their month, whatever the month, the region, the weather; and clocks are the right ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from emissions_inventory.labels import source_labels
from emissions_inventory.timing import (
    DailyTemperature,
    heating,
    hour_factors,
    hours_of_month,
    month_of,
    month_shares,
    week_factors,
)
from emissions_inventory.timing.factors import hour_weights
from emissions_inventory.timing.heating_configuration import heating_config
from foundation.errors import InputError

SECTORS = source_labels().sector_ids()
REGIONS = source_labels().region_ids()
HOUR = np.timedelta64(1, "h")
MONTHS = st.builds(lambda year, month: f"{year}-{month:02d}", st.integers(2013, 2040), st.integers(1, 12))
XINJIANG = dt.timezone(dt.timedelta(hours=6))
BEIJING = dt.timezone(dt.timedelta(hours=8))


def utc(time: np.datetime64) -> dt.datetime:
    return dt.datetime.fromisoformat(str(time.astype("datetime64[s]"))).replace(tzinfo=dt.UTC)


def temperatures(first: str, celsius: list[float]) -> DailyTemperature:
    days = np.datetime64(first, "D") + np.arange(len(celsius))
    return DailyTemperature(days, np.array(celsius) + 273.15)


@settings(max_examples=40, deadline=None)
@given(month=MONTHS, region=st.sampled_from([None, *REGIONS]))
def test_factors_of_a_month_add_up_to_its_hours(month: str, region: str | None) -> None:
    hours = hours_of_month(month)
    factors = hour_factors(SECTORS, hours, region=region)
    assert factors.shape == (len(hours), len(SECTORS))
    assert (factors >= 0).all()
    np.testing.assert_allclose(factors.sum(axis=0), len(hours), rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    month=MONTHS,
    region=st.sampled_from(REGIONS),
    start=st.integers(-40, 40),
    celsius=st.lists(st.floats(-60, 45), min_size=1, max_size=80),
)
def test_a_months_total_is_kept_under_any_weather(
    month: str, region: str, start: int, celsius: list[float]
) -> None:
    warmth = temperatures(str(np.datetime64(f"{month}-01") + start), celsius)
    hours = hours_of_month(month)
    factors = hour_factors(["heating", "scattered_coal", "power"], hours, warmth, region)
    assert np.isfinite(factors).all()
    np.testing.assert_allclose(factors.sum(axis=0), len(hours), rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    weights=arrays.arrays(float, (2, 7, 24), elements=st.floats(0, 1e9)).filter(
        lambda week: (week.max(axis=(1, 2)) > 0).all()
    ),
    month=MONTHS,
)
def test_own_weeks_keep_the_month(weights: np.ndarray, month: str) -> None:
    hours = hours_of_month(month)
    np.testing.assert_allclose(week_factors(weights, hours).sum(axis=0), len(hours), rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(month=MONTHS, before=st.integers(1, 120), length=st.integers(2, 240), seed=st.integers(0, 99))
def test_a_run_over_the_edge_takes_each_month_by_itself(
    month: str, before: int, length: int, seed: int
) -> None:
    edge = hours_of_month(month)[0]
    run = edge - before * HOUR + np.arange(length) * HOUR
    factors = hour_factors(SECTORS, run)
    for name in np.unique(month_of(run)):
        whole = hours_of_month(str(name))
        shared = np.isin(whole, run)
        np.testing.assert_array_equal(factors[month_of(run) == name], hour_factors(SECTORS, whole)[shared])
    order = np.random.default_rng(seed).permutation(length)
    np.testing.assert_array_equal(hour_factors(SECTORS, run[order]), factors[order])


@pytest.mark.parametrize(
    ("month", "count"),
    [("2024-02", 696), ("2026-02", 672), ("2100-02", 672), ("2000-02", 696), ("2026-01", 744)],
)
def test_hours_of_a_month_are_those_of_the_beijing_calendar(month: str, count: int) -> None:
    hours = hours_of_month(month)
    assert len(hours) == count
    assert (np.diff(hours) == HOUR).all()
    shown = [utc(hour).astimezone(BEIJING) for hour in hours[[0, -1]]]
    assert [time.strftime("%Y-%m %H") for time in shown] == [f"{month} 00", f"{month} 23"]
    assert set(month_of(hours)) == {month}
    assert month_of(hours[:1] - HOUR)[0] != month
    assert month_of(hours[-1:] + HOUR)[0] != month


@settings(max_examples=60, deadline=None)
@given(
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    month=st.dates(dt.date(2013, 1, 1), dt.date(2040, 12, 31)).map(lambda day: f"{day:%Y-%m}"),
)
def test_an_hour_of_the_week_is_that_hour_of_xinjiang_time(weekday: int, hour: int, month: str) -> None:
    only = np.zeros((1, 7, 24))
    only[0, weekday, hour] = 1.0
    hours = hours_of_month(month)
    emitting = hours[week_factors(only, hours)[:, 0] > 0]
    assert len(emitting) in {4, 5}
    for time in emitting:
        local = utc(time).astimezone(XINJIANG)
        assert (local.weekday(), local.hour) == (weekday, hour)


def test_kazakhstan_rises_an_hour_later_by_utc() -> None:
    monday = np.datetime64("2026-01-12T00", "ns") + np.arange(48) * HOUR
    here = hour_factors(["traffic"], monday)[:, 0]
    there = hour_factors(["traffic"], monday + HOUR, region="kazakhstan")[:, 0]
    np.testing.assert_allclose(there / there.mean(), here / here.mean(), rtol=1e-12)


def test_work_begins_two_hours_later_than_by_beijing_time() -> None:
    day = np.datetime64("2026-01-13T18", "ns") + np.arange(24) * HOUR  # 00:00 to 23:00 in Xinjiang
    traffic = hour_factors(["traffic"], day)[:, 0]
    jump = int(np.argmax(np.diff(traffic))) + 1
    assert utc(day[jump]).astimezone(XINJIANG).hour == 7
    assert utc(day[jump]).astimezone(BEIJING).hour == 9


def test_days_with_degree_days_in_the_ratio_of_their_cold() -> None:
    """Without a share for hot water, two days emit as 18 degrees exceed their temperatures."""
    hours = hours_of_month("2026-01")
    base = temperatures("2025-12-31", [-10.0] * 33)
    colder = temperatures("2025-12-31", [-10.0] * 15 + [-25.0] + [-10.0] * 17)
    year_round = hour_weights("heating", "2026-01", "urumqi", temperatures("2025-12-31", [18.0] * 33))
    for warmth in (base, colder):
        weights = hour_weights("heating", "2026-01", "urumqi", warmth) - year_round
        days = (hours + 6 * HOUR).astype("datetime64[D]")
        sums = {str(day): weights[days == day].sum() for day in np.unique(days)[1:-1]}
        expected = 43.0 / 28.0 if warmth is colder else 1.0
        assert sums["2026-01-15"] / sums["2026-01-14"] == pytest.approx(expected, rel=1e-12)
    lifted = hour_factors(["heating"], hours, colder)[days == np.datetime64("2026-01-15"), 0].mean()
    assert 1.49 < lifted < 43.0 / (28.0 + 15.0 / 31.0)
    assert (hour_factors(["power"], hours, colder) == hour_factors(["power"], hours)).all()


def test_a_month_without_cold_is_spread_evenly_over_its_days() -> None:
    hours = hours_of_month("2026-07")
    factors = hour_factors(["heating", "scattered_coal"], hours)
    local = (hours + 6 * HOUR).astype("datetime64[D]")
    means = np.stack([factors[local == day].mean(axis=0) for day in np.unique(local)[1:-1]])
    np.testing.assert_allclose(means, means[0][None].repeat(len(means), axis=0), rtol=1e-12)


@pytest.mark.parametrize("month", ["2026-07", "2026-05"])
def test_without_hot_water_a_warm_month_is_spread_evenly(month: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """May begins by Beijing time at 22:00 of 30 April in Xinjiang: those two hours do not take it all."""
    rules = heating_config()
    season = rules.seasons[0].model_copy(update={"end": "04-30"})
    boilers = rules.sectors[0].model_copy(update={"all_year_share": 0.0})
    bare = rules.model_copy(update={"seasons": (season,), "sectors": (boilers, *rules.sectors[1:])})
    monkeypatch.setattr(heating, "heating_config", lambda: bare)
    hours = hours_of_month(month)
    warmth = temperatures(f"{month}-03", [20.0])  # not from the memory of months by normals
    factors = hour_factors(["heating"], hours, warmth)[:, 0]
    assert 0.8 < factors.min() < factors.max() < 1.2
    assert factors.sum() == pytest.approx(len(hours), rel=1e-12)
    assert not heating.day_weights("heating", np.array([f"{month}-15"], "datetime64[D]"), "urumqi").any()


def test_the_legal_season_begins_and_ends_on_its_days() -> None:
    days = np.arange("2026-10-08", "2026-10-13", dtype="datetime64[D]")
    noon = days.astype("datetime64[ns]") + 6 * HOUR
    factors = hour_factors(["heating"], noon)[:, 0]
    assert (factors[:2] < 0.2).all()
    assert (factors[2:] > 0.5).all()
    april = np.datetime64("2026-04-10T06", "ns") + np.arange(2) * 24 * HOUR
    assert hour_factors(["heating"], april)[0, 0] > 10 * hour_factors(["heating"], april)[1, 0]


def test_households_light_fires_in_a_cold_spell_of_september() -> None:
    hours = hours_of_month("2026-09")
    spell = temperatures("2026-09-10", [3.0] * 5)
    short = temperatures("2026-09-10", [3.0] * 4)
    noon = hours == np.datetime64("2026-09-12T06", "ns")
    assert hour_factors(["scattered_coal"], hours, spell)[noon, 0] > 3.0
    usual = hour_factors(["scattered_coal"], hours)[noon, 0]
    np.testing.assert_allclose(hour_factors(["scattered_coal"], hours, short)[noon, 0], usual)


def test_rates_run_on_over_the_edges_of_months() -> None:
    """By shares of months and factors of hours, heating steps at an edge as from any day to the next."""
    names = [f"2027-{month:02d}" for month in range(1, 13)]
    in_month = [len(hours_of_month(name)) for name in names]
    start = np.cumsum(in_month)[:-1]
    for sector in ("heating", "scattered_coal"):
        shares = np.repeat(month_shares(sector, 2027, "altay") / in_month, in_month)
        rates = shares * np.concatenate(
            [hour_factors([sector], hours_of_month(name), region="altay")[:, 0] for name in names]
        )
        same_hour_next_day = rates[start + 23] / rates[start - 1]
        assert ((same_hour_next_day > 0.9) & (same_hour_next_day < 1.1)).all()


@pytest.mark.parametrize("month", [f"2026-{month:02d}" for month in range(1, 13)])
def test_no_month_is_emitted_in_the_hours_at_its_edge(month: str) -> None:
    for region in REGIONS:
        factors = hour_factors(["heating", "scattered_coal"], hours_of_month(month), region=region)
        assert factors[:3].sum(axis=0).max() < 0.05 * len(factors)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (np.array(["2026-01-01T00:30"], "datetime64[ns]"), "whole hours"),
        (np.array(["NaT"], "datetime64[ns]"), "missing"),
        (np.array([["2026-01-01T00"]], "datetime64[ns]"), "list of UTC times"),
        (np.array([3.0]), "list of UTC times"),
        (np.array(["1850-01-01T00"], "datetime64[s]"), "years 1900 to 2199"),
    ],
)
def test_strange_times_are_refused(times: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        hour_factors(["power"], times)
    with pytest.raises(InputError, match=words):
        week_factors(np.ones((1, 7, 24)), times)


def test_strange_names_and_weeks_are_refused() -> None:
    hours = hours_of_month("2026-01")
    with pytest.raises(InputError, match="Did you mean 'heating'"):
        hour_factors(["heatin"], hours)
    with pytest.raises(InputError, match="unknown region"):
        hour_factors(["power"], hours, region="atlantis")
    for month in ("2026-13", "2026-1", "1899-12", "next"):
        with pytest.raises(InputError, match="2026-01"):
            hours_of_month(month)
    for value in (-1.0, np.nan, np.inf, 0.0):
        week = np.ones((3, 7, 24))
        week[1] = 0.0
        week[1, 2, 3] = value
        with pytest.raises(InputError, match="profile 1"):
            week_factors(week, hours)
    with pytest.raises(InputError, match="shape"):
        week_factors(np.ones((7, 24)), hours)


def test_nothing_asked_is_nothing_given() -> None:
    none = np.empty(0, "datetime64[ns]")
    assert hour_factors(SECTORS, none).shape == (0, len(SECTORS))
    assert hour_factors([], hours_of_month("2026-01")).shape == (744, 0)
    assert week_factors(np.empty((0, 7, 24)), hours_of_month("2026-01")).shape == (744, 0)
