"""A proposal from an experiment and measurements, in the small: trained, judged, left for a person."""

import json
from pathlib import Path

import pytest

from flows.hindcasts import scheduler as hindcast_scheduler
from forecast.learned.champion import champion
from forecast.learned.forecaster import Forecaster
from tests.flows.command import bogda
from tests.flows.test_cli_train import EXPERIMENT, write_days

pytestmark = pytest.mark.filterwarnings("ignore:the scheduler failed")


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def broken(*_: object) -> None:
        raise RuntimeError("no server")

    monkeypatch.setattr(hindcast_scheduler, "_under_prefect", broken)
    write_days(tmp_path / "days")
    file = tmp_path / "small.yaml"
    file.write_text(EXPERIMENT, encoding="utf-8")
    return file


def _propose(experiment: Path, *further: str) -> tuple[int, str, str]:
    store, days = str(experiment.parent / "store"), str(experiment.parent / "days")
    done = bogda(
        "models", "propose", str(experiment), "--observations", days, "--provider", "aqistudy",
        "--device", "cpu", "--store", store, "--judged-days", "12", "--validation-days", "30", *further,
    )  # fmt: skip
    return done.exit_code, done.stdout, done.stderr


def test_a_proposal_saw_nothing_of_the_days_it_is_judged_on(experiment: Path) -> None:
    code, out, err = _propose(experiment, "--until", "2016-01-31", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["due"], told["promoted"], told["version"]) == (True, False, "bogda-day:1")
    folder = Path(told["proposal"])
    release = Forecaster.read(folder / told["candidate"]["folder"])
    assert str(release.trained_until).startswith("2016-01-18T16")
    assert told["judged"]["from"] >= "2016-01-18T16"
    assert told["judged"]["issues"] >= 11
    assert told["verdict"]["verdict"] != "promote"
    assert champion(experiment.parent / "store", "day") is None

    code, out, err = _propose(experiment, "--until", "2016-01-31", "--every-days", "30", "--json")
    assert code == 0, err
    assert json.loads(out) == {"due": False, "every_days": 30}


def test_a_record_too_short_or_a_benchmark_is_one_line(experiment: Path) -> None:
    code, _, err = _propose(experiment, "--until", "2015-10-01")
    assert code == 2
    assert "the train part holds no issue with 7 steps ahead of it" in err.splitlines()[-1]
    benchmark = experiment.with_name("uci.yaml")
    shipped = Path("configs/experiments/uci-beijing.yaml").read_text(encoding="utf-8")
    benchmark.write_text(shipped, encoding="utf-8")
    code, _, err = _propose(benchmark, "--until", "2016-01-31")
    assert code == 2
    assert "a benchmark is not retrained" in err
