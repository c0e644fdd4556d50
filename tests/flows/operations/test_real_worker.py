"""The real worker under the schedule: a week with faults, and the product on its way to its targets."""

from __future__ import annotations

import json
import random
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from consultation.delivery.configuration import FolderTarget
from consultation.record.deliveries import Deliveries
from consultation.record.desk import open_desk
from flows.operations.attend import Attendant
from flows.operations.clock import read
from flows.operations.register import Register
from flows.operations.retention import named_in_record, stored_runs
from flows.operations.slots import slots_of
from flows.operations.station import Station
from flows.operations.unsigned import hand_on_run
from flows.site.parts import DeliverConfig, SlotConfig
from tests.flows.command import bogda
from tests.flows.operations.conftest import FastClock, schedule

pytestmark = pytest.mark.flow
KEY = "2026-12-11-final"

FAULTY = """
import json, os, signal, sys
words = sys.argv[1:]
at = words.index('--rung') + 1
day = words[words.index('--reference-time') + 1][:10]
fault = json.loads(os.environ['FAULTS']).get(day, {}).get(words[at])
if fault == 'killed':
    signal.setitimer(signal.ITIMER_REAL, 4.0)
if fault == 'crashes':
    sys.exit(1)
words[at] = words[at].replace('full', 'statistical')
sys.argv = ['bogda', 'daily', *words]
from flows.cli import main
main()
"""


def until_idle(attendant: Attendant) -> None:
    while attendant.attend().state == "worked":
        pass


@pytest.mark.timeout(900)
def test_a_week_of_real_runs_with_faults(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)  # noqa: S311 - a simulation
    days = [f"2026-12-{day}" for day in range(11, 18)]
    faults: dict[str, Any] = {day: {"full": chance.choice(("killed", "crashes"))} for day in days}
    for day in days[2:]:
        faults[day]["statistical"] = chance.choice(("killed", "crashes"))
    monkeypatch.setenv("FAULTS", json.dumps(faults))
    final = SlotConfig(name="final", start="17:00", done_by="18:00", chinese="定稿", english="Final")
    real = replace(
        station, schedule=schedule(slots=(final,), most_updates=0),
        worker=(sys.executable, "-W", "ignore", "-c", FAULTY),
    )  # fmt: skip
    clock = FastClock("2026-12-11T17:00:01", factor=15)
    attendant = Attendant(real, clock)
    for day in days:
        clock.jump_to(f"{day}T17:00:01")
        until_idle(attendant)
    register = Register(station.store)
    for day in days:
        document = register.slot(f"{day}-final")
        assert document["state"] == "made", document
        assert read(document["made_at"]) < slots_of(real.schedule, read(document["start"]).date())[0].deadline
        with xr.open_dataset(station.store / document["run"] / "forecast.nc") as forecast:
            assert forecast.sizes["lead_time"] > 0
    assert {register.slot(f"{day}-final")["rung"] for day in days[2:]} == {"persistence"}
    assert len(stored_runs(station.store)) == len(days)


@pytest.mark.timeout(300)
def test_the_product_goes_out_unsigned_and_once(station: Station, tmp_path: Path) -> None:
    real = replace(
        station, worker=(sys.executable, "-W", "ignore", "-m", "flows.cli", "daily"),
        schedule=schedule(reserve_minutes=29),
    )  # fmt: skip
    attendant = Attendant(real, FastClock("2026-12-11T17:45:00", factor=10))
    assert attendant.attend().detail == f"{KEY} persistence made"
    out = tmp_path / "share"
    out.mkdir()
    target = FolderTarget(kind="folder", name="share", path=out, formats=("html", "json", "csv", "docx"))
    deliver = DeliverConfig(targets=(target,))
    run = Register(station.store).slot(KEY)["run"].removeprefix("runs/")
    first = hand_on_run(station.store, run, KEY, deliver)
    again = hand_on_run(station.store, run, KEY, deliver)
    assert {one.status for one in first} == {"delivered"}
    assert {one.status for one in again} == {"not-claimed"}
    files = sorted(path.name for path in out.iterdir())
    assert len(files) == 4
    assert all("-unsigned-" in name for name in files)
    page = next(out.glob("*.html")).read_text(encoding="utf-8")
    assert "未签发" in page
    with zipfile.ZipFile(next(out.glob("*.docx"))) as letter:
        assert "未签发" in letter.read("word/document.xml").decode()
    document = json.loads(next(out.glob("*.json")).read_text(encoding="utf-8"))
    assert document["degradations"][0]["code"] == "unsigned"
    desk = open_desk(station.store)
    held = Deliveries(desk.record, 10).all()
    desk.close()
    assert [(one.status, one.attempts) for one in held] == [("delivered", 1)] * 4
    _pruned(station, run)


def _pruned(station: Station, run: str) -> None:
    """A run stays while it is the latest; the list and the dry run say so."""
    assert isinstance(named_in_record(station.store, None), set)
    listed = json.loads(bogda("runs", "list", "--store", str(station.store), "--json").stdout)
    assert [(one["run"], one["slot"], one["rung"]) for one in listed["runs"]] == [(run, KEY, "persistence")]
    gone = json.loads(
        bogda("runs", "prune", "--store", str(station.store), "--days", "0.001", "--json").stdout
    )
    assert gone == {"removed": False, "runs": []}
    assert bogda("runs", "prune", "--store", str(station.store)).exit_code == 2


def test_commands_say_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = [
        ("runs", "list", "--store", str(tmp_path / "none")), ("schedule", "--site", "nonsense", "--once"),
        ("schedule", "--site", "demo", "--store", "s3://x", "--once"),
    ]  # fmt: skip
    for words in asked:
        done = bogda(*words)
        assert done.exit_code != 0
        assert len([line for line in done.stderr.splitlines() if line.startswith("bogda: ")]) == 1
