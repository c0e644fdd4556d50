"""City days: weather where it may be believed, first weights from elsewhere, lines beside a hindcast."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr

from forecast.baselines.persistence import DampedPersistence
from forecast.candidates import among_candidates, verified
from forecast.configuration import forecast_config
from forecast.hindcast import Judged, hindcast
from forecast.history import targets
from forecast.learned import NAME
from forecast.learned.building import new_network
from forecast.learned.configuration import CorrectionConfig, NetworkConfig, WindowsConfig
from forecast.learned.ensemble import ask
from forecast.learned.normalisation import Normalisation, fit_normalisation
from forecast.learned.panel import Panel
from forecast.learned.windows import Cutter
from forecast.models import PUBLISHED, STATISTICAL
from forecast.prediction import predict
from forecast.series import day_history
from forecast.verification.table import score_table
from foundation.configuration import load
from foundation.errors import ConfigurationError, ContractError, InputError
from foundation.pollutants import DAILY
from foundation.times import DAY, HOUR, beijing_day, start_of_day
from training.calibrating import as_usual
from training.city_days import (
    WEATHER_NAMES,
    beijing_days,
    city_panel,
    day_panel,
    with_weather,
    without_weather,
)
from training.city_hindcast import LEADS, beside
from training.configuration import FitConfig, Recipe
from training.ensemble import Cases
from training.experiment import ExperimentConfig, run_experiment
from training.outcome import document_of, trained_until
from training.past import PastConfig, past_of, rolling_medians
from training.pretraining import Elsewhere, PretrainingConfig, first_weights, in_time
from training.splitting import SplitConfig

EXPERIMENTS = Path(__file__).parents[2] / "configs" / "experiments"
PLACES = ("urumqi", "changji", "kashgar")
FIRST = np.datetime64("2014-10-01")
TINY = NetworkConfig(
    windows=WindowsConfig(steps_per_day=1, fine=3, block=2, blocks=1, memory=7, horizon=7),
    width=8, heads=2, rounds=1, lead_width=8, dropout=0.0,
)  # fmt: skip
HOURS = NetworkConfig(
    windows=WindowsConfig(steps_per_day=24, fine=3, block=2, blocks=1, memory=7, horizon=7), width=8, heads=2
)
FIT = FitConfig(epochs=1, batch=32, leads_drawn=3, hold_out=False)


def _places(days: int = 120, places: tuple[str, ...] = PLACES, seed: int = 0) -> xr.Dataset:
    """Daily means in kg m-3 that come back to their usual level within some days."""
    random = np.random.default_rng(seed)
    level = np.zeros((days, len(places), len(DAILY)))
    for day in range(1, days):
        level[day] = 0.7 * level[day - 1] + random.normal(0, 0.3, level.shape[1:])
    values = np.exp(level + 4.0) * 1e-9
    values[5, 0] = np.nan
    times = start_of_day(FIRST + np.arange(days))
    return xr.Dataset(
        {name: (("time", "place"), values[..., number]) for number, name in enumerate(DAILY)},
        {"time": times, "place": list(places)}, {"averaging": "day"},
    )  # fmt: skip


def _weather(days: int) -> pd.DataFrame:
    """Each variable counts the days, so that a shift by one shows."""
    index = pd.date_range(str(FIRST), periods=days)
    return pd.DataFrame({name: np.arange(days, dtype=float) for name in WEATHER_NAMES}, index=index)


def test_a_row_is_of_the_day_that_ends_at_its_issue_and_gaps_stay() -> None:
    panel = day_panel(_places())
    assert panel.times[0] == start_of_day(FIRST) + DAY
    assert np.isnan(panel.recent[5, 0]).all()
    np.testing.assert_allclose(
        np.exp(panel.recent[7, 1, 0]), _places()["pm25"].values[7, 1] * 1e9, rtol=1e-12
    )


def test_hours_are_refused() -> None:
    with pytest.raises(InputError, match="hourly"):
        day_panel(_places().assign_attrs(averaging="hour"))


def test_weather_is_that_of_the_day_judged_and_only_near_its_station() -> None:
    panel = with_weather(day_panel(_places()), _weather(120), perfect=True)
    issues = np.array([20, 60])
    assert panel.ahead is not None
    assert panel.ahead.perfect
    ahead = panel.ahead.of(issues, LEADS)
    np.testing.assert_array_equal(ahead[:, :, 0, 0], issues[:, None] + LEADS)
    np.testing.assert_array_equal(panel.weather[issues, 1, 2], issues)
    assert np.isnan(panel.weather[:, 2]).all()
    assert np.isnan(ahead[:, :, 2]).all()
    assert with_weather(day_panel(_places()), _weather(120), perfect=False).ahead is None


def test_in_the_afternoon_the_weather_of_the_day_is_not_known_yet() -> None:
    afternoon = start_of_day(FIRST + 100) + 16 * HOUR
    panel = with_weather(day_panel(_places(), afternoon), _weather(120), perfect=True)
    assert panel.delay == 1
    assert panel.ahead is not None
    np.testing.assert_array_equal(panel.weather[50, 0], np.full(4, 49.0))
    np.testing.assert_array_equal(panel.ahead.of(np.array([50]), np.array([1]))[0, 0, 0], np.full(4, 51.0))


def test_short_gaps_of_weather_are_bridged_and_long_ones_stay() -> None:
    table = _weather(120)
    table.iloc[10:12] = np.nan
    table.iloc[30:40] = np.nan
    panel = with_weather(day_panel(_places()), table, perfect=False)
    np.testing.assert_allclose(panel.weather[10:12, 0, 0], [10.0, 11.0])
    assert np.isnan(panel.weather[33:40, 0]).all()


def test_perfect_weather_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="perfect weather"):
        city_panel(tmp_path, perfect_weather=True)


def _elsewhere() -> PretrainingConfig:
    return PretrainingConfig(files=".", until="2014-12-31", fit=FIT)


def _far(days: int = 90) -> Panel:
    where = np.array([[116.3, 39.9], [116.5, 40.1]])
    return day_panel(_places(days, ("one", "two"), seed=3), positions=where)


def test_first_weights_are_fitted_elsewhere_and_carry_the_scales_of_the_record_to_come() -> None:
    panel = day_panel(_places())
    scales = fit_normalisation(panel, np.arange(80))
    recipe = Recipe(network=TINY, fit=FIT, seeds=(0, 1))
    first = first_weights(_elsewhere(), recipe, _far(), scales, Elsewhere())
    for weights in first:
        carried = next(value for name, value in weights.items() if name.endswith("head.scales"))
        np.testing.assert_allclose(carried.numpy(), [scales.mean, scales.deviation], rtol=1e-6)
    name = next(name for name in first[0] if name.endswith("weight"))
    assert not np.allclose(first[0][name], first[1][name])
    again = first_weights(_elsewhere(), recipe, _far(), scales, Elsewhere())
    np.testing.assert_array_equal(first[0][name], again[0][name])


def test_first_weights_need_the_weather_that_the_network_expects() -> None:
    panel = with_weather(day_panel(_places()), _weather(120), perfect=False)
    scales = fit_normalisation(panel, np.arange(80))
    recipe = Recipe(network=TINY, fit=FIT, seeds=(0,))
    with pytest.raises(ContractError, match="weather"):
        first_weights(_elsewhere(), recipe, _far(), scales, Elsewhere())
    silent = without_weather(_far(), WEATHER_NAMES)
    assert len(first_weights(_elsewhere(), recipe, silent, scales, Elsewhere())) == 1


def test_nothing_of_elsewhere_is_from_after_the_training() -> None:
    other = _far()
    assert in_time(_elsewhere(), other.times[-1], other) is other
    with pytest.raises(ConfigurationError, match="trained until"):
        in_time(_elsewhere(), other.times[-2], other)
    with pytest.raises(ConfigurationError, match="no other stations"):
        in_time(_elsewhere(), other.times[-1], None)


def test_an_experiment_begins_with_what_was_learned_elsewhere() -> None:
    panel = day_panel(_places(160))
    given = ExperimentConfig.model_validate(
        {
            "name": "x", "chinese": "x", "english": "x", "kind": "day", "data": {"dataset": "city-days"},
            "network": TINY, "fit": FIT, "seeds": (0, 1), "split": SplitConfig(train=0.6, validate_share=0.2),
        }
    )  # fmt: skip
    plain = run_experiment(given, panel)
    begun = run_experiment(given.model_copy(update={"pretraining": _elsewhere()}), panel, other=_far())
    name = next(name for name in plain.ensemble.fitted[0].weights if name.endswith("weight"))
    assert not np.allclose(plain.ensemble.fitted[0].weights[name], begun.ensemble.fitted[0].weights[name])
    assert plain.since == panel.times[0]


@pytest.fixture(scope="module")
def base() -> xr.Dataset:
    judged = Judged(start_of_day(FIRST + 100), start_of_day(FIRST + 106))
    return hindcast(_places(), judged, forecast_config())


def test_a_line_equal_to_another_gets_its_scores_and_a_true_one_has_no_error(base: xr.Dataset) -> None:
    dims = ("issue", "lead", "place", "pollutant", "quantile")
    same = base["concentration"].sel(model=PUBLISHED).transpose(*dims).values
    truth = base["observed"].transpose(*dims[:-1]).values[..., None]
    joined = beside(base, {NAME: same, "truth": np.where(np.isfinite(truth), truth, same)}, forecast_config())
    table = {
        (record["model"], record["lead_hours"]): record
        for record in score_table(joined)
        if record["pollutant"] == "pm25" and record["place"] == "mean"
    }
    for lead in (24, 96, 168):
        assert table[NAME, lead]["mae"] == pytest.approx(table[PUBLISHED, lead]["mae"])
        assert table[NAME, lead]["crps"] == pytest.approx(table[PUBLISHED, lead]["crps"])
        assert table["truth", lead]["mae"] == pytest.approx(0, abs=1e-9)
    assert "aqi" in joined
    assert joined["aqi"].sel(model=NAME).equals(joined["aqi"].sel(model=PUBLISHED).assign_coords(model=NAME))


def test_a_candidate_that_knows_all_is_published_and_one_that_is_silent_changes_nothing() -> None:
    config = forecast_config()
    history = day_history(_places(), "pm25", start_of_day(FIRST + 120), carry=3)
    prediction = predict(history, LEADS, config)
    truth = targets(prediction.history, prediction.issues, LEADS)
    known = among_candidates(prediction, truth, config)
    assert (known.weights[-20:, :, -1] > 0.25).all()
    usual = [name in config.combination.fallback for name in prediction.candidates]
    np.testing.assert_array_equal(known.weights[-20:, :, :-1][..., ~np.array(usual)], 0.0)
    np.testing.assert_array_equal(known.of(STATISTICAL), prediction.of(PUBLISHED))
    assert verified(prediction, truth)
    nothing = np.full_like(truth, np.nan)
    silent = among_candidates(prediction, nothing, config)
    np.testing.assert_allclose(silent.of(PUBLISHED), prediction.of(PUBLISHED), equal_nan=True)
    assert not silent.weights[..., -1].any()
    assert not verified(prediction, nothing)


def test_a_candidate_weighs_nothing_before_half_of_its_past_is_verified() -> None:
    config = forecast_config()
    history = day_history(_places(), "pm25", start_of_day(FIRST + 120), carry=3)
    prediction = predict(history, LEADS, config)
    late = targets(prediction.history, prediction.issues, LEADS)
    late[:-20] = np.nan
    joined = among_candidates(prediction, late, config)
    assert not joined.weights[..., -1].any()
    assert not verified(prediction, late)


def test_a_candidate_is_joined_only_where_the_combination_was_made() -> None:
    config = forecast_config()
    history = day_history(_places(300), "pm25", start_of_day(FIRST + 300), carry=3)
    whole, last = (predict(history, LEADS, config, days_judged=days) for days in (None, 1))
    truth = targets(history, whole.issues, LEADS)
    joined = [among_candidates(one, truth, config) for one in (whole, last)]
    np.testing.assert_array_equal(joined[0].weights[-1], joined[1].weights[-1])
    assert np.isnan(joined[1].of(PUBLISHED)[0]).all()


@pytest.mark.real_data
def test_the_files_give_what_they_are_known_to_hold(real_data: Path) -> None:
    panel = city_panel(
        real_data / "observations" / "city_daily", real_data / "weather" / "urumqi_daily.csv",
        perfect_weather=True,
    )  # fmt: skip
    assert len(panel.stations) == 15
    believed = np.isfinite(panel.weather).all(axis=-1).any(axis=0)
    near = {"urumqi", "changji", "shihezi", "wujiaqu"}
    assert near <= {name for name, there in zip(panel.stations, believed, strict=True) if there}
    assert believed.sum() <= 5
    row = int(np.flatnonzero(panel.times == start_of_day(np.datetime64("2013-12-04")) + DAY)[0])
    assert np.exp(panel.recent[row, panel.stations.index("urumqi"), 0]) == pytest.approx(69.9)


@pytest.mark.real_data
def test_days_of_beijing_have_the_pollutants_of_the_cities(real_data: Path) -> None:
    folder = real_data / "observations" / "uci_beijing"
    one = next(folder.glob("*Dingling*"))
    panel = beijing_days(one, start_of_day(np.datetime64("2014-03-01")))
    assert panel.pollutants == DAILY
    assert panel.positions.shape == (1, 2)
    assert panel.times[-1] == start_of_day(np.datetime64("2014-03-01"))
    assert 20 < np.exp(np.nanmean(panel.recent[..., 0])) < 90


@pytest.mark.parametrize("name", ["city-days", "city-days-measured-weather", "city-days-perfect-weather"])
def test_the_shipped_experiments_are_sound_and_judge_nothing_they_were_trained_on(name: str) -> None:
    experiment = load(ExperimentConfig, EXPERIMENTS / f"{name}.yaml")
    assert experiment.split.validate_until == "2015-10-25"
    assert experiment.data.perfect_weather == (name == "city-days-perfect-weather")
    assert (experiment.data.weather is None) == (name == "city-days")
    assert experiment.network.correction is not None


def _corrected(trust: float) -> NetworkConfig:
    windows = WindowsConfig(steps_per_day=1, fine=3, block=2, blocks=1, memory=30, horizon=7)
    return TINY.model_copy(
        update={"windows": windows, "correction": CorrectionConfig(decay=0.9, trust=trust)}
    )


def _medians(shape: NetworkConfig, panel: Panel, scales: Normalisation, issues: np.ndarray) -> np.ndarray:
    network = new_network(shape, scales, seed=3).eval()
    with torch.no_grad():
        network.towers[0].head.out.weight.mul_(20)
    said = ask([network], Cutter(panel, shape.windows, scales), issues, LEADS)
    return np.log(said.quantiles[..., shape.levels.index(0.5)])


def test_a_network_that_corrects_says_the_same_at_every_level() -> None:
    panel = day_panel(_places(places=PLACES[1:]))
    scales, issues = fit_normalisation(panel, np.arange(120)), np.array([50, 80, 110])
    usual = _medians(_corrected(1.0), panel, scales, issues)
    higher = replace(panel, recent=panel.recent + 1.3)
    np.testing.assert_allclose(_medians(_corrected(1.0), higher, scales, issues), usual + 1.3, atol=2e-5)
    level = _medians(TINY, panel, scales, issues)
    assert np.abs(_medians(TINY, higher, scales, issues) - level - 1.3).max() > 0.05


def test_a_network_that_corrects_does_not_know_the_season() -> None:
    panel = with_weather(day_panel(_places(places=PLACES[1:])), _weather(120), perfect=True)
    scales, issues = fit_normalisation(panel, np.arange(120)), np.array([50, 80])
    later = replace(panel, times=panel.times + 182 * DAY)
    usual = _medians(_corrected(1.0), panel, scales, issues)
    np.testing.assert_allclose(_medians(_corrected(1.0), later, scales, issues), usual, atol=1e-5)


def test_without_trust_a_correction_leaves_damped_persistence() -> None:
    places = _places(places=PLACES[1:])
    panel, issues = day_panel(places), np.array([50, 80, 110])
    scales = fit_normalisation(panel, np.arange(120))
    damped = DampedPersistence(memory_days=30, decay=0.9)
    history = day_history(places, "pm25", panel.times[-1], carry=0)
    expected = damped.predict(history, issues, LEADS)
    said = _medians(_corrected(1e-6), panel, scales, issues)[..., 0]
    np.testing.assert_allclose(said, expected, atol=1e-4)
    halves = _medians(_corrected(0.5), panel, scales, issues)[..., 0]
    whole = _medians(_corrected(1.0), panel, scales, issues)[..., 0]
    np.testing.assert_allclose(halves, (whole + expected) / 2, atol=1e-4)


def test_what_all_cases_lack_is_usual_only_where_no_case_is_whole() -> None:
    quantiles, observed = np.ones((2, 1, 2, 1, 3)), np.ones((2, 1, 2, 1))
    bare = as_usual(Cases(quantiles, observed, np.array([[8, 9], [8, 8]])))
    np.testing.assert_array_equal(bare.flags, [[0, 1], [0, 0]])
    whole = Cases(quantiles, observed, np.array([[0, 8], [8, 8]]))
    assert as_usual(whole) is whole


def test_a_rolling_fit_sees_nothing_after_its_origin_and_says_nothing_before_the_first() -> None:
    panel, recipe = day_panel(_places(90)), Recipe(network=TINY, fit=FIT, seeds=(0,))
    medians = rolling_medians(panel, recipe, [50, 70])
    assert np.isnan(medians[:50]).all()
    assert np.isfinite(medians[50:]).all()
    other = replace(panel, recent=panel.recent.copy(), target=panel.target.copy())
    other.recent[61:] += 1.0
    other.target[61:] += 1.0
    np.testing.assert_array_equal(rolling_medians(other, recipe, [50, 70])[50:61], medians[50:61])


def test_the_past_begins_at_its_day_and_each_fit_follows_in_months() -> None:
    times = day_panel(_places(200)).times
    rows = PastConfig(begins="2014-11-15", every_months=2).origins(times, 190)
    days = [str(beijing_day(times[row])) for row in rows]
    assert days == ["2014-11-15", "2015-01-01", "2015-03-01"]
    assert PastConfig(begins="2014-11-15", every_months=2).origins(times, rows[1] - 1) == rows[:1]
    for begins in ("2014-09-01", "2015-09-01"):
        with pytest.raises(ConfigurationError, match="expected a day from 2014-10-03 to"):
            PastConfig(begins=begins).origins(times, 190)


def test_the_past_learns_elsewhere_nothing_measured_after_its_first_fit() -> None:
    panel, far = day_panel(_places(120)), _far(90)
    config = PastConfig(begins="2014-12-01", seeds=(0,))
    several_steps = FIT.model_copy(update={"batch": 8})
    elsewhere = _elsewhere().model_copy(update={"validate_share": 0.3, "fit": several_steps})
    wanted = (Recipe(network=TINY, fit=FIT, seeds=(5, 6)), elsewhere)
    past = past_of(config, wanted, panel, 100, far)
    assert past.begins == start_of_day(np.datetime64("2014-12-01"))
    assert past.medians.shape == (101 - int(np.searchsorted(panel.times, past.begins)), 7, 3, len(DAILY))
    later = replace(far, recent=far.recent.copy(), target=far.target.copy())
    later.recent[far.times > past.begins] += 1.0
    later.target[far.times > past.begins - DAY] += 1.0
    np.testing.assert_array_equal(past_of(config, wanted, panel, 100, later).medians, past.medians)
    earlier = replace(far, recent=far.recent + 1.0 * (np.arange(90) % 2)[:, None, None])
    assert not np.array_equal(past_of(config, wanted, panel, 100, earlier).medians, past.medians)
    parts = {name: getattr(far, name)[65:] for name in ("recent", "target", "times", "weather")}
    only_later = replace(far, **parts)
    with pytest.raises(ConfigurationError, match="nothing was measured elsewhere"):
        past_of(config, wanted, panel, 100, only_later)


def test_a_release_says_from_when_its_past_is() -> None:
    panel = day_panel(_places(160))
    given = ExperimentConfig.model_validate(
        {
            "name": "x", "chinese": "x", "english": "x", "kind": "day", "data": {"dataset": "city-days"},
            "network": TINY, "fit": FIT, "seeds": (0, 1), "split": SplitConfig(train=0.6, validate_share=0.2),
            "past": {"begins": "2014-12-15", "every_months": 1, "seeds": [0]},
        }
    )  # fmt: skip
    told: list[set[str]] = []
    made = run_experiment(given, panel, told=lambda _number, entry: told.append(set(entry)))
    assert sum(any(name.startswith("past_") for name in one) for one in told) == 3
    assert made.past is not None
    document = document_of(made, given, synthetic=True)
    assert document.past_from == "2014-12-14T16:00:00Z"
    until = trained_until(made.ensemble.data)
    assert made.past.begins + (len(made.past.medians) - 1) * DAY == until
    with pytest.raises(ValueError, match="past: only for days"):
        ExperimentConfig.model_validate(given.model_dump() | {"kind": "hour", "network": HOURS.model_dump()})
