"""Runs and registry of a store: what is kept, by whom it may be written, and what is said when it cannot."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from forecast.learned import champion as champions
from forecast.learned.champion import champion
from forecast.learned.release import read_release, release_fingerprint, write_release
from foundation.errors import BogdaError, ConfigurationError, InputError, RunError
from tests.forecast.releases import document, members
from tests.training.registries import published, store_with_models
from training import registry
from training.registration import register
from training.registry_file import alone
from training.tracking import Tracking, flattened

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a call to the outside")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_with_models(tmp_path / "store")


def promote(tracking: Tracking, reference: str) -> registry.Version:
    version = registry.find(tracking, reference)
    with tracking.alone():
        registry.set_champion(tracking, version, {"verdict": "promote"}, {"promoted_by": "测试"})
    return version


def test_a_run_keeps_parameters_epochs_and_how_it_ended(store: Path) -> None:
    tracking = Tracking(store)
    parameters = {"fit": {"epochs": 3, "rates": [0.1, 0.2]}, **{f"p{k}": "x" * 7000 for k in range(120)}}
    with tracking.run("网络 a", parameters, {"kind": "day"}) as run:
        for epoch in range(3):
            run.log_metrics(epoch, {"training": 1.0 / (epoch + 1), "validation": float("nan")})
    found = tracking.client.get_run(run.id)
    assert found.info.status == "FINISHED"
    assert found.info.run_name == "网络 a"
    assert found.data.params["fit.epochs"] == "3"
    assert found.data.params["fit.rates"] == "[0.1, 0.2]"
    assert len(found.data.params) == 122
    assert found.data.tags["kind"] == "day"
    history = tracking.client.get_metric_history(run.id, "training")
    assert [(one.step, one.value) for one in history] == [(0, 1.0), (1, 0.5), (2, pytest.approx(1 / 3))]
    kept = Path(found.info.artifact_uri) / "experiment.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == parameters
    assert store in kept.parents


def test_a_run_that_fails_says_so_and_can_be_taken_up_again(store: Path) -> None:
    tracking = Tracking(store)
    with pytest.raises(ZeroDivisionError), tracking.run("falls", {}) as run:
        run.log_metrics(0, {"training": 1 / 0})
    assert tracking.client.get_run(run.id).info.status == "FAILED"
    with tracking.run("falls", {}, resume=run.id) as again:
        again.log_metrics(1, {"training": 0.5})
    assert again.id == run.id
    assert tracking.client.get_run(run.id).info.status == "FINISHED"
    with pytest.raises(RunError, match="registry of models"), tracking.run("none", {}, resume="f" * 32):
        pass


def test_nested_keys_become_one_level() -> None:
    assert flattened({"a": {"b": {"c": 1}, "d": {}}, "e": [1]}) == {"a.b.c": 1, "a.d": {}, "e": [1]}


def test_versions_are_listed_with_scores_and_times(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_PAGE", 1)  # one at a time, as a long list comes
    second, first = registry.versions(Tracking(store))
    assert (second.label, first.label) == ("bogda-day:2", "bogda-day:1")
    assert first.tags["trained_until"] == "2015-10-31T16:00:00Z"
    assert first.scores["persistence"]["mae"] == pytest.approx(33.6 * 11 / 3)
    assert first.tags["synthetic"] == "false"


def test_references_name_versions(store: Path) -> None:
    tracking = Tracking(store)
    labels = {name: registry.find(tracking, name).label for name in ("bogda-day", "day:1", "bogda-day:02")}
    assert labels == {"bogda-day": "bogda-day:2", "day:1": "bogda-day:1", "bogda-day:02": "bogda-day:2"}
    promote(tracking, "day:1")
    assert (
        registry.find(tracking, "day").label == registry.find(tracking, "day@champion").label == "bogda-day:1"
    )
    for name in ("day:3", "hour", "day@best", "bogda", "day:", "day:1:2", "../day", ""):
        with pytest.raises(ConfigurationError):
            registry.find(tracking, name)


def test_the_champion_is_what_mlflow_itself_calls_champion(store: Path) -> None:
    """The file is asked directly; MLflow's own answer must be the same."""
    tracking = Tracking(store)
    assert champion(store, "day") is None
    assert champions._from_server(tracking.uri, "day") is None
    for reference in ("day:1", "day:2", "day:1"):
        version = promote(tracking, reference)
        found = champion(store, "day")
        assert found is not None
        assert found == registry.folder_of(tracking, version)
        assert release_fingerprint(found) == version.tags["fingerprint"]
        (alias,) = [one.label for one in registry.versions(tracking) if champions.ALIAS in one.aliases]
        assert alias == f"bogda-{reference}"
    assert champion(store, "hour") is None


def test_a_copy_is_fetched_once_from_a_server(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tracking = Tracking(store)
    version = promote(tracking, "day:2")
    fetched = champions._from_server(tracking.uri, "day")
    assert fetched is not None
    assert tmp_path / "cache" in fetched.parents
    assert read_release(fetched)[0].seeds == (3, 4)
    assert release_fingerprint(fetched) == version.tags["fingerprint"]
    before = (fetched / "release.json").stat().st_mtime_ns
    assert champions._from_server(tracking.uri, "day") == fetched
    assert (fetched / "release.json").stat().st_mtime_ns == before
    assert [path.name for path in fetched.parent.iterdir()] == ["bogda-day-2"]


def test_asking_for_a_champion_is_cheap_makes_nothing_and_loads_no_mlflow(
    store: Path, tmp_path: Path
) -> None:
    promote(Tracking(store), "day:1")
    program = (
        "import sys, time; import flows.cli, training.tracking, training.registry, training.promotion\n"
        "from forecast.learned.champion import champion\n"
        "begun = time.perf_counter()\n"
        "found = champion(sys.argv[1], 'day')\n"
        "took = time.perf_counter() - begun\n"
        "assert champion(sys.argv[2], 'day') is None\n"
        "print(found, took < 2, 'mlflow' in sys.modules, 'torch' in sys.modules)"
    )
    absent = tmp_path / "absent"
    done = subprocess.run(
        [sys.executable, "-c", program, str(store), str(absent)],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1:] == ["True", "False", "False"]
    assert str(store) in done.stdout
    assert not absent.exists()


def test_nothing_is_reported_to_anyone(store: Path) -> None:
    published(Tracking(store), store / "third")
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert not [one.name for one in threading.enumerate() if "elemetry" in one.name]


def test_a_moved_store_keeps_its_models_and_writes_where_it_is_now(store: Path, tmp_path: Path) -> None:
    promote(Tracking(store), "day:1")
    moved = store.rename(tmp_path / "moved")
    found = champion(moved, "day")
    assert found is not None
    assert moved in found.parents
    third = published(Tracking(moved), tmp_path / "third")
    assert third.number == 3
    assert moved in registry.folder_of(Tracking(moved), third).parents
    assert not store.exists()


def test_a_run_of_before_the_move_publishes_nothing(store: Path, tmp_path: Path) -> None:
    release = write_release(tmp_path / "one", document(), members())
    tracking = Tracking(store)
    with tracking.run("begun there", {}) as run:
        run.log_release(release)
    moved = Tracking(shutil.copytree(store, tmp_path / "moved"))
    with pytest.raises(InputError, match="when the store was elsewhere"):
        register(moved, release, run.id)


def test_files_that_are_gone_are_named(store: Path) -> None:
    version = promote(Tracking(store), "day:1")
    folder = champion(store, "day")
    assert folder is not None
    folder.rename(folder.with_name("elsewhere"))
    template = Path(version.source)
    hidden = template.with_name("hidden")
    template.rename(hidden)
    try:
        with pytest.raises(RunError, match="missing") as caught:
            champion(store, "day")
    finally:
        hidden.rename(template)
    assert str(folder) in str(caught.value)


def test_what_a_run_did_not_log_is_not_registered(store: Path, tmp_path: Path) -> None:
    tracking = Tracking(store)
    one = write_release(tmp_path / "one", document(), members())
    other = write_release(tmp_path / "other", document(seeds=(7, 8)), members())
    with tracking.run("mixed up", {}) as run:
        with pytest.raises(InputError, match="cannot read"):
            register(tracking, one, run.id)
        run.log_release(other)
        with pytest.raises(InputError, match="another release"):
            register(tracking, one, run.id)
    (one / "member-0.safetensors").write_bytes(b"")
    with tracking.run("damaged", {}) as run, pytest.raises(InputError, match="member-0"):
        run.log_release(one)
    assert len(registry.versions(tracking)) == 2


def _register(store: Path, folder: Path, worker: int) -> None:
    published(Tracking(store), folder / str(worker), seeds=(worker, 100))


def test_processes_that_register_at_once_lose_nothing(tmp_path: Path) -> None:
    """Four of them find no registry, make it, and each adds a version."""
    store, context = tmp_path / "new", multiprocessing.get_context("fork")
    workers = [context.Process(target=_register, args=(store, tmp_path, number)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(100)
    assert [worker.exitcode for worker in workers] == [0] * 4
    found = registry.versions(Tracking(store))
    assert [one.number for one in found] == [4, 3, 2, 1]
    assert len({one.tags["fingerprint"] for one in found}) == 4
    for one in found:
        assert release_fingerprint(registry.folder_of(Tracking(store), one)) == one.tags["fingerprint"]


def test_another_writer_is_waited_for_and_then_named(tmp_path: Path) -> None:
    models, begun = tmp_path / "models", time.monotonic()
    with alone(models), pytest.raises(RunError, match="another process is writing"), alone(models, 0.2):
        pass
    assert 0.2 <= time.monotonic() - begun < 5
    with alone(models, 0.2):
        pass


def opened(store: Path) -> list[str]:
    """What opening, and asking for the champion, say."""
    said = []
    for attempt in (Tracking, lambda one: champion(one, "day")):
        with pytest.raises(BogdaError) as caught:
            attempt(store)
        assert "\n" not in str(caught.value)
        assert "mlflow.db" in str(caught.value)
        said.append(str(caught.value))
    return said


def test_a_locked_registry_is_one_clear_line(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(champions, "PATIENCE_SECONDS", 0.1)
    database = store / "models" / "mlflow.db"
    connection = sqlite3.connect(database)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert all("locked" in said and "Wait for the other process" in said for said in opened(store))
    finally:
        connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"not a database at all" * len(data[:300]),
        lambda data: data[:5000],
        lambda data: data[:100] + b"\xff" * 8000 + data[8100:],
        lambda data: data[: len(data) // 2],
    ],
    ids=["other", "cut early", "overwritten", "cut in half"],
)
def test_a_damaged_registry_is_one_clear_line(store: Path, damage: Any) -> None:
    database = store / "models" / "mlflow.db"
    promote(Tracking(store), "day:1")
    broken = damage(database.read_bytes())
    database.write_bytes(broken)
    with pytest.raises(RunError, match=r"mlflow\.db") as caught:
        Tracking(store)
    assert "\n" not in str(caught.value)
    assert database.read_bytes() == broken
    try:
        champion(store, "day")
    except RunError as error:
        assert "\n" not in str(error)


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "models" / "mlflow.db"
    database.parent.mkdir()
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE notes (text)")
    connection.commit()
    connection.close()
    before = database.read_bytes()
    assert "not a registry" in opened(tmp_path)[0]
    assert database.read_bytes() == before


def test_a_registry_of_another_version_of_mlflow_is_one_clear_line(store: Path) -> None:
    connection = sqlite3.connect(store / "models" / "mlflow.db")
    connection.execute("UPDATE alembic_version SET version_num = '0a8213491aaa'")
    connection.commit()
    connection.close()
    with pytest.raises(RunError, match="schema") as caught:
        Tracking(store)
    assert "\n" not in str(caught.value)


def test_what_is_no_folder_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot write"):
        Tracking(file)
    assert champion(file, "day") is None
    (tmp_path / "models" / "mlflow.db").mkdir(parents=True)
    with pytest.raises(RunError, match=r"mlflow\.db"):
        Tracking(tmp_path)
    with pytest.raises(RunError, match="no registry of models is named"):
        Tracking("memory://somewhere")


@pytest.mark.parametrize("uri", ["databricks", "file:///tmp/x", "sqlite:///x.db", "", "http:/x"])
def test_only_addresses_of_registries_are_taken(tmp_path: Path, uri: str) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tracking.yaml").write_text(f"uri: {json.dumps(uri)}\n", encoding="utf-8")
    for attempt in (Tracking, lambda one: champion(one, "day")):
        with pytest.raises(ConfigurationError, match=r"tracking\.yaml"):
            attempt(tmp_path)


def test_a_server_that_does_not_answer_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tracking.yaml").write_text(
        "uri: http://registry.invalid:5000\n", encoding="utf-8"
    )
    for attempt in (Tracking, lambda one: champion(one, "day")):
        with pytest.raises(RunError, match="registry of models") as caught:
            attempt(tmp_path)
        assert "\n" not in str(caught.value)
        assert "http://registry.invalid:5000" in str(caught.value)
