"""The day under Prefect: once fresh, once from its cache, and when the scheduler cannot start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import daily
from flows.scheduler import alone_on_this_machine
from tests.flows.test_commands import bogda
from tests.flows.test_day import plan_of


def made(case: Path, store: Path, *further: str) -> dict[str, object]:
    done = bogda("daily", "--case", str(case), "--store", str(store), "--json", *further)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    document: dict[str, object] = json.loads(done.stdout)
    return document


@pytest.mark.flow
@pytest.mark.timeout(360)
def test_the_flow_runs_fresh_and_again_from_its_cache(small_case: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = made(small_case, store)
    assert first["made"] is True
    codes = [lacking["code"] for lacking in first["manifest"]["degradations"]]  # type: ignore[index]
    assert "no-scheduler" not in codes
    assert list((store / "cache").glob("measurements-*.nc"))
    assert made(small_case, store)["made"] is False
    for file in (store / "cache").iterdir():
        file.unlink()
    again = made(small_case, store, "--again")
    assert again["made"] is True
    assert "no-scheduler" not in json.dumps(again["manifest"])


def test_a_broken_scheduler_does_not_stop_the_day(
    small_case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Path:
        raise RuntimeError("no server")

    monkeypatch.setattr(daily, "_under_prefect", broken)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    with pytest.warns(RuntimeWarning, match="no server"):
        folder, fresh = daily.make_day(plan_of(small_case, tmp_path / "store"), lambda _: None)
    assert fresh
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["degradations"][0]["code"] == "no-scheduler"


def test_a_program_that_is_told_to_end_ends_in_order() -> None:
    """Prefect stops its server when Python leaves: here something else stands for it.

    Signals are as they usually are, also where these tests run under nohup, which has SIGHUP ignored.
    """
    program = (
        "import atexit, signal, time; from flows.scheduler import alone_on_this_machine; "
        "signal.signal(signal.SIGHUP, signal.SIG_DFL); alone_on_this_machine(None); "
        "atexit.register(print, 'stopped'); print('begun', flush=True); time.sleep(60)"
    )
    for kind in (signal.SIGTERM, signal.SIGHUP):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as begun:
            assert begun.stdout is not None
            assert begun.stdout.readline() == "begun\n"
            begun.send_signal(kind)
            assert begun.stdout.read() == "stopped\n"
            assert begun.wait(30) == 128 + kind


def test_a_program_that_is_told_to_end_waits_for_nobody_for_long() -> None:
    """A step in a thread goes on, a fault on the way out hides the end, a server stands beside: all end."""
    program = """
import subprocess, sys, threading, time
from flows import scheduler
scheduler._GRACE_SECONDS = 1.0
scheduler.alone_on_this_machine(None)
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
threading.Thread(target=time.sleep, args=(60,)).start()
print(server.pid, flush=True)
try:
    try:
        time.sleep(60)
    finally:
        raise ConnectionError("the server is gone")
except Exception:
    scheduler.end_if_told()
print("went on")
"""
    begun = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with begun:
        assert begun.stdout is not None
        server = int(begun.stdout.readline())
        begun.send_signal(signal.SIGTERM)
        assert begun.wait(30) == 128 + signal.SIGTERM
        assert begun.stdout.read() == ""
    with pytest.raises(ProcessLookupError):
        for _ in range(50):
            os.kill(server, 0)
            time.sleep(0.1)


def test_what_is_half_written_goes_with_a_program_that_cannot_leave_in_order(tmp_path: Path) -> None:
    program = """
import sys, time
import numpy as np
from flows import scheduler
from foundation.store import RunStore
scheduler._GRACE_SECONDS = 0.5
scheduler.alone_on_this_machine(None)
with RunStore(sys.argv[1]).writing("demo", np.datetime64("2026-11-20T08:00", "ns")) as folder:
    (folder / "forecast.nc").write_text("half")
    print("writing", flush=True)
    while True:
        try:
            time.sleep(60)
        except SystemExit:
            pass
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as begun:
        assert begun.stdout is not None
        assert begun.stdout.readline() == b"writing\n"
        assert list(tmp_path.glob("runs/demo/.writing-*"))
        begun.send_signal(signal.SIGTERM)
        assert begun.wait(30) == 128 + signal.SIGTERM
    assert not list(tmp_path.glob("runs/demo/.*"))


@pytest.mark.flow
@pytest.mark.timeout(240)
def test_a_daily_run_ends_when_its_whole_group_is_told_to(small_case: Path, tmp_path: Path) -> None:
    """As a terminal, systemd or `timeout` does it: the run and Prefect's server get the signal at once."""
    store, events = tmp_path / "store", tmp_path / "events.jsonl"
    command = (sys.executable, "-m", "flows.start", "daily", "--case", str(small_case), "--store", str(store))
    with subprocess.Popen(
        command, env=os.environ | {"BOGDA_EVENTS": str(events)}, start_new_session=True, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as begun:  # fmt: skip
        assert soon(lambda: events.is_file() and '"measurements"' in events.read_text("utf-8"), 120)
        os.killpg(begun.pid, signal.SIGTERM)
        told = time.monotonic()
        assert begun.wait(40) == 128 + signal.SIGTERM
        assert time.monotonic() - told < 30
        assert begun.stderr is not None
        said = begun.stderr.read()
    assert "收到终止信号" in said
    assert "without" not in said
    assert not list(store.glob("runs/*/*"))

    def group_is_gone() -> bool:
        try:
            os.killpg(begun.pid, 0)
        except ProcessLookupError:
            return True
        return False

    assert soon(group_is_gone, 30), "Prefect's server still stands"


def soon(true: Callable[[], bool], seconds: float) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    return true()


def test_what_a_user_has_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"PREFECT_LOGGING_LEVEL": "INFO"})
    alone_on_this_machine(tmp_path / "prefect")
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "INFO"
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "prefect")
    alone_on_this_machine(tmp_path / "other")
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert not (tmp_path / "other").exists()
