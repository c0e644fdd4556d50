"""The published benchmark: its cases, its scores, its table, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from forecast.learned.configuration import LEVELS
from foundation.errors import ConfigurationError, InputError, RunError
from tests.flows.command import bogda
from tests.training.made_uci import STATIONS, write_files
from training.benchmark.configuration import Bound, benchmark_config
from training.benchmark.differences import differences
from training.benchmark.kept import Kept, kept_in
from training.benchmark.rivals import Rivals
from training.benchmark.scores import Entry, judge, mean_of_quantiles
from training.benchmark.table import Wanted, benchmark
from training.uci_beijing import LEADS, beijing_panel, pm25_history, protocol_of

HOURS = 1500


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(tmp_path_factory.mktemp("uci"), HOURS)


def test_the_panel_holds_what_the_files_say(files: Path) -> None:
    panel = beijing_panel(files)
    assert panel.recent.shape == (HOURS, len(STATIONS), 6)
    assert panel.stations == ("1003A", "1006A", "1008A")
    assert panel.times[0] == np.datetime64("2013-02-28T16:00")
    table = pd.read_csv(files / "PRSA_Data_Shunyi.csv")
    np.testing.assert_allclose(np.exp(panel.recent[:, 2, 0]), table["PM2.5"], rtol=1e-9)
    np.testing.assert_allclose(np.exp(panel.recent[:, 2, 4]), np.maximum(table["CO"] / 1000, 0.05), rtol=1e-9)
    np.testing.assert_allclose(panel.weather[:, 2, 0] - 273.15, table["TEMP"], atol=1e-9)
    assert panel.ahead is None
    assert beijing_panel(files, perfect_weather=True).ahead.perfect


def test_judged_cases_lie_in_the_judged_part(files: Path) -> None:
    protocol = protocol_of(beijing_panel(files))
    assert (protocol.train_end, protocol.judged_from) == (1050, 1275)
    observed = protocol.observed()
    assert observed.shape == (225, len(LEADS), 3)
    for column, lead in enumerate(LEADS):
        assert np.isnan(observed[225 - lead :, column]).all()
        expected = np.exp(protocol.panel.target[1275 + lead :, :, 0])
        np.testing.assert_array_equal(observed[: 225 - lead, column], expected)
    short = replace(
        protocol.panel,
        times=protocol.panel.times[:400],
        recent=protocol.panel.recent[:400],
        target=protocol.panel.target[:400],
        weather=protocol.panel.weather[:400],
    )
    with pytest.raises(InputError, match="must exceed the longest lead, 72 h"):
        protocol_of(short)


def test_persistence_carries_the_last_measured_value(files: Path) -> None:
    protocol = protocol_of(beijing_panel(files))
    rivals = Rivals(protocol, protocol, benchmark_config(), Kept(), lambda _: None)
    (entry,) = rivals.entries(("persistence",), with_perfect=False)
    table = pd.read_csv(files / "PRSA_Data_Dongsi.csv")["PM2.5"]
    carried = table.ffill().to_numpy()
    np.testing.assert_allclose(entry.median[:, 0, 0], carried[1275:])
    errors = np.abs(carried[1275:-24] - table.to_numpy()[1275 + 24 :])
    alone = judge([entry], protocol.observed(), protocol.panel.times[protocol.issues], LEADS)
    records = {record["lead_hours"]: record for record in alone.table()}
    of_all = np.nanmean(np.abs(entry.median[:-24, 3] - protocol.observed()[:-24, 3]))
    assert records[24]["mae"] == pytest.approx(of_all, abs=1e-6)
    assert records[24]["n"] == int(np.isfinite(protocol.observed()[:, 3]).sum())
    assert np.isfinite(errors).sum() < len(errors)


def test_baselines_asked_hour_by_hour_are_those_asked_once_a_day(files: Path) -> None:
    """Splitting hourly issues by the hour of the day changes no forecast of any of them."""
    from forecast.configuration import forecast_config
    from forecast.models import models_named

    protocol = protocol_of(beijing_panel(files))
    rivals = Rivals(protocol, protocol, benchmark_config(), Kept(), lambda _: None)
    names = ("damped persistence", "seasonal damped persistence", "climatology")
    clock = protocol.issues[5::24]
    for entry, name in zip(rivals.entries(names, with_perfect=False), names, strict=True):
        model = models_named([name], forecast_config())[0]
        alone = np.exp(model.predict(pm25_history(protocol.panel), clock, LEADS))
        np.testing.assert_allclose(entry.median[5::24], alone)


def entry(name: str, said: np.ndarray, **parts: object) -> Entry:
    return Entry(name, False, said, said, **parts)  # type: ignore[arg-type]


def made_cases(weeks: int = 8) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    random = np.random.default_rng(4)
    hours = weeks * 168
    issues = np.datetime64("2016-08-01T00", "ns") + np.arange(hours) * np.timedelta64(1, "h")
    return random.normal(100, 30, (hours, 1, 3)), issues, random


def test_scores_of_known_errors() -> None:
    truth, issues, random = made_cases()
    sign = random.choice([-1.0, 1.0], truth.shape)
    observed = truth.copy()
    observed[::5] = np.nan
    (record,) = judge([entry("off", truth + 6 * sign)], observed, issues, np.array([1])).table()
    there = observed[np.isfinite(observed)]
    assert record["n"] == there.size
    assert (record["mae"], record["rmse"]) == (pytest.approx(6), pytest.approx(6))
    assert record["r2"] == pytest.approx(1 - 36 * there.size / ((there - there.mean()) ** 2).sum(), abs=1e-6)
    assert record["crps"] is record["coverage80"] is None


def test_all_models_are_judged_on_the_same_cases() -> None:
    truth, issues, _ = made_cases()
    gappy = truth.copy()
    gappy[: len(truth) // 2] = np.nan
    records = judge([entry("whole", truth), entry("gappy", gappy)], truth, issues, np.array([1])).table()
    assert [record["n"] for record in records] == [truth.size // 2] * 2


def test_scores_of_a_distribution_that_is_right() -> None:
    truth, issues, random = made_cases(40)
    deviation = 15.0
    centre = truth + random.normal(0, deviation, truth.shape)
    quantiles = centre[..., None] + deviation * norm.ppf(LEVELS)
    said = Entry("right", False, centre, mean_of_quantiles(quantiles, LEVELS), quantiles, LEVELS)
    (record,) = judge([said], truth, issues, np.array([1])).table()
    assert record["coverage80"] == pytest.approx(0.8, abs=0.01)
    # The CRPS of a right normal forecast is its deviation over the root of pi; nine levels are few.
    assert record["crps"] == pytest.approx(deviation / np.sqrt(np.pi), rel=0.03)
    np.testing.assert_allclose(said.mean, centre)


def test_mean_of_quantiles_is_exact_where_it_can_be() -> None:
    levels = tuple((np.arange(100) + 0.5) / 100)
    exponential = -np.log1p(-np.array(levels))
    assert float(mean_of_quantiles(exponential, levels)) == pytest.approx(1.0, rel=0.01)
    assert float(mean_of_quantiles(np.full(9, 7.0), LEVELS)) == pytest.approx(7.0)


def test_differences_tell_what_is_better_and_what_cannot_be_told() -> None:
    truth, issues, random = made_cases()
    noise = random.normal(0, 20, truth.shape)
    models = [
        entry("rival", truth + noise),
        entry("better", truth + 0.8 * noise),
        entry("same", truth - noise),
    ]
    found = differences(judge(models, truth, issues, np.array([1])), "rival")
    assert {record["model"] for record in found} == {"better", "same"}
    by_name = {(record["model"], record["score"]): record for record in found}
    better = by_name["better", "mae"]
    assert better["difference"] == pytest.approx(-0.2 * np.abs(noise).mean(), abs=1e-5)
    assert better["low"] < better["difference"] < better["high"] < 0
    assert better["better"]
    same = by_name["same", "rmse"]
    assert (same["difference"], same["better"]) == (pytest.approx(0, abs=1e-6), False)


def test_bounds_are_kept_from_both_sides() -> None:
    inside = Bound(lead=1, score="coverage80", at_least=0.78, at_most=0.82)
    met = [inside.met_by(value) for value in (0.77, 0.78, 0.8, 0.82, 0.83)]
    assert met == [False, True, True, True, False]
    with pytest.raises(ValueError, match="at_most or at_least"):
        Bound(lead=1, score="mae")


def test_kept_forecasts_are_those_of_the_same_data_alone(files: Path, tmp_path: Path) -> None:
    protocol = protocol_of(beijing_panel(files))
    kept = kept_in(tmp_path, protocol)
    values = np.array([[1.5, np.nan]])
    kept.write("ridge", values)
    np.testing.assert_array_equal(kept.read("ridge"), values)
    assert kept.read("boosting") is None
    other = replace(protocol.panel, recent=protocol.panel.recent + 1e-9)
    assert kept_in(tmp_path, replace(protocol, panel=other)).read("ridge") is None
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"broken")
    with pytest.raises(RunError, match="cannot be read"):
        kept.read("ridge")


def test_the_command_on_small_files(files: Path, tmp_path: Path) -> None:
    arguments = ("benchmark", "forecast", "--data", str(files), "--quick", "--keep", str(tmp_path), "--json")
    done = bogda(*arguments)
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    models = {(record["model"], record["perfect_weather"]) for record in document["scores"]}
    assert ("gradient boosting with neighbours", True) in models
    assert len(models) == 8
    assert document["protocol"]["leads"] == [1, 24]
    assert all(bound["met"] is None for bound in document["bounds"])
    count = {(record["lead_hours"], record["n"]) for record in document["scores"]}
    assert len(count) == 2  # the same cases for all
    fitted = "ridge with neighbours,gradient boosting with neighbours"
    again = json.loads(bogda(*arguments, "--models", fitted).stdout)
    assert len(again["scores"]) == 8
    assert all(record["seconds"] is None for record in again["seconds"])
    scores = {(r["model"], r["perfect_weather"], r["lead_hours"]): r["mae"] for r in document["scores"]}
    for record in again["scores"]:
        assert record["mae"] == pytest.approx(
            scores[record["model"], record["perfect_weather"], record["lead_hours"]], rel=1e-5
        )
    told = bogda(*arguments[:-1], "--models", "persistence,climatology").stdout
    assert "climatology" in told
    assert "persistence" in told
    assert "R²" in told


def test_what_is_not_there_is_refused_by_name(files: Path) -> None:
    with pytest.raises(ConfigurationError, match="unknown model 'oracle'"):
        benchmark(Wanted(str(files), ("oracle",)), benchmark_config())
    done = bogda("benchmark", "forecast", "--data", str(files), "--dataset", "kdd")
    assert done.exit_code == 2
    assert "unknown data set 'kdd'" in done.stderr
    assert bogda("benchmark", "forecast", "--data", str(files / "absent"), "--quick").exit_code == 3
    assert bogda("benchmark", "forecast", "--data", str(files), "--device", "tpu").exit_code == 2


@pytest.mark.real_data
def test_persistence_of_two_real_stations(real_data: Path, tmp_path: Path) -> None:
    """The same numbers by other means: a table, a shift, a mean."""
    source = real_data / "observations" / "uci_beijing"
    names = [f"PRSA_Data_{name}_20130301-20170228.csv.gz" for name in ("Dongsi", "Huairou")]
    for name in names:
        (tmp_path / name).symlink_to(source / name)
    document = benchmark(Wanted(str(tmp_path), ("persistence",)), benchmark_config())
    tables = [pd.read_csv(source / name)["PM2.5"] for name in names]
    for record in document["scores"]:
        lead = record["lead_hours"]
        errors = np.concatenate(
            [(table.ffill().shift(lead) - table)[29804 + lead :].dropna().to_numpy() for table in tables]
        )
        assert record["n"] == len(errors)
        assert record["mae"] == pytest.approx(np.abs(errors).mean(), abs=1e-6)
        assert record["rmse"] == pytest.approx(np.sqrt((errors**2).mean()), abs=1e-6)
