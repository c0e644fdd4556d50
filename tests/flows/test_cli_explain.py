"""`bogda explain`: what moved the forecast of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows.champion.inputs import inputs_file, read_inputs, write_inputs
from forecast.learned.forecaster import Forecaster
from forecast.learned.panel import IssuedAhead, Panel
from forecast.learned.release import release_fingerprint
from foundation.times import DAY
from tests.flows.command import bogda
from tests.flows.test_champion import POLLUTANTS, write_champion

STATIONS = ("urumqi", "changji", "shihezi")
SAYS_NONE = (
    "该预报未使用学习模型（published），无可解释 · no learned model made this forecast, nothing to explain\n"
)


def made_panel(rows: int = 60) -> Panel:
    random = np.random.default_rng(3)
    recent = 4.5 + random.normal(0, 0.5, (rows, len(STATIONS), len(POLLUTANTS)))
    recent[-1, 0, 0] = 5.6
    times = np.datetime64("2015-11-11T16:00", "ns") + np.arange(rows) * DAY
    positions = np.array([[87.6, 43.8], [87.3, 44.0], [86.0, 44.3]])
    empty = np.empty((*recent.shape[:2], 0))
    return Panel(recent, recent, times, 1, POLLUTANTS, STATIONS, positions, empty)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that a learned model made, as far as an explanation reads it."""
    home = tmp_path_factory.mktemp("explained")
    release = write_champion(home / "release")
    folder = home / "runs" / "small" / "20160109T160000Z"
    folder.mkdir(parents=True)
    write_inputs(folder / inputs_file("day"), made_panel(), 30, 7)
    write_manifest(folder, release)
    return folder


def write_manifest(folder: Path, release: Path | None) -> None:
    manifest: dict[str, Any] = {
        "models": {"day": "published"}, "configuration": {}, "products": {}, "synthetic": True,
    }  # fmt: skip
    if release is not None:
        told = {"name": "tiny-day", "sha256": release_fingerprint(release), "folder": str(release)}
        manifest["configuration"]["champions"] = {"day": told}
        manifest["models"]["day"] = "tiny-day sha256:1"
        manifest["products"]["learned_day"] = inputs_file("day")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_effects_lead_from_the_usual_to_the_forecast(run: Path) -> None:
    done = bogda("explain", str(run), "--place", "乌鲁木齐", "--lead-time", "2d", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    total = sum(effect["gradient"] for effect in told["effects"])
    assert told["reference"] + total == pytest.approx(told["forecast"], rel=0.01)
    assert told["complete"]
    assert (told["station"], told["lead"], told["valid"]) == ("urumqi", 2, "2016-01-11")
    model = Forecaster.read(run.parents[2] / "release")
    panel = made_panel()
    said = model.forecast(panel, np.array([len(panel.times) - 1]), np.array([2])).quantiles[0, 0, 0, 0, 4]
    assert told["forecast"] == pytest.approx(said, rel=1e-5)
    assert {"own_pm25", "own_others", "neighbour:changji", "neighbour:shihezi", "level", "calendar"} == {
        effect["id"] for effect in told["effects"]
    }


def test_people_read_a_table(run: Path, tmp_path: Path) -> None:
    done = bogda("explain", str(run), "--figure", str(tmp_path / "why.png"))
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("乌鲁木齐 2016-01-10 PM2.5 中位数 ")
    assert any("邻站：昌吉 · Neighbour: Changji" in line for line in lines)
    assert lines[-1].startswith("  相互作用 interactions: ")
    assert (tmp_path / "why.png").stat().st_size > 10_000


def test_a_run_without_a_learned_model_says_so_in_a_line(tmp_path: Path) -> None:
    write_manifest(tmp_path, None)
    done = bogda("explain", str(tmp_path))
    assert (done.exit_code, done.stdout) == (0, SAYS_NONE)
    assert json.loads(bogda("explain", str(tmp_path), "--json").stdout) == {
        "model": "published",
        "explanation": None,
    }
    hourly = bogda("explain", str(tmp_path), "--lead-time", "36h")
    assert hourly.stdout == "该次运行没有逐小时预报 · the run has no forecast of that kind\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--place", "atlantis"), "--place 'atlantis': not forecast in this run. Give one of urumqi"),
        (
            ("--lead-time", "2"),
            "--lead-time '2': not a lead time. Give days such as 2d, or hours such as 36h",
        ),
        (("--lead-time", "0d"), "--lead-time '0d': not a lead time"),
        (("--lead-time", "9d"), "--lead-time: 9 is beyond the model's horizon of 7 days"),
        (("--figure", "why.txt"), "--figure 'why.txt': unknown format"),
    ],
)
def test_a_wrong_question_is_one_line(run: Path, options: tuple[str, ...], told: str) -> None:
    done = bogda("explain", str(run), *options)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_release_that_is_gone_is_told(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "small" / "20160109T160000Z"
    folder.mkdir(parents=True)
    write_manifest(folder, run.parents[2] / "release")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["configuration"]["champions"]["day"]["folder"] = str(tmp_path / "gone")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / inputs_file("day")).write_bytes((run / inputs_file("day")).read_bytes())
    done = bogda("explain", str(folder))
    assert done.exit_code == 3
    assert "the release tiny-day that made the run is gone or was changed" in done.stderr


def test_broken_inputs_are_told(run: Path, tmp_path: Path) -> None:
    write_manifest(tmp_path, run.parents[2] / "release")
    (tmp_path / inputs_file("day")).write_bytes(b"not a file of that kind")
    done = bogda("explain", str(tmp_path))
    assert done.exit_code == 3
    assert "the inputs of the learned model cannot be read" in done.stderr
    assert bogda("explain", str(tmp_path / "nowhere")).exit_code == 3


def test_inputs_come_back_as_they_were(tmp_path: Path) -> None:
    panel = made_panel()
    values = np.random.default_rng(1).uniform(0, 9, (2, 7, len(STATIONS), 3))
    tags = IssuedAhead(values, np.array([57, 59]), ("industry.urumqi", "traffic.urumqi", "boundary"))
    weather = np.random.default_rng(2).normal(size=(60, len(STATIONS), 2))
    ahead = IssuedAhead(values[:1, ..., :2], np.array([59]), ("a", "b"))
    whole = replace(panel, weather=weather, weather_names=("a", "b"), ahead=ahead, tags=tags)
    write_inputs(tmp_path / "kept.nc", whole, 30, 7)
    kept = read_inputs(tmp_path / "kept.nc")
    assert len(kept.times) == 33
    np.testing.assert_array_equal(kept.recent, whole.recent[27:])
    np.testing.assert_array_equal(kept.weather, whole.weather[27:])
    assert kept.tags is not None
    assert kept.ahead is not None
    leads = np.arange(1, 8)
    np.testing.assert_allclose(kept.tags.of(np.array([30, 32]), leads), values, rtol=1e-6)
    np.testing.assert_allclose(kept.ahead.of(np.array([32]), leads), values[:1, ..., :2], rtol=1e-6)
    assert np.isnan(kept.tags.of(np.array([31]), leads)).all()
