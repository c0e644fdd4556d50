"""The table of scores: the same cases for all models, means over places, plain values."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import scores.continuous
import scores.probability
import xarray as xr

from forecast.verification.presentation import format_by_lead, format_table, verify_against_persistence
from forecast.verification.table import score_table
from foundation.errors import ContractError

LEVELS = np.round(np.arange(1, 20) / 20, 2)
MODELS = ("persistence", "published", "other")
PLACES = ("urumqi", "changji", "shihezi")
LEADS = (24, 48)
CELL = ("model", "issue", "lead", "place")


def hindcast(issues: int = 40, seed: int = 0, spread: float = 10.0) -> xr.Dataset:
    """Forecasts of two pollutants and of the index around an invented truth; nothing is missing."""
    generator = np.random.default_rng(seed)
    shape = (len(MODELS), issues, len(LEADS), len(PLACES))
    truth = generator.gamma(4.0, 35.0, (*shape[1:], 2))
    offsets = spread * (LEVELS - 0.5) * 4
    centre = truth + generator.normal(0, 20, (*shape, 2))
    primary = generator.random((*shape, 2)) < 0.5
    time = np.datetime64("2015-11-01T16", "ns") + np.arange(issues) * np.timedelta64(1, "D")
    return xr.Dataset(
        {
            "concentration": ((*CELL, "pollutant", "quantile"), centre[..., None] + offsets),
            "observed": ((*CELL[1:], "pollutant"), truth),
            "aqi": ((*CELL, "quantile"), np.clip(centre[..., :1] + offsets, 0, 500)),
            "aqi_observed": (CELL[1:], np.clip(np.ceil(truth[..., 0]), 0, 500)),
            "primary": ((*CELL, "pollutant"), primary),
            "primary_observed": ((*CELL[1:], "pollutant"), primary[0]),
            "range_low": (CELL, np.clip(centre[..., 0] - 15, 0, 500)),
            "range_high": (CELL, np.clip(centre[..., 0] + 15, 0, 500)),
        },
        {
            "model": list(MODELS),
            "issue": time,
            "lead": list(LEADS),
            "place": list(PLACES),
            "pollutant": ["pm25", "pm10"],
            "quantile": LEVELS,
            "valid_time": (
                ("issue", "lead"),
                time[:, None] + np.array(LEADS)[None] * np.timedelta64(1, "h"),
            ),
        },
    )


def record(table: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    found = [row for row in table if all(row[key] == value for key, value in wanted.items())]
    assert len(found) == 1
    return found[0]


def one(place: str = "urumqi", lead: int = 24, pollutant: str = "pm25", model: str = "published") -> dict:
    return {"place": place, "lead_hours": lead, "pollutant": pollutant, "model": model}


@pytest.fixture(scope="module")
def whole() -> tuple[xr.Dataset, list[dict[str, Any]]]:
    data = hindcast()
    return data, score_table(data)


def test_one_record_each_and_only_plain_values(whole: Any) -> None:
    _, table = whole
    assert len(table) == (len(PLACES) + 1) * len(LEADS) * 3 * len(MODELS)
    assert json.loads(json.dumps(table, allow_nan=False)) == table
    assert {tuple(row) for row in table} == {tuple(table[0])}
    assert record(table, **one())["place_chinese"] == "乌鲁木齐"
    assert record(table, **one(place="mean"))["place_chinese"] == "平均"


def test_scores_are_those_of_the_library_on_one_series(whole: Any) -> None:
    data, table = whole
    got = record(table, **one(place="changji", lead=48, pollutant="pm10"))
    series = {"lead": 48, "place": "changji", "pollutant": "pm10"}
    forecast = data["concentration"].sel(model="published", **series)
    observed = data["observed"].sel(**series)
    median = forecast.sel(quantile=0.5)
    crps = scores.probability.crps_for_ensemble(forecast, observed, "quantile", method="ecdf")
    assert got["n"] == 40
    assert got["mae"] == pytest.approx(float(scores.continuous.mae(median, observed)), abs=1e-6)
    assert got["rmse"] == pytest.approx(float(scores.continuous.rmse(median, observed)), abs=1e-6)
    assert got["crps"] == pytest.approx(float(crps), abs=1e-6)
    assert got["correlation"] == pytest.approx(np.corrcoef(median, observed)[0, 1], abs=1e-6)
    bounds = forecast.sel(quantile=[0.1, 0.9]).values
    inside = ((bounds[:, 0] <= observed.values) & (observed.values <= bounds[:, 1])).mean()
    assert got["coverage80"] == pytest.approx(inside, abs=1e-6)
    assert got["mae_low"] < got["mae"] < got["mae_high"]


def test_a_case_missing_in_one_model_is_dropped_for_all() -> None:
    data = hindcast(issues=20)
    data["concentration"][2, 3, 0, 0, 0, 9] = np.nan  # the median of `other`
    data["concentration"][1, 4, 0, 0, 0, 2] = np.nan  # one quantile of `published`
    data["observed"][5, 0, 0, 0] = np.nan
    table = score_table(data)
    got = [record(table, **one(model=model)) for model in MODELS]
    kept = [issue for issue in range(20) if issue not in (3, 4, 5)]
    series = {"lead": 0, "place": 0, "pollutant": 0}
    for model, row in enumerate(got):
        forecast = data["concentration"].isel(model=model, quantile=9, issue=kept, **series).values
        truth = data["observed"].isel(issue=kept, **series).values
        assert row["n"] == 17
        assert row["mae"] == pytest.approx(np.abs(forecast - truth).mean(), abs=1e-6)
    assert record(table, **one(lead=48))["n"] == 20
    assert record(table, **one(pollutant="pm10"))["n"] == 20


def test_a_model_of_one_city_does_not_empty_the_others() -> None:
    data = hindcast(issues=20)
    data["concentration"][2, :, :, 1:] = np.nan
    table = score_table(data)
    assert record(table, **one(place="changji"))["n"] == 20
    elsewhere = record(table, **one(place="changji", model="other"))
    assert (elsewhere["n"], elsewhere["mae"], elsewhere["crps"]) == (0, None, None)
    assert record(table, **one(model="other"))["mae"] is not None
    mean = record(table, **one(place="mean", model="other"))
    assert (mean["n"], mean["mae"], mean["skill_mae"], mean["mae_low"]) == (0, None, None, None)
    assert record(table, **one(place="mean"))["n"] == 60


def test_a_model_without_a_distribution_is_scored_by_its_point() -> None:
    data = hindcast(issues=20)
    kept = data["concentration"][2, ..., 9].copy()
    data["concentration"][2] = np.nan
    data["concentration"][2, ..., 9] = kept
    table = score_table(data)
    row = record(table, **one(model="other"))
    assert row["n"] == 20
    assert row["mae"] is not None
    assert (row["crps"], row["coverage80"]) == (None, None)
    assert record(table, **one())["crps"] is not None
    assert record(table, **one(place="mean", model="other"))["crps"] is None


def test_a_place_without_measurements_has_none_and_does_not_crash() -> None:
    data = hindcast(issues=20)
    data["observed"][:, :, 1] = np.nan
    data["aqi_observed"][:, :, 1] = np.nan
    table = score_table(data)
    for pollutant in ("pm25", "aqi"):
        row = record(table, **one(place="changji", pollutant=pollutant))
        assert row["n"] == 0
        numbers = {k: v for k, v in row.items() if k not in one() and not k.startswith("place")}
        assert not any(numbers.values())
        assert row["mae"] is row["mae_low"] is row["skill_mae"] is row["csi150"] is None
    mean = record(table, **one(place="mean"))
    both = [record(table, **one(place=place))["mae"] for place in ("urumqi", "shihezi")]
    assert mean["mae"] == pytest.approx(np.mean(both), abs=1e-6)
    assert mean["n"] == 40


def test_no_issue_at_all() -> None:
    table = score_table(hindcast(issues=20).isel(issue=slice(0, 0)))
    assert {row["n"] for row in table} == {0}
    assert {row["mae"] for row in table} == {None}


def test_the_mean_weighs_places_alike_and_adds_up_events(whole: Any) -> None:
    _, table = whole
    rows = [record(table, **one(place=place, pollutant="aqi")) for place in PLACES]
    mean = record(table, **one(place="mean", pollutant="aqi"))
    for name in ("mae", "rmse", "bias", "correlation", "crps", "coverage80", "level_hit", "primary_hit"):
        assert mean[name] == pytest.approx(np.mean([row[name] for row in rows]), abs=2e-6)
    hits, misses = (sum(row[name] for row in rows) for name in ("hits150", "misses150"))
    assert (mean["hits150"], mean["misses150"]) == (hits, misses)
    assert mean["pod150"] == pytest.approx(hits / (hits + misses), abs=1e-6)


def test_skill_is_against_persistence_and_its_interval_is_of_the_pair(whole: Any) -> None:
    _, table = whole
    floor, row = record(table, **one(model="persistence")), record(table, **one())
    assert row["skill_mae"] == pytest.approx(1 - row["mae"] / floor["mae"], abs=1e-6)
    assert floor["skill_mae"] == floor["skill_mae_low"] == floor["skill_mae_high"] == 0.0
    assert row["skill_mae_low"] < row["skill_mae"] < row["skill_mae_high"]
    better = hindcast()
    better["concentration"][1] = better["observed"] + (better["concentration"][0] - better["observed"]) / 2
    halved = record(score_table(better), **one(place="mean"))
    # half of every error of the floor: the skill is one half in every resample
    assert [halved[name] for name in ("skill_mae", "skill_mae_low", "skill_mae_high")] == [0.5, 0.5, 0.5]


def test_without_persistence_there_is_no_skill() -> None:
    table = score_table(hindcast(issues=10).sel(model=["published", "other"]))
    assert {row["skill_mae"] for row in table} == {None}


def test_persistence_without_error_leaves_skill_undefined() -> None:
    data = hindcast(issues=10)
    data["concentration"][0] = data["observed"]
    assert record(score_table(data), **one())["skill_mae"] is None


def test_a_perfect_forecast_of_the_index() -> None:
    data = hindcast(issues=30)
    data["aqi"][:] = data["aqi_observed"]
    data["range_low"][:] = data["aqi_observed"]
    data["range_high"][:] = data["aqi_observed"]
    row = record(score_table(data), **one(pollutant="aqi", model="persistence"))
    assert [row[name] for name in ("mae", "rmse", "bias", "crps")] == [0.0] * 4
    names = (
        "correlation",
        "coverage80",
        "csi150",
        "pod150",
        "csi200",
        "level_hit",
        "primary_hit",
        "range_hit",
    )
    assert [row[name] for name in names] == [1.0] * 8
    assert (row["far150"], row["misses150"], row["false_alarms200"]) == (0.0, 0, 0)
    assert row["hits150"] == int((data["aqi_observed"].isel(lead=0, place=0) > 150).sum())


def test_the_table_is_the_same_every_time_and_in_any_order_of_dimensions(whole: Any) -> None:
    data, table = whole
    assert score_table(data) == table
    assert score_table(data.transpose("quantile", "place", "issue", ...)) == table


def test_only_concentrations_are_needed() -> None:
    table = score_table(hindcast(issues=10)[["concentration", "observed"]])
    assert {row["pollutant"] for row in table} == {"pm25", "pm10"}


def spoilt(**change: Any) -> xr.Dataset:
    return hindcast(issues=10).assign(**change)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (hindcast(issues=10).drop_vars("aqi_observed"), "expected 'aqi' and 'aqi_observed' together"),
        (hindcast(issues=10).drop_vars(["aqi", "aqi_observed"]), "'primary' needs 'aqi'"),
        (hindcast(issues=10).isel(model=0, drop=True), r"expected dimensions \('model', .*, got"),
        (hindcast(issues=10).drop_sel(quantile=0.5), "expected the quantile 0.5, got 0.05"),
        (hindcast(issues=10).drop_sel(quantile=0.1), "expected the quantile 0.1, got 0.05"),
        (hindcast(issues=10).isel(issue=[0, 1, 1]), "issue 2015-11-02 .* comes twice"),
        (hindcast(issues=10).isel(place=[0, 0]), "place urumqi comes twice"),
        (hindcast(issues=10).drop_vars("observed"), "'observed' is missing; got"),
        (spoilt(concentration=hindcast(issues=10)["concentration"] / 0.0), "finite values, got infinity"),
        (spoilt(aqi_observed=hindcast(issues=10)["aqi_observed"] + 900.0), "at most 500, got"),
    ],
)
def test_a_wrong_hindcast_is_refused_in_one_line(data: xr.Dataset, message: str) -> None:
    with pytest.raises(ContractError, match=message) as caught:
        score_table(data)
    assert "\n" not in str(caught.value)


def test_the_summary_counts_places_that_are_better(whole: Any) -> None:
    data, _ = whole
    data = data.copy(deep=True)
    error = data["concentration"][0] - data["observed"]
    factor = xr.DataArray([0.5, 0.5, 1.5], dims="place")
    data["concentration"][1] = data["observed"] + error * factor
    summary = verify_against_persistence(score_table(data))
    assert {row["model"] for row in summary} == {"published", "other"}
    row = next(
        r for r in summary if (r["model"], r["pollutant"], r["lead_hours"]) == ("published", "pm25", 24)
    )
    assert (row["places"], row["places_better"], row["n"]) == (3, 2, 120)
    mae = [float(abs(error.sel(quantile=0.5)).mean("issue")[0, place, 0]) for place in range(3)]
    expected = 1 - (0.5 * mae[0] + 0.5 * mae[1] + 1.5 * mae[2]) / sum(mae)
    assert row["skill_mae"] == pytest.approx(expected, abs=1e-5)


def test_a_markdown_table() -> None:
    rows = [
        {
            "place_chinese": "五家渠",
            "lead_hours": 24,
            "model": "a|b",
            "n": 118,
            "mae": 33.649,
            "skill_mae": 0.034,
        },
        {"place_chinese": "平均", "lead_hours": 168, "model": "c", "n": 0, "mae": None, "skill_mae": -0.004},
    ]
    shown = format_table(rows, ("place_chinese", "lead_hours", "model", "n", "mae", "skill_mae"))
    assert shown.splitlines() == [
        "| 地点   | 时效 lead/h | 模型 model | 样本 n |  MAE | 技巧 skill |",
        "| ------ | ----------: | ---------- | -----: | ---: | ---------: |",
        "| 五家渠 |          24 | a\\|b       |    118 | 33.6 |       0.03 |",
        "| 平均   |         168 | c          |      0 |    – |       0.00 |",
    ]


def test_a_table_by_lead(whole: Any) -> None:
    _, table = whole
    lines = format_by_lead(table, "mae").splitlines()
    assert lines[0].split("|")[1:4] == [" MAE pm25    ", " +24 h ", " +48 h "]
    assert [line.split("|")[1].strip() for line in lines[2:]] == list(MODELS)
    expected = record(table, **one(place="mean", lead=48, model="other"))["mae"]
    assert lines[4].split("|")[3].strip() == f"{expected:.1f}"


def test_tables_without_records_have_only_a_head() -> None:
    assert len(format_table([]).splitlines()) == 2
    assert len(format_by_lead([]).splitlines()) == 2
    assert verify_against_persistence([]) == []
