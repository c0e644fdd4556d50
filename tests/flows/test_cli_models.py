"""`bogda models` from the command line: what is registered, its card, and who may promote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from forecast.learned import NAME
from forecast.learned.champion import champion
from forecast.learned.release import release_fingerprint
from forecast.models import published_with
from tests.flows.command import Done, bogda
from tests.training.made_hindcast import USUAL, made_hindcast
from tests.training.registries import store_with_models
from training import registry
from training.tracking import Tracking


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_with_models(tmp_path / "store")


def fingerprint(store: Path, reference: str) -> str:
    return registry.find(Tracking(store), reference).tags["fingerprint"]


def hindcast_file(
    store: Path, reference: str, rival: str = "", errors: dict[str, float] | None = None
) -> str:
    """Of a release without sources, which is judged by what would be published with it."""
    made = made_hindcast(
        errors, release=fingerprint(store, reference), champion=fingerprint(store, rival) if rival else ""
    )
    file, names = store.parent / "hindcast.nc", [str(name) for name in made["model"].values]
    made.assign_coords(model=[published_with(NAME) if name == NAME else name for name in names]).to_netcdf(
        file
    )
    return str(file)


def one_line(done: Done, code: int) -> str:
    assert done.exit_code == code, done.stderr
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("bogda: ")]
    assert "Traceback" not in done.stderr
    return line


def promote(store: Path, name: str, file: str, *more: str) -> tuple[Done, dict[str, Any]]:
    done = bogda("models", "promote", name, "--verification", file, "--store", str(store), "--json", *more)
    return done, json.loads(done.stdout) if done.stdout else {}


def test_an_empty_store_lists_nothing_and_stays_empty(tmp_path: Path) -> None:
    made = bogda("models", "list", "--store", str(tmp_path), "--json")
    assert json.loads(made.stdout) == {"models": []}
    assert "没有已登记的模型" in bogda("models", "list", "--store", str(tmp_path)).stdout
    assert "no model is registered" in one_line(bogda("models", "card", "day", "--store", str(tmp_path)), 5)
    assert list(tmp_path.iterdir()) == []


def test_models_are_listed_with_alias_scores_and_period(store: Path) -> None:
    found = json.loads(bogda("models", "list", "--store", str(store), "--json").stdout)["models"]
    assert [(one["name"], one["version"], one["aliases"]) for one in found] == [
        ("bogda-day", 2, []), ("bogda-day", 1, []),
    ]  # fmt: skip
    assert found[1]["trained_until"] == "2015-10-31T16:00:00Z"
    assert found[1]["scores"]["learned network"]["mae"] < found[1]["scores"]["persistence"]["mae"]
    text = bogda("models", "list", "--store", str(store)).stdout
    assert "bogda-day:1  PM2.5 MAE 114.4（persistence 123.2）  2013-12-02 – 2015-11-01" in text


def test_a_card_is_printed_for_people_and_for_programs(store: Path) -> None:
    text = bogda("models", "card", "day:1", "--store", str(store)).stdout
    assert text.startswith("bogda-day:1\n\n# 模型卡 Model card: tiny-day\n")
    assert "不得用于 Must not be used for" in text
    told = json.loads(bogda("models", "card", "bogda-day:2", "--store", str(store), "--json").stdout)
    assert (told["version"], told["document"]["seeds"]) == (2, [3, 4])
    assert release_fingerprint(told["folder"]) == told["fingerprint"]
    assert "Registered: bogda-day:2, bogda-day:1" in one_line(
        bogda("models", "card", "day:7", "--store", str(store)), 2
    )


def test_a_damaged_model_is_one_clear_line(store: Path) -> None:
    folder = registry.folder_of(Tracking(store), registry.find(Tracking(store), "day:1"))
    (folder / "member-1.safetensors").write_bytes(b"")
    assert "member-1.safetensors" in one_line(bogda("models", "card", "day:1", "--store", str(store)), 3)


def test_the_first_champion_beats_the_baselines_and_the_next_beats_it(store: Path) -> None:
    done, told = promote(store, "bogda-day:1", hindcast_file(store, "day:1"), "--by", "值班员")
    assert done.exit_code == 0, done.stderr
    assert (told["promoted"], told["former_champion"], told["by"], told["forced"]) == (
        True,
        None,
        "值班员",
        None,
    )
    first = champion(store, "day")
    assert first is not None
    assert release_fingerprint(first) == fingerprint(store, "day:1")
    assert "bogda-day:1 @champion" in bogda("models", "list", "--store", str(store)).stdout

    file = hindcast_file(store, "day:2", "day:1", {**USUAL, "learned network": 20.0, "champion": 0.0})
    done, told = promote(store, "bogda-day:2", file)
    assert "bogda-day:2 is not promoted: CRPS is worse than champion" in one_line(done, 3)
    assert (told["promoted"], told["former_champion"]) == (False, "bogda-day:1")
    assert champion(store, "day") == first

    file = hindcast_file(store, "day:2", "day:1", {**USUAL, "champion": 20.0})
    done, told = promote(store, "bogda-day:2", file)
    assert done.exit_code == 0, done.stderr
    second = champion(store, "day")
    assert second is not None
    assert release_fingerprint(second) == fingerprint(store, "day:2")
    (file,) = map(str, second.parent.glob("promotion-*.json"))
    kept = json.loads(Path(file).read_text(encoding="utf-8"))
    assert kept == told
    assert kept["former_champion"] == "bogda-day:1"
    assert kept["verification"]["sha256"]


def test_a_champion_that_is_not_in_the_hindcast_is_missed(store: Path) -> None:
    promote(store, "day:1", hindcast_file(store, "day:1"))
    done, told = promote(store, "day:2", hindcast_file(store, "day:2"))
    assert done.exit_code == 3
    against = [reason["code"] for reason in told["reasons"] if not reason["holds"]]
    assert against == ["champion_release_identity", "models"]


def test_whoever_overrules_the_judgement_is_kept(store: Path) -> None:
    file = hindcast_file(store, "day:1", errors={**USUAL, "learned network": 50.0})
    done = bogda("models", "promote", "day:1", "--verification", file, "--store", str(store))
    assert "✗ " in done.stdout
    assert "未启用 not promoted: bogda-day:1" in done.stdout
    assert champion(store, "day") is None
    done, told = promote(store, "day:1", file, "--force", "演练 exercise", "--by", "值班员")
    assert done.exit_code == 0, done.stderr
    assert (told["verdict"], told["promoted"], told["forced"]) == ("refuse", True, "演练 exercise")
    version = registry.find(Tracking(store), "day@champion")
    assert (version.tags["forced"], version.tags["promoted_by"], version.tags["verdict"]) == (
        "演练 exercise", "值班员", "refuse",
    )  # fmt: skip
    assert "强制启用 forced: 演练 exercise" in bogda("models", "list", "--store", str(store)).stdout


def test_force_that_is_not_needed_is_not_kept(store: Path) -> None:
    _, told = promote(store, "day:1", hindcast_file(store, "day:1"), "--force", "in case")
    assert (told["verdict"], told["forced"]) == ("promote", None)
    assert "forced" not in registry.find(Tracking(store), "day@champion").tags


@pytest.mark.parametrize(
    ("name", "file", "more", "code", "said"),
    [
        ("day", "good", (), 2, "names no version"),
        ("day:9", "good", (), 2, "no model day:9"),
        ("day:1", "absent.nc", (), 3, "no such file"),
        ("day:1", "text", (), 3, "not a hindcast"),
        ("day:1", "other", (), 4, "hindcast contract"),
        ("day:1", "good", ("--force", " "), 2, "--force needs"),
        ("day:1", "good", ("--by", ""), 2, "--by needs"),
    ],
)
def test_bad_requests_are_one_clear_line(  # noqa: PLR0917 - one for each part of a request
    store: Path, tmp_path: Path, name: str, file: str, more: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "text").write_text("no hindcast", encoding="utf-8")
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(tmp_path / "other")
    path = hindcast_file(store, "day:1") if file == "good" else str(tmp_path / file)
    done, _ = promote(store, name, path, *more)
    assert said in one_line(done, code)
    assert champion(store, "day") is None
