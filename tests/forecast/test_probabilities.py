"""Probabilities of levels, warnings and dust against laws that are known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from scipy.stats import lognorm

from forecast.calibration.distribution import checked_levels, quantile_at, share_below
from forecast.calibration.past_errors import QUANTILES
from forecast.calibration.probabilities import (
    above,
    dust_grade_probability,
    dust_probability,
    dust_probability_of_quantiles,
    level_probability,
    warning_probability,
)
from forecast.configuration import forecast_config
from foundation.errors import ContractError
from standards.warning_chance import escalates
from standards.warning_rules import rule_set_on

LEVELS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])
DUST = forecast_config().dust_like
ANY_QUANTILES = st.lists(st.floats(0.0, 900.0), min_size=9, max_size=9).map(np.sort)


def lognormal(median: float, spread: float, levels: np.ndarray = LEVELS) -> np.ndarray:
    return median * np.exp(spread * ndtri(levels))


@pytest.mark.parametrize("value", [5.0, 20.0, 26.0, 170.0, 240.0, 400.0])
def test_beyond_the_outermost_levels_a_lognormal_law_is_met_exactly(value: float) -> None:
    truth = ndtr(np.log(value / 80.0) / 0.5)
    found = share_below(lognormal(80.0, 0.5), LEVELS, value)
    inside = 0.05 < truth < 0.95
    assert float(found) == pytest.approx(truth, abs=0.005 if inside else 1e-12)


@settings(max_examples=20, deadline=None)
@given(ANY_QUANTILES, st.floats(0.0, 1500.0), st.floats(0.0, 1500.0))
def test_the_distribution_function_rises_from_0_to_1(
    quantiles: np.ndarray, first: float, second: float
) -> None:
    low, high = share_below(quantiles, LEVELS, np.sort([first, second]))
    assert 0.0 <= low <= high <= 1.0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.002, 0.998))
def test_quantiles_are_the_inverse(seed: int, level: float) -> None:
    quantiles = 1.0 + np.cumsum(np.random.default_rng(seed).uniform(0.5, 30.0, 9))
    value = quantile_at(quantiles, LEVELS, np.array(level))
    assert share_below(quantiles, LEVELS, value) == pytest.approx(level, abs=1e-9)
    assert quantile_at(quantiles, LEVELS, LEVELS[:, None])[:, 0] == pytest.approx(quantiles)


def test_levels_must_increase_within_0_and_1() -> None:
    for levels in ([0.5], [0.1, 0.1], [0.0, 0.5], [0.5, 1.0]):
        with pytest.raises(ContractError, match="increasing levels"):
            checked_levels(np.array(levels))


@pytest.mark.parametrize("levels", [QUANTILES, LEVELS])
def test_levels_of_the_index_have_the_probability_of_the_law(levels: np.ndarray) -> None:
    found = level_probability(lognormal(140.0, 0.6, levels), levels)
    edges = lognorm(0.6, scale=140.0).cdf([50.5, 100.5, 150.5, 200.5, 300.5])
    np.testing.assert_allclose(found, np.diff([0, *edges, 1]), atol=0.012)
    assert found[0] == pytest.approx(edges[0], abs=1e-12)  # below the level of 5 %: the tail
    assert found.sum() == pytest.approx(1.0, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(ANY_QUANTILES)
def test_levels_of_any_index_are_probabilities(quantiles: np.ndarray) -> None:
    found = level_probability(np.minimum(np.ceil(quantiles), 500), LEVELS)
    assert (found >= -1e-12).all()
    assert found.sum() == pytest.approx(1.0)


def test_an_index_at_its_cap_and_one_that_is_missing() -> None:
    capped = level_probability(np.full(9, 500.0), LEVELS)
    np.testing.assert_array_equal(capped, [0, 0, 0, 0, 0, 1])
    assert np.isnan(level_probability(np.array([*range(8), np.nan]), LEVELS)).all()
    assert above(np.array([[10.0] * 9, [200.0] * 9, [201.0] * 9]), 200, LEVELS).tolist() == [0, 0, 1]


def courses(members: list[list[float]], places: tuple[str, ...] = ("urumqi",)) -> xr.DataArray:
    """Index (member, time, place), the same at every place."""
    values = np.repeat(np.array(members, dtype=float)[:, :, None], len(places), axis=2)
    times = np.datetime64("2024-12-01T16:00", "ns") + np.arange(values.shape[1]) * np.timedelta64(1, "D")
    return xr.DataArray(values, {"time": times, "place": list(places)}, ("member", "time", "place"))


def test_a_warning_counts_joint_courses_not_days() -> None:
    rules = rule_set_on(np.datetime64("2024-12-01"), "national")
    aqi = courses([[100, 152, 152], [152, 100, 100], [100, 100, 100], [152, 100, 152], [201, 201, 100]])
    found = warning_probability(aqi, rules).sel(place="urumqi")
    assert found["warning_level"].values.tolist() == [1, 2, 3]
    assert found.values.tolist() == [0.4, 0.2, 0.0]


def test_dust_ozone_and_what_is_missing_do_not_escalate() -> None:
    rules = rule_set_on(np.datetime64("2024-12-01"), "national")
    aqi = courses([[201, 201, 201], [100, 201, 201]], ("urumqi", "changji"))
    dust = xr.zeros_like(aqi.isel(member=0), dtype=bool)
    dust[1, 0] = True
    primary = xr.concat([~dust, dust], xr.DataArray(["pm25", "o3_8h"], dims="pollutant", name="pollutant"))
    counts = escalates(dust.where(False, False), primary.astype(float))
    np.testing.assert_array_equal(counts, ~dust)
    np.testing.assert_array_equal(escalates(dust, xr.ones_like(primary)), ~dust)
    found = warning_probability(aqi, rules, counts=counts)
    assert found.sel(warning_level=2).values.tolist() == [0.0, 1.0]
    unknown = warning_probability(aqi.where(aqi["member"] > 9), rules)
    assert unknown.isnull().all()


def test_a_region_is_judged_by_the_mean_of_its_members() -> None:
    rules = rule_set_on(np.datetime64("2024-12-01"), "xinjiang")
    places = ("urumqi", "changji", "wujiaqu")
    aqi = courses([[260, 260], [190, 190]], places).where(lambda found: found["place"] != "wujiaqu", 150.0)
    found = warning_probability(aqi, rules, region=places)
    alone = [float((aqi.mean("place").isel(member=m) > 200).any()) for m in (0, 1)]
    assert float(found.sel(warning_level=1)) >= np.mean(alone) > 0
    assert found.dims == ("warning_level",)


def daily_forecast(seed: int) -> xr.Dataset:
    """Five days at Urumqi: what the proposals of warnings read of a daily forecast, one day with dust."""
    random = np.random.default_rng(seed)
    scenarios = np.round(
        np.clip(np.exp(random.normal(5.1, 0.4, (1, 1, 1, 40)) + random.normal(0, 0.2, (1, 5, 1, 40))), 0, 500)
    )
    aqi = np.quantile(scenarios, QUANTILES, axis=-1, method="higher").transpose(1, 2, 3, 0)
    cell = ("reference_time", "lead_time", "place")
    primary = np.zeros((1, 5, 1, 2), dtype=np.int8)
    primary[0, :, 0, 0], primary[0, 4, 0] = 1, [0, 1]
    days = np.arange(1, 6) * np.timedelta64(1, "D")
    reference = np.datetime64("2024-12-01T16:00", "ns")
    return xr.Dataset(
        {
            "aqi": ((*cell, "quantile"), aqi), "aqi_scenario": ((*cell, "scenario"), scenarios),
            "dust": (cell, np.array([[[0], [0], [0], [1], [0]]], dtype=np.int8)),
            "primary": ((*cell, "pollutant"), primary),
        },
        {
            "reference_time": [reference], "lead_time": days.astype("timedelta64[ns]"), "place": ["urumqi"],
            "valid_time": (cell[:2], (reference + days - np.timedelta64(1, "D"))[None]),
            "quantile": QUANTILES, "pollutant": ["pm25", "o3_8h"],
        },
        {"model": "made for a test", "averaging": "day", "synthetic": 1},
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_the_bulletins_chance_of_a_warning_is_the_same_number(seed: int) -> None:
    from consultation.warnings import propose_warnings

    forecast = daily_forecast(seed)
    told = next(one for one in propose_warnings(forecast).proposals if one.area.id == "urumqi")
    days = forecast.isel(reference_time=0, drop=True).rename(scenario="member", lead_time="time")
    days = days.drop_vars("valid_time").assign_coords(time=forecast["valid_time"].values[0])
    found = warning_probability(
        days["aqi_scenario"], rule_set_on(np.datetime64("2024-12-01"), "national"),
        counts=escalates(days["dust"], days["primary"]),
    ).sel(place="urumqi")  # fmt: skip
    chance = told.evidence.probability
    assert 0 < float(found[1]) < float(found[0]) < 1
    assert found.values.tolist() == [chance.yellow, chance.orange, chance.red]


def test_dust_needs_much_pm10_and_little_of_it_fine() -> None:
    coarse = np.array([[160.0], [160.0], [140.0], [np.nan]])
    fine = np.array([[50.0], [60.0], [10.0], [10.0]])
    assert dust_probability(coarse, fine, DUST) == pytest.approx(1 / 3)
    assert np.isnan(dust_probability(coarse * np.nan, fine, DUST)).all()


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_dust_from_quantiles_at_one_level(share: float) -> None:
    coarse = lognormal(120.0, 0.8)
    found = dust_probability_of_quantiles(coarse, share * coarse, LEVELS, DUST)
    truth = 1 - ndtr(np.log(DUST.pm10_above / 120.0) / 0.8) if share < DUST.pm25_share_at_most else 0.0
    assert found == pytest.approx(truth, abs=0.012)


def test_grades_of_dust_are_shares_of_the_courses_that_have_one() -> None:
    visibility = np.array([[800.0], [800.0], [20_000.0], [np.nan]])
    wind = np.array([[9.0], [2.0], [9.0], [9.0]])
    found = dust_grade_probability(visibility, wind, np.ones((4, 1), bool))
    np.testing.assert_allclose(found, [[1 / 3, 1 / 3, 0, 1 / 3, 0, 0]])
    assert np.isnan(dust_grade_probability(visibility * np.nan, wind, np.ones((4, 1), bool))).all()
