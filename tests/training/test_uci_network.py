"""A network in the benchmark: read from a release or trained now, it says the same, and sees no future."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from forecast.learned import NAME
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.panel import Panel, PerfectAhead
from forecast.learned.release import write_release
from foundation.errors import ContractError
from tests.flows.command import bogda
from tests.training.made_uci import write_files
from training.benchmark.configuration import IntervalsConfig
from training.benchmark.inference import measure
from training.benchmark.network import FIXED, MEMBER, network_entries, released, trained
from training.benchmark.scores import Entry, judge, mean_of_entries
from training.configuration import FitConfig
from training.experiment import DataConfig, ExperimentConfig, run_experiment
from training.outcome import document_of
from training.uci_beijing import beijing_panel, protocol_of

LEADS = np.array([1, 24])
WINDOWS = WindowsConfig(steps_per_day=24, fine=6, block=6, blocks=1, memory=24, ahead_means=(3,), horizon=24)

INTERVALS = IntervalsConfig(window_issues=48, minimum_issues=12, rate=0.02)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(tmp_path_factory.mktemp("uci"), 1500, stations=("Dongsi", "Guanyuan"))


@pytest.fixture(scope="module")
def panel(files: Path) -> Panel:
    return beijing_panel(files)


def experiment(*, perfect: bool = False) -> ExperimentConfig:
    return ExperimentConfig(
        name="tiny", chinese="小", english="Tiny", kind="hour",
        data=DataConfig(dataset="uci-beijing", perfect_weather=perfect), seeds=(0, 1),
        network=NetworkConfig(windows=WINDOWS, width=8, heads=1, rounds=1, lead_width=8),
        fit=FitConfig(epochs=1, batch=64, leads_drawn=2, validation_stride=8, hold_out=False),
        calibration_bounds=(6, 24),
    )  # fmt: skip


def foreseen(panel: Panel) -> Panel:
    return replace(panel, ahead=PerfectAhead(panel.weather, panel.weather_names))


def release(folder: Path, panel: Panel, *, perfect: bool = False, **changes: object) -> Path:
    made = run_experiment(experiment(perfect=perfect), panel)
    document = document_of(made, experiment(perfect=perfect), synthetic=True).model_copy(update=changes)
    return write_release(folder, document, [one.weights for one in made.ensemble.fitted])


@pytest.fixture(scope="module")
def plain_release(tmp_path_factory: pytest.TempPathFactory, panel: Panel) -> Path:
    return release(tmp_path_factory.mktemp("release") / "plain", panel)


def test_trained_now_or_read_says_the_same(panel: Panel, plain_release: Path) -> None:
    protocol = protocol_of(panel, LEADS)
    steps: list[str] = []
    now = trained(experiment(), panel, None, "cpu", steps.append)
    assert steps[0].startswith("training · member 1 of 2, epoch 1, training ")
    first, second = (
        network_entries(learned, protocol, INTERVALS, lambda _: None)
        for learned in (now, released(plain_release, protocol))
    )
    assert [entry.model for entry in first] == [NAME, FIXED, f"{MEMBER}0", f"{MEMBER}1"]
    for one, other in zip(first, second, strict=True):
        assert one.quantiles is not None
        assert other.quantiles is not None
        np.testing.assert_allclose(one.quantiles, other.quantiles, rtol=1e-5)
        assert (np.diff(one.quantiles, axis=-1) >= 0).all()
        assert np.isfinite(one.quantiles).all()
    mean_of_members = np.mean([entry.median for entry in first[2:]], axis=0)
    np.testing.assert_allclose(first[0].median, mean_of_members, rtol=1e-6)
    table = judge(first, protocol.observed(), panel.times[protocol.issues], LEADS).table()
    assert all(0 <= record["coverage80"] <= 1 and record["crps"] > 0 for record in table)


def test_what_comes_after_an_issue_changes_no_forecast(panel: Panel, plain_release: Path) -> None:
    protocol = protocol_of(panel, LEADS)
    recent, weather = panel.recent.copy(), panel.weather.copy()
    recent[1401:], weather[1401:] = np.nan, np.nan
    blind = replace(protocol, panel=replace(panel, recent=recent, target=recent, weather=weather))
    said = [
        network_entries(released(plain_release, one), one, INTERVALS, lambda _: None)[0]
        for one in (protocol, blind)
    ]
    known = 1400 - protocol.judged_from + 1
    whole, cut = (entry.median for entry in said)
    np.testing.assert_array_equal(whole[:known], cut[:known])
    assert not np.array_equal(whole[known:], cut[known:])
    whole, cut = (np.asarray(entry.quantiles) for entry in said)
    np.testing.assert_allclose(whole[:known], cut[:known], rtol=1e-12)


def test_intervals_follow_their_outcomes_and_medians_stay(panel: Panel, plain_release: Path) -> None:
    protocol = protocol_of(panel, LEADS)
    learned = released(plain_release, protocol)
    following, fixed = network_entries(learned, protocol, INTERVALS, lambda _: None)[:2]
    np.testing.assert_allclose(following.median, fixed.median, rtol=1e-9)
    table = judge([following, fixed], protocol.observed(), panel.times[protocol.issues], LEADS).table()
    missed = {(record["model"], record["lead_hours"]): abs(record["coverage80"] - 0.8) for record in table}
    for lead in LEADS:
        assert missed[NAME, int(lead)] < max(missed[FIXED, int(lead)], 0.05)


def test_network_and_boosting_as_one_model() -> None:
    said = np.full((2, 1, 3), 10.0)
    one, other = Entry("a", True, said, said + 2), Entry("b", True, said + 4, said + 10)
    both = mean_of_entries("both", [one, other])
    assert (both.model, both.perfect_weather, both.quantiles) == ("both", True, None)
    np.testing.assert_array_equal(both.median, said + 2)
    np.testing.assert_array_equal(both.mean, said + 6)


def test_a_release_that_saw_the_judged_hours_is_refused(
    panel: Panel, plain_release: Path, tmp_path: Path
) -> None:
    protocol = protocol_of(panel, LEADS)
    late = release(tmp_path / "late", panel, trained_until="2013-04-26T00:00:00Z")
    with pytest.raises(ContractError, match=r"trained until 2013-04-26.* judged hours begin at 2013-04-22"):
        released(late, protocol)
    with pytest.raises(ContractError, match="lead 72 h is beyond the horizon of the network, 24 h"):
        network_entries(released(plain_release, protocol), protocol_of(panel), INTERVALS, lambda _: None)


def test_the_command_with_releases(files: Path, panel: Panel, plain_release: Path, tmp_path: Path) -> None:
    perfect = release(tmp_path / "perfect", foreseen(panel), perfect=True)
    models = ("--models", f"persistence,{NAME}", "--quick", "--json", "--no-perfect-weather")
    arguments = ("benchmark", "forecast", "--data", str(files), "--release", str(plain_release))
    done = bogda(*arguments, "--release", str(perfect), *models)
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    named = {(record["model"], record["perfect_weather"]) for record in document["scores"]}
    assert named == {(name, perfect) for name in (NAME, FIXED) for perfect in (False, True)} | {
        ("persistence", False)
    }
    assert {record["members"] for record in document["seeds"]} == {2}
    assert {record["rival"] for record in document["differences"]} == {"persistence"}
    bounds = {
        (bound["lead"], bound["score"], bound["perfect_weather"]): bound for bound in document["bounds"]
    }
    one = bounds[1, "mae", False]
    assert one["met"] == (one["value"] <= one["at_most"])
    assert bounds[24, "mae", True]["value"] is not None
    twice = bogda(*arguments, "--release", str(plain_release), *models)
    assert twice.exit_code == 2
    assert "two releases of the same kind" in twice.stderr


def test_inference_is_measured_at_its_full_size() -> None:
    document = measure(repeats=1)
    assert (document["stations"], document["hours"], document["members"]) == (100, 168, 5)
    assert (document["pollutants"], document["quantiles"]) == (6, 9)
    assert 0 < document["seconds"] < 30
    assert 0 < document["processor_seconds"] < 30
    assert document["met"] == (document["processor_seconds"] < document["bound_s"])
    done = bogda("benchmark", "inference", "--device", "abacus")
    assert done.exit_code == 2
    assert "no device 'abacus'" in done.stderr
