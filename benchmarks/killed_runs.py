"""SIGKILL at 20 points of a real daily run and its delivery: afterwards one whole run, and each product once.

    python benchmarks/killed_runs.py FOLDER [POINTS]

The worker is killed at every other point, its scheduler at the others; three more kills come at named
moments: when the run was made and not handed on, while it is handed on, and after the first product went out.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import xarray as xr

from flows.operations.attend import Attendant
from flows.operations.clock import BEIJING
from flows.operations.opening import station_of
from flows.operations.register import Register
from flows.operations.station import Station

KEY = "2026-12-11-final"
SITE = """
name: demo
chinese: 演示
english: Demo
case: demo
schedule:
  slots: [{name: final, start: "17:00", done_by: "18:00", chinese: 定稿, english: Final, useful_until_h: 3}]
  most_updates: 0
deliver:
  settings: consultation.yaml
  targets: [{kind: folder, name: share, path: OUT, formats: [csv, json, html]}]
alarms: {free_mib: 0}
status: {port: 0}
"""
DELIVERY = """
targets: []
retry:
  {attempts: 2, first_wait_s: 0, factor: 1, longest_wait_s: 0, timeout_s: 1, attempt_s: 10, deadline_s: 20}
largest_mib: 32
"""
WORKER = """
import sys
words = sys.argv[1:]
at = words.index('--rung') + 1
words[at] = words[at].replace('full', 'statistical')
sys.argv = ['bogda', 'daily', *words]
from flows.cli import main
main()
"""


class Shifted:
    """The machine's clock, moved to the hour of the slot."""

    def __init__(self) -> None:
        self._begun, self.moved = time.monotonic(), 0.0

    def now(self) -> dt.datetime:
        """This instant."""
        passed = time.monotonic() - self._begun + self.moved
        return dt.datetime(2026, 12, 11, 17, 0, 5, tzinfo=BEIJING) + dt.timedelta(seconds=passed)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(min(seconds, 0.2))


def prepared(folder: Path) -> Station:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "store" / "inbox").mkdir(parents=True)
    shipped = Path(__file__).parents[1] / "configs" / "consultation.yaml"
    text = shipped.read_text(encoding="utf-8").replace(
        "delivery_retry_minutes: 10", "delivery_retry_minutes: 1"
    )
    text = text.replace("\ndelivery_settings: null", "\ndelivery_settings: delivery.yaml")
    (folder / "consultation.yaml").write_text(text, encoding="utf-8")
    (folder / "delivery.yaml").write_text(DELIVERY, encoding="utf-8")
    (folder / "out").mkdir()
    (folder / "site.yaml").write_text(SITE.replace("OUT", str(folder / "out")), encoding="utf-8")
    station = station_of(str(folder / "site.yaml"), str(folder / "store"))
    return replace(station, worker=(sys.executable, "-W", "ignore", "-c", WORKER))


def attend(station: Station, clock: Shifted) -> None:
    attendant = Attendant(station, clock)
    while attendant.attend().state == "worked":
        pass


def scheduler(station: Station) -> int:
    child = os.fork()
    if child == 0:
        os.setsid()
        with contextlib.suppress(BaseException):
            attend(station, Shifted())
        os._exit(0)
    return child


def over(child: int) -> bool:
    return os.waitpid(child, os.WNOHANG)[0] != 0


def kill_at(station: Station, child: int, moment: str, seconds: float) -> str:
    """Kill the worker or the scheduler at a moment; says what was killed, nothing where it was over."""
    begun = time.monotonic()
    while not reached(station, moment, time.monotonic() - begun, seconds):
        if over(child):
            return ""
        time.sleep(0.002)
    worker = 0
    with contextlib.suppress(LookupError, KeyError):
        worker = int(Register(station.store).slot(KEY)["attempts"][-1]["process"])
    if moment == "worker":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker, signal.SIGKILL)
        os.waitpid(child, 0)
        return "worker"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "scheduler"


def reached(station: Station, moment: str, passed: float, seconds: float) -> bool:
    if moment in {"worker", "scheduler"}:
        return passed >= seconds
    document = Register(station.store).slot(KEY)
    if moment == "made":
        return document["state"] == "made"
    if moment == "handing on":
        return document.get("delivered") is not None
    return any((station.store.parent / "out").iterdir())


def judged(station: Station) -> list[str]:
    """What is wrong; nothing where all is as it should be."""
    found = []
    runs = sorted((station.store / "runs" / "demo").iterdir())
    if [run.name for run in runs] != ["20261211T090000Z"]:
        found.append(f"runs: {[run.name for run in runs]}")
    else:
        manifest = json.loads((runs[0] / "manifest.json").read_text(encoding="utf-8"))
        found += [f"lacks {name}" for name in manifest["products"].values() if not (runs[0] / name).exists()]
        with xr.open_dataset(runs[0] / "forecast.nc") as forecast:
            forecast.load()
    handed = sorted(path.name for path in (station.store.parent / "out").iterdir())
    expected = sorted(f"bogda-demo-{KEY}-unsigned-{form}.{form}" for form in ("csv", "html", "json"))
    if handed != expected:
        found.append(f"handed on: {handed}")
    return found + ledger(station)


def ledger(station: Station) -> list[str]:
    from consultation.record.deliveries import Deliveries
    from consultation.record.desk import open_desk

    desk = open_desk(station.store, station.deliver.settings)
    try:
        held = [(one.key.version, one.status) for one in Deliveries(desk.record, 1).all()]
        told = [entry.payload for entry in desk.record.entries(kind="delivery")]
    finally:
        desk.close()
    arrived = sorted(one["version"] for one in told if one["status"] == "delivered")
    wrong = (
        []
        if sorted(held) == [(f"1/{form}", "delivered") for form in ("csv", "html", "json")]
        else [f"ledger: {held}"]
    )
    return wrong if arrived == ["1/csv", "1/html", "1/json"] else [*wrong, f"recorded: {arrived}"]


def resumed(station: Station) -> None:
    """The next start; claims of a dead process are given anew after a minute."""
    clock = Shifted()
    attend(station, clock)
    for _ in range(3):
        if (Register(station.store).slot(KEY).get("delivered") or {}).get("done"):
            return
        time.sleep(62)
        clock.moved += 700
        attend(station, clock)


def main(folder: Path, points: int) -> None:
    station = prepared(folder / "whole")
    begun = time.monotonic()
    attend(station, Shifted())
    whole = time.monotonic() - begun
    print(f"undisturbed: {whole:.0f} s, {judged(station) or 'as it should be'}", flush=True)
    moments = [("worker" if n % 2 else "scheduler", (n + 0.5) / points) for n in range(points)]
    moments += [("made", 0.0), ("handing on", 0.0), ("first product", 0.0)]
    bad = 0
    for number, (moment, share) in enumerate(moments):
        killed = ""
        while not killed:
            station = prepared(folder / f"point-{number}")
            begun, seconds = time.monotonic(), whole * share
            killed = kill_at(station, scheduler(station), moment, seconds)
            if not killed:  # the machine is less busy than when the whole was timed
                whole = time.monotonic() - begun
        resumed(station)
        wrong = judged(station)
        bad += bool(wrong)
        told = wrong or "one whole run, each product once"
        print(
            f"{number:2}  {moment:13} {seconds:5.1f} s  killed {killed:20} {told}",
            flush=True,
        )
        shutil.rmtree(folder / f"point-{number}")
    print(f"{len(moments) - bad} of {len(moments)} ended with exactly one whole run and no delivery twice")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
