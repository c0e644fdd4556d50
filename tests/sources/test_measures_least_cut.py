"""The least cut for a target: against brute force, hand-worked cases and its own constraints."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.units import to_si
from sources.measures.analysis import Question, answer
from sources.measures.change import air_quality
from sources.measures.configuration import measures_config
from sources.measures.index_bounds import concentration_bounds, largest_concentration
from sources.measures.least_cut import Needs, cheapest, least_cut, needs_of, permitted_shares
from standards.report import air_quality_report
from tests.sources.measures_run import SOURCES, daily, write_run

STEPS = 40


def brute_force(needs: Needs, permitted: np.ndarray, cost: np.ndarray) -> float:
    """Least cost on a fine grid of shares; no less than the true least cost."""
    grid = np.array(list(itertools.product(*(np.linspace(0, one, STEPS + 1) for one in permitted))))
    meets = (needs.gain @ grid.T >= needs.need[:, None]).all(axis=0)
    return float((grid @ cost)[meets].min(initial=np.inf))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), sources=st.integers(1, 3), rows=st.integers(1, 4))
def test_no_cut_on_a_grid_is_cheaper_and_the_grid_comes_near(seed: int, sources: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    gain = random.gamma(1.0, 20.0, (rows, sources))
    permitted = random.uniform(0.1, 0.9, sources)
    cost = random.uniform(0.5, 5.0, sources)
    need = (gain @ permitted) * random.uniform(0.1, 0.8, rows)
    needs = Needs(np.zeros((rows, 3), int), need, gain)
    share = cheapest(needs, permitted, cost)
    assert not needs.unmet(share).any()
    assert (share <= permitted + 1e-12).all()
    assert (share >= 0).all()
    found, grid = float(cost @ share), brute_force(needs, permitted, cost)
    assert found <= grid + 1e-6
    assert grid <= found + float(cost @ permitted) / STEPS + 1e-9


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), sources=st.integers(1, 12))
def test_one_need_is_met_by_the_best_bargains_first(seed: int, sources: int) -> None:
    """With one constraint the programme is a fractional knapsack: sort by gain over cost."""
    random = np.random.default_rng(seed)
    gain, cost = random.gamma(1.0, 10.0, sources) + 0.1, random.uniform(0.5, 5.0, sources)
    permitted = random.uniform(0.1, 0.9, sources)
    need = float(gain @ permitted) * random.uniform(0.05, 0.95)
    expected, left = 0.0, need
    for one in np.argsort(cost / gain):
        share = min(permitted[one], left / gain[one])
        expected, left = expected + cost[one] * share, left - gain[one] * share
    share = cheapest(Needs(np.zeros((1, 3), int), np.array([need]), gain[None]), permitted, cost)
    assert float(cost @ share) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("day", ["2016-01-10", "2026-11-21"])
@pytest.mark.parametrize("index", [100, 150, 200])
@pytest.mark.parametrize("pollutant", ["pm25", "pm10", "so2", "no2", "co", "o3_8h"])
def test_bounds_are_the_last_concentrations_of_an_index(day: str, index: int, pollutant: str) -> None:
    bound = largest_concentration(day, pollutant, "day", index)
    unit = to_si(1.0, "mg m-3" if pollutant == "co" else "ug m-3", pollutant)
    step = 0.1 if pollutant == "co" else 1.0
    within = air_quality_report({pollutant: bound / unit}, day, "day")
    beyond = air_quality_report({pollutant: bound / unit + 0.51 * step}, day, "day")
    assert within.aqi is not None
    assert beyond.aqi is not None
    assert within.aqi <= index < beyond.aqi


def test_the_cut_of_a_made_run_meets_the_target_and_no_more() -> None:
    config, forecast = measures_config(), daily()
    needs = needs_of(forecast, concentration_bounds(forecast, 200))
    red = config.levels[-1]
    permitted = permitted_shares(forecast.sources, red, config)
    assert permitted[SOURCES.index("all.elsewhere")] == permitted[-1] == permitted[-2] == 0.0
    cost = np.array([2.0, 4.0, 2.0, 1.0, 0.0, 0.0])
    found = least_cut(needs, red, permitted, cost)
    assert found.feasible
    less = np.einsum("lpxds,s->lpx", forecast.responsive, found.share)
    index = air_quality(forecast, forecast.published - less).aqi
    assert index.max() <= 200
    slack = air_quality(forecast, forecast.published - 0.99 * less).aqi
    assert slack.max() > 200


def test_what_cannot_be_met_is_named(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    target = answer(run, Question(target=100))["target"]
    assert not target["reachable"]
    assert [level["level"] for level in target["levels"]] == ["blue", "yellow", "orange", "red"]
    unmet = target["levels"][-1]["unmet"]
    assert {(one["day"], one["place"], one["pollutant"]) for one in unmet} >= {
        ("2026-11-21", "urumqi", "pm25"), ("2026-11-22", "changji", "pm25")
    }  # fmt: skip
    assert all(one["index_after"] > 100 for one in unmet)
    largest = [level["largest_aqi"] for level in target["levels"]]
    assert largest == sorted(largest, reverse=True)


def test_days_before_the_measure_are_told_and_not_judged(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    target = answer(run, Question(target=100, begins="2026-11-22T00:00"))["target"]
    assert {one["day"] for one in target["before_the_measure"]} == {"2026-11-21"}
    assert {one["day"] for one in target["above"]} == {"2026-11-22"}
    assert {one["day"] for one in target["levels"][-1]["unmet"]} <= {"2026-11-22"}


def test_the_mildest_level_that_reaches_the_target_is_named(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    reached = answer(run, Question(target=200))["target"]
    assert reached["reachable"]
    assert reached["level"] == reached["levels"][-1]["level"] == "red"
    assert all(not level["feasible"] for level in reached["levels"][:-1])
    assert reached["levels"][-1]["largest_aqi"] <= 200
    easy = answer(run, Question(target=400))["target"]
    assert easy["reachable"]
    assert easy["level"] is None
    assert easy["above"] == []
    assert easy["levels"][0]["cuts"] == []


def test_a_pollutant_that_no_tag_carries_cannot_be_met() -> None:
    config, forecast = measures_config(), daily()
    ozone = forecast.pollutants.index("o3_8h")
    forecast.concentration[:, :, ozone] *= 10.0
    needs = needs_of(forecast, concentration_bounds(forecast, 150))
    found = least_cut(needs, config.levels[-1], np.ones(len(SOURCES)), np.ones(len(SOURCES)))
    unmet = needs.cell[np.flatnonzero(found.unmet)]
    assert not found.feasible
    assert ozone in unmet[:, 2]


def test_the_target_may_be_held_at_another_quantile() -> None:
    forecast = daily()
    bounds = concentration_bounds(forecast, 200)
    middle, high = (needs_of(forecast, bounds, one) for one in (0.5, 0.95))
    rows = {tuple(cell): number for number, cell in enumerate(high.cell)}
    for number, cell in enumerate(middle.cell):
        assert high.need[rows[tuple(cell)]] > middle.need[number]
        assert high.gain[rows[tuple(cell)]] == pytest.approx(1.3 * middle.gain[number])
