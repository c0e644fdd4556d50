"""`bogda runs resume` by its command, after a schedule and its worker were really ended half-way."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_PROGRAM = """
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from flows.operations import clock, opening
worker = (sys.executable, "-S", "-E", sys.argv[2])
real, shift, now = opening.station_of, timedelta(seconds=float(sys.argv[1])), clock.MachineClock.now
opening.station_of = lambda *given: replace(real(*given), worker=worker)
clock.MachineClock.now = lambda self: now(self) + shift
sys.argv[1:3] = []
from flows.cli import main
main()
"""
"""The command line with a worker that does as it is told, at an hour at which the last slot is due."""

Bogda = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def bogda(tmp_path: Path) -> Iterator[Bogda]:
    from datetime import datetime

    shift = datetime.fromisoformat("2026-12-11T17:10:00+08:00").timestamp() - time.time()
    begun: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        stand_in = str(Path(__file__).with_name("stand_in.py"))
        begun.append(
            subprocess.Popen(
                (sys.executable, "-c", _PROGRAM, str(shift), stand_in, *words),
                env=os.environ | {"BOGDA_STAND_IN": str(tmp_path / "plan.json")}, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            )
        )  # fmt: skip
        return begun[-1]

    yield start
    for one in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        one.communicate()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_ended_in_the_middle_is_told_cleared_and_made(
    tmp_path: Path, bogda: Bogda, number: signal.Signals
) -> None:
    store, plan = tmp_path / "store", tmp_path / "plan.json"
    at = ("--store", str(store))
    store.mkdir()
    plan.write_text('{"full": "hangs"}', encoding="utf-8")
    schedule = bogda("schedule", "--site", "demo", *at, "--once")
    worker = _worker(store)
    schedule.send_signal(number)
    said = schedule.communicate(timeout=60)[1]
    if number == signal.SIGTERM:
        assert schedule.returncode == 5
        assert "收到终止信号" in said
        with pytest.raises(ProcessLookupError):
            os.killpg(worker, 0)
    else:
        os.killpg(worker, number)
    half = store / "runs" / "demo" / f".writing-{worker}-1-abc"
    half.mkdir(parents=True)
    told = _answer(bogda("status", *at, "--json"))
    assert told["last_runs"][0]["state"] == ("interrupted" if number == signal.SIGKILL else "waiting")
    assert ("interrupted" in [one["code"] for one in told["problems"]]) is (number == signal.SIGKILL)
    plan.write_text("{}", encoding="utf-8")
    resumed = _answer(bogda("runs", "resume", "--site", "demo", *at, "--json"))
    assert resumed["state"] == "idle"
    assert any(half.name in one for one in resumed["swept"])
    assert not half.exists()
    assert [one["state"] for one in _answer(bogda("runs", "list", *at, "--json"))["runs"]] == ["whole"]
    assert _answer(bogda("status", *at, "--json"))["last_runs"][0]["state"] == "made"


def _worker(store: Path) -> int:
    """The process of the run, once it is at work."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for file in (store / "operations" / "slots").glob("*.json"):
            document = json.loads(file.read_text(encoding="utf-8"))
            worker = document["attempts"][-1].get("process") if document["attempts"] else None
            if worker and list((store / "operations" / "events").glob("*.jsonl")):
                return int(worker)
        time.sleep(0.1)
    raise AssertionError("no run was begun")


def _answer(asked: subprocess.Popen[str]) -> dict[str, list[dict[str, str]]]:
    out, err = asked.communicate(timeout=90)
    assert asked.returncode == 0, err
    document: dict[str, list[dict[str, str]]] = json.loads(out)
    return document
