"""From an experiment's YAML to a registered release, in the small."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.flows.command import bogda
from tests.flows.conftest import NAMES
from training.tracking import Tracking

EXPERIMENT = """
name: small
chinese: 小试验
english: A small experiment
kind: day
data: {dataset: measurements, path: days, provider: aqistudy}
split: {train_until: "2015-11-20", validate_until: "2015-12-20"}
network:
  windows: {steps_per_day: 1, fine: 5, block: 5, blocks: 1, memory: 20, horizon: 7}
  width: 8
  heads: 2
  rounds: 1
  lead_width: 8
fit: {epochs: 2, batch: 16, validation_stride: 1, leads_drawn: 7}
seeds: [0, 1]
"""
_USUAL = (1.0, 1.5, 0.2, 0.02, 0.5, 0.6)


def write_days(folder: Path) -> None:
    """Daily files of three cities, in which every pollutant varies."""
    folder.mkdir()
    random = np.random.default_rng(0)
    for name, level in NAMES.items():
        course = np.exp(np.cumsum(random.normal(0, 0.2, 160)) * 0.3)
        days = pd.date_range("2015-09-01", periods=160).strftime("%Y-%m-%d")
        values = np.round(np.array(_USUAL) * level * course[:, None], 1)
        rows = [
            f"{name},{day},100,80~120,良,{','.join(map(str, row))},9"
            for day, row in zip(days, values, strict=True)
        ]
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    write_days(tmp_path / "days")
    file = tmp_path / "small.yaml"
    file.write_text(EXPERIMENT, encoding="utf-8")
    return file


def _train(experiment: Path, *further: str) -> tuple[int, str, str]:
    store = str(experiment.parent / "store")
    done = bogda("train", str(experiment), "--store", store, "--device", "cpu", *further)
    return done.exit_code, done.stdout, done.stderr


def test_training_registers_a_release_and_promotes_nothing(experiment: Path) -> None:
    from forecast.learned.champion import champion
    from forecast.learned.forecaster import Forecaster

    code, out, err = _train(experiment, "--json")
    assert code == 0, err
    document = json.loads(out)
    assert document["version"] == "bogda-day:1"
    assert {lead for lead, *_ in document["mean_absolute_error"]} == set(range(24, 169, 24))
    release = Forecaster.read(document["release"])
    assert release.document.training_stations == ("changji", "shihezi", "urumqi")
    assert str(release.trained_until) == "2015-12-20T16:00:00.000000000"
    judged = {score.model for score in release.document.scores}
    assert judged >= {"learned network", "persistence", "climatology"}
    store = experiment.parent / "store"
    assert champion(store, "day") is None
    assert not any((store / "models" / "work").iterdir())


def test_a_killed_training_goes_on(experiment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training import ensemble

    honest, fitted = ensemble.fit, []

    def killed(*arguments: object, **named: object) -> object:
        if fitted:
            raise KeyboardInterrupt
        fitted.append(1)
        return honest(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(ensemble, "fit", killed)
    assert _train(experiment)[0] == 130
    store = experiment.parent / "store"
    work = next((store / "models" / "work").iterdir())
    assert [file.name for file in work.iterdir()] == ["member-0.pt"]
    monkeypatch.setattr(ensemble, "fit", honest)
    code, out, err = _train(experiment, "--resume", "--json")
    assert code == 0, err
    assert json.loads(out)["epochs"] == [2, 2]
    assert _runs(store) == ["FINISHED"]


def _runs(store: Path) -> list[str]:
    """How the runs of training ended, the oldest first."""
    client = Tracking(store).client
    experiments = [one.experiment_id for one in client.search_experiments()]
    return [str(run.info.status) for run in client.search_runs(experiments, order_by=["start_time ASC"])]


def test_runs_that_a_kill_left_are_gone_on_with_or_closed(tmp_path: Path) -> None:
    tracking = Tracking(tmp_path / "store")
    left = [tracking.client.create_run(tracking._experiment, tags={"work": "abc"}) for _ in range(3)]
    ids = [one.info.run_id for one in left]
    tracking.client.set_terminated(ids[0], status="FINISHED")
    other = tracking.client.create_run(tracking._experiment, tags={"work": "other"}).info.run_id
    taken = tracking.cut_off("abc", resume=True)
    assert taken in ids[1:]
    (closed,) = set(ids[1:]) - {taken}
    states = {one: tracking.client.get_run(one).info.status for one in (*ids, other)}
    assert states == {ids[0]: "FINISHED", taken: "RUNNING", closed: "KILLED", other: "RUNNING"}
    assert tracking.cut_off("abc", resume=False) is None
    assert tracking.client.get_run(str(taken)).info.status == "KILLED"
    assert tracking.cut_off("nothing", resume=True) is None


@pytest.mark.parametrize(
    ("wrong", "right", "code", "said"),
    [
        ("days, provider", "nowhere, provider", 3, "no such file"),
        ("dataset: measurements", "dataset: measurments", 2, "dataset"),
        ("kind: day", "kind: hour", 2, "windows of 24 steps a day"),
        ('train_until: "2015-11-20"', 'train_until: "2015-08-20"', 2, "the train part holds no issue"),
        ("seeds: [0, 1]", "seeds: [0, 0]", 2, "each seed once"),
        (", path: days", "", 2, "no data are named"),
    ],
)
def test_a_wrong_experiment_is_one_line(
    experiment: Path, wrong: str, right: str, code: int, said: str
) -> None:  # fmt: skip
    experiment.write_text(EXPERIMENT.replace(wrong, right), encoding="utf-8")
    got, out, err = _train(experiment)
    assert (got, out) == (code, "")
    assert said in err
    assert len(err.strip().splitlines()) <= 2


def test_a_device_that_is_not_there(experiment: Path) -> None:
    done = bogda("train", str(experiment), "--device", "abacus")
    assert done.exit_code == 2
    assert "no device 'abacus' here" in done.stderr
