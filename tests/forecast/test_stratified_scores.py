"""Scores of groups of cases: against closed forms, and against the table of scores made another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.verification.case_scores import case_scores
from forecast.verification.configuration import verification_config
from forecast.verification.quantile_levels import at_levels
from forecast.verification.strata import season_of, strata_of
from forecast.verification.stratified import stratified_scores
from forecast.verification.table import score_table
from foundation.times import start_of_day
from tests.forecast.made_hindcast import made_hindcast

CONFIG = verification_config()


def records(hindcast: xr.Dataset, baselines: tuple[str, ...] = ("persistence",)) -> list[dict[str, Any]]:
    scores = case_scores(hindcast)
    return stratified_scores(scores, strata_of(scores, "day", CONFIG), baselines)


def one(found: list[dict[str, Any]], **wanted: object) -> dict[str, Any]:
    (record,) = [r for r in found if all(r[key] == value for key, value in wanted.items())]
    return record


@pytest.fixture(scope="module")
def hindcast() -> xr.Dataset:
    return made_hindcast(days=60, seed=3, first="2015-02-10")


@pytest.fixture(scope="module")
def found(hindcast: xr.Dataset) -> list[dict[str, Any]]:
    return records(hindcast)


def test_places_agree_with_the_table_of_scores(hindcast: xr.Dataset, found: list[dict[str, Any]]) -> None:
    table = [record for record in score_table(hindcast) if record["place"] != "mean"]
    assert table
    for record in table:
        mine = one(
            found, stratum="place", id=record["place"],
            **{key: record[key] for key in ("lead_hours", "pollutant", "model")},
        )  # fmt: skip
        assert mine["n"] == record["n"]
        for key in (
            "mae",
            "rmse",
            "bias",
            "correlation",
            "crps",
            "coverage80",
            "level_hit",
            "csi150",
            "far200",
        ):
            if record[key] is None:
                assert mine[key] is None
            else:
                assert mine[key] == pytest.approx(record[key], abs=2e-6)
        if record["model"] != "persistence":
            skill = mine["skill"]["persistence"]
            for key in ("mae", "mae_low", "mae_high"):
                assert skill[key] == pytest.approx(record[key.replace("mae", "skill_mae", 1)], abs=2e-6)


def test_strata_of_a_kind_share_out_all_cases(found: list[dict[str, Any]]) -> None:
    key = {"lead_hours": 24, "pollutant": "pm25", "model": "published"}
    whole = one(found, stratum="all", **key)
    for kind in ("place", "season", "level"):
        parts = [r for r in found if r["stratum"] == kind and all(r[k] == v for k, v in key.items())]
        assert len(parts) > 1
        assert sum(part["n"] for part in parts) == whole["n"]
        mean = sum(part["n"] * part["mae"] for part in parts) / whole["n"]
        assert mean == pytest.approx(whole["mae"], abs=1e-5)


def test_a_known_bias_in_one_season_is_found_there_alone() -> None:
    hindcast = made_hindcast(days=75, seed=5, first="2015-01-20")
    season = season_of(hindcast["valid_time"].values, CONFIG.seasons)
    spring = xr.DataArray(season == 0, dims=("issue", "lead"))
    exact = xr.zeros_like(hindcast["concentration"]) + hindcast["observed"]
    hindcast["concentration"] = exact.transpose(*hindcast["concentration"].dims) + 7.0 * spring
    made = records(hindcast.drop_vars([n for n in hindcast.data_vars if str(n).startswith("aqi")]))
    for name, bias in (("dust", 7.0), ("heating", 0.0)):
        told = one(made, stratum="season", id=name, lead_hours=24, pollutant="pm25", model="published")
        assert told["bias"] == pytest.approx(bias, abs=1e-4)
        assert told["mae"] == pytest.approx(bias, abs=1e-4)


def test_skill_interval_closes_on_a_constant_ratio(hindcast: xr.Dataset) -> None:
    """Errors of exactly half the baseline's give a skill of one half in every resample."""
    halved = hindcast.copy(deep=True)
    floor = halved["concentration"].sel(model="persistence")
    better = halved["observed"] + 0.5 * (floor - halved["observed"])
    halved["concentration"].loc[{"model": "published"}] = better.transpose(*floor.dims)
    halved = halved.drop_vars([n for n in halved.data_vars if str(n).startswith("aqi")])
    told = one(records(halved), stratum="all", lead_hours=72, pollutant="pm10", model="published")
    assert told["skill"]["persistence"]["mae"] == pytest.approx(0.5)
    assert told["skill"]["persistence"]["mae_low"] == pytest.approx(0.5)
    assert told["skill"]["persistence"]["mae_high"] == pytest.approx(0.5)


def test_a_model_of_one_place_is_not_set_beside_the_pool(hindcast: xr.Dataset) -> None:
    narrow = hindcast.copy(deep=True)
    elsewhere = narrow["place"].values[1:]
    narrow["concentration"].loc[{"model": "published", "place": elsewhere}] = np.nan
    narrow = narrow.drop_vars([n for n in narrow.data_vars if str(n).startswith("aqi")])
    made = records(narrow)
    key = {"lead_hours": 24, "pollutant": "pm25", "model": "published"}
    assert not [r for r in made if r["stratum"] == "all" and all(r[k] == v for k, v in key.items())]
    assert one(made, stratum="place", id=str(narrow["place"].values[0]), **key)["n"] > 0


def test_seasons_turn_on_their_days() -> None:
    days = np.array(
        ["2016-02-29", "2016-03-01", "2016-05-31", "2016-06-01", "2015-10-09", "2015-10-10", "2016-01-01"],
        dtype="datetime64[D]",
    )
    names = [CONFIG.seasons[n].id for n in season_of(start_of_day(days), CONFIG.seasons)]
    assert names == ["heating", "dust", "dust", "other", "other", "heating", "heating"]


LEVELS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])
WANTED = np.round(np.arange(0.05, 0.951, 0.05), 2)


def test_other_levels_of_a_log_normal_are_exact() -> None:
    from scipy.stats import norm

    given = np.exp(3.0 + 0.7 * norm.ppf(LEVELS))
    np.testing.assert_allclose(at_levels(given, LEVELS, WANTED), np.exp(3.0 + 0.7 * norm.ppf(WANTED)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1e-3, 1e4), min_size=9, max_size=9))
def test_other_levels_keep_order_and_what_was_given(values: list[float]) -> None:
    given = np.sort(np.array(values))
    told = at_levels(given, LEVELS, WANTED)
    assert (np.diff(told) >= -1e-9 * told[1:]).all()
    for level, value in zip(LEVELS, given, strict=True):
        assert told[np.isclose(WANTED, level)][0] == value
