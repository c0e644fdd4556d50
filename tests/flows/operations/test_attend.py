"""Slots are made, rungs lowered, losses recovered, updates triggered; with workers that misbehave."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from flows.operations import disk
from flows.operations.attend import Attendant
from flows.operations.lock import alone
from flows.operations.register import Register
from flows.operations.station import Station
from foundation.leftovers import start_of
from tests.flows.operations.conftest import FastClock, with_schedule

Behave = Callable[[dict[str, Any]], None]
Calls = Callable[[], list[dict[str, Any]]]
FINAL = "2026-12-11-final"


def until_idle(attendant: Attendant, most: int = 30) -> list[str]:
    done = []
    for _ in range(most):
        looked = attendant.attend()
        if looked.state != "worked":
            break
        done.append(looked.detail)
    return done


def alarms(station: Station) -> list[str]:
    return sorted(file.stem for file in (station.store / "operations" / "alarms").glob("*.json"))


def runs(station: Station) -> list[str]:
    return sorted(path.name for path in (station.store / "runs" / "demo").glob("[0-9]*"))


def test_a_slot_is_made_once(station: Station, calls: Calls) -> None:
    attendant = Attendant(station, FastClock("2026-12-11T17:00:05"))
    assert until_idle(attendant) == [f"{FINAL} full made"]
    document = Register(station.store).slot(FINAL)
    assert (document["state"], document["run"]) == ("made", "runs/demo/20261211T090000Z")
    assert [one["time"] for one in calls()] == ["2026-12-11T17:00:00+08:00"]
    assert until_idle(Attendant(station, FastClock("2026-12-11T17:30:00"))) == []
    assert alarms(station) == []


@pytest.mark.parametrize(
    ("behaviour", "outcome", "reason"),
    [
        ("crashes", "failed", "the disk is broken"), ("hangs", "stopped", "longer"),
        ("deaf", "stopped", "longer"),
        ("killed", "killed", "signal 9"),
        ("lies", "failed", "no whole run"),
        ("full", "failed", "No space left"),
        ("dies-half-way", "killed", "signal 9"),
    ],
)  # fmt: skip
def test_a_failure_lowers_the_rung(
    station: Station, behave: Behave, behaviour: str, outcome: str, reason: str
) -> None:
    behave({"full": behaviour})
    attendant = Attendant(with_schedule(station, most_updates=0), FastClock("2026-12-11T17:00:05"))
    assert until_idle(attendant) == [f"{FINAL} full {outcome}", f"{FINAL} statistical made"]
    document = Register(station.store).slot(FINAL)
    assert reason in document["attempts"][0]["reason"]
    assert (document["rung"], document["made_at"] < document["done_by"]) == ("statistical", True)
    assert runs(station) == ["20261211T090000Z"]
    late = [f"{FINAL}-no-product"] if outcome == "stopped" else []
    assert alarms(station) == [f"{FINAL}-attempt-{outcome}-full", *late]


def test_all_but_the_last_rung_hang_and_the_product_is_in_time(station: Station, behave: Behave) -> None:
    behave({"full": "deaf", "statistical": "hangs"})
    attendant = Attendant(with_schedule(station, most_updates=0), FastClock("2026-12-11T17:00:05"))
    until_idle(attendant)
    document = Register(station.store).slot(FINAL)
    assert (document["state"], document["rung"]) == ("made", "persistence")
    assert document["made_at"] < document["done_by"]


def test_a_disk_that_is_full_for_long_gets_its_product_in_the_end(station: Station, behave: Behave) -> None:
    behave(dict.fromkeys(("full", "statistical", "persistence"), "full"))
    clock = FastClock("2026-12-11T17:00:05")
    attendant = Attendant(station, clock)
    for _ in range(12):
        attendant.attend()
        clock.sleep(60)
    assert Register(station.store).slot(FINAL)["state"] == "waiting"
    behave({})
    clock.sleep(400)
    assert until_idle(attendant)[:1] == [f"{FINAL} persistence made"]


def test_output_is_bounded(station: Station, behave: Behave) -> None:
    behave({"full": "talks"})
    attendant = Attendant(station, FastClock("2026-12-11T17:00:05", factor=100))
    assert until_idle(attendant) == [f"{FINAL} full made"]


def test_no_product_near_the_deadline_is_an_alarm_once(station: Station, behave: Behave) -> None:
    behave(dict.fromkeys(("full", "statistical", "persistence"), "crashes"))
    clock = FastClock("2026-12-11T17:45:00")
    attendant = Attendant(station, clock)
    for _ in range(8):
        attendant.attend()
        clock.sleep(30)
    assert f"{FINAL}-no-product" in alarms(station)
    clock.jump_to("2026-12-11T20:01:00")
    attendant.attend()
    assert f"{FINAL}-deadline-passed" in alarms(station)
    assert len(alarms(station)) == len(set(alarms(station)))


def test_missed_slots_are_caught_up_latest_first(station: Station, calls: Calls) -> None:
    until_idle(Attendant(station, FastClock("2026-12-11T08:00:05")))
    clock = FastClock("2026-12-13T16:20:00")
    assert until_idle(Attendant(station, clock)) == ["2026-12-13-update full made"]
    register = Register(station.store)
    assert register.slot("2026-12-12-final")["state"] == "missed"
    assert register.slot("2026-12-13-draft")["state"] == "missed"
    assert register.slot("2026-12-11-morning")["state"] == "made"
    assert len(calls()) == 2


def test_arrivals_make_an_update_and_no_more_than_allowed(station: Station, calls: Calls) -> None:
    clock = FastClock("2026-12-11T14:00:05", factor=50)
    attendant = Attendant(with_schedule(station, most_updates=2), clock)
    until_idle(attendant)
    for number in range(4):
        clock.sleep(21 * 60)
        arrived = station.inbox / "cnemc" / f"{number}.csv"
        arrived.parent.mkdir(exist_ok=True)
        arrived.write_text("x")
        os.utime(arrived, (2e9 + number, 2e9 + number))
        (station.inbox / "cnemc" / f".{number}.csv.part").write_text("x")
        until_idle(attendant)
    assert [one["time"][11:16] for one in calls()] == ["14:00", "14:00", "14:00"]
    document = Register(station.store).slot("2026-12-11-draft")
    assert [one["update"] for one in document["attempts"]] == ["", "arrived: cnemc", "arrived: cnemc"]


def test_a_lower_rung_is_tried_again_from_the_top(station: Station, behave: Behave) -> None:
    behave({"full": "crashes"})
    clock = FastClock("2026-12-11T14:00:05", factor=50)
    attendant = Attendant(station, clock)
    until_idle(attendant)
    behave({})
    clock.sleep(25 * 60)
    assert until_idle(attendant) == ["2026-12-11-draft full made"]
    assert Register(station.store).slot("2026-12-11-draft")["rung"] == "full"


def test_two_at_once_one_works_and_the_other_says_so(station: Station) -> None:
    attendant = Attendant(station, FastClock("2026-12-11T17:00:05"))
    with alone(station.store / "operations") as taken:
        assert taken
        looked = attendant.attend()
    assert looked.state == "busy"
    assert str(os.getpid()) in looked.detail
    assert attendant.attend().state == "worked"


def test_what_a_dead_scheduler_left_is_ended_and_made_again(station: Station, behave: Behave) -> None:
    """The scheduler is killed with SIGKILL while its worker works."""
    behave({"full": "hangs"})
    child = os.fork()
    if child == 0:
        Attendant(station, FastClock("2026-12-11T17:00:05", factor=1)).attend()
        os._exit(0)
    process = _worker_of(station)
    os.kill(child, 9)
    os.waitpid(child, 0)
    left = station.store / "runs" / "demo" / ".writing-999999-1-abcdef01"
    left.mkdir(parents=True)
    assert start_of(process)
    behave({})
    clock = FastClock("2026-12-11T17:02:00", factor=100)
    assert until_idle(Attendant(station, clock)) == [f"{FINAL} full made"]
    assert not start_of(process)
    assert [one["outcome"] for one in Register(station.store).slot(FINAL)["attempts"]] == ["lost", "made"]
    assert not left.exists()
    assert runs(station) == ["20261211T090000Z"]


def _worker_of(station: Station) -> int:
    for _ in range(200):
        attempts = Register(station.store).slot(FINAL)["attempts"]
        if attempts and attempts[-1].get("process"):
            return int(attempts[-1]["process"])
        time.sleep(0.05)
    raise AssertionError("no worker began")


def test_a_store_that_went_away_is_told_and_taken_up_again(station: Station) -> None:
    clock = FastClock("2026-12-11T17:00:05")
    attendant = Attendant(station, clock)
    away = station.store.with_name("away")
    station.store.rename(away)
    looked = attendant.attend()
    assert looked.state == "out-of-reach"
    assert "\n" not in looked.detail
    assert not station.store.exists()
    away.rename(station.store)
    assert until_idle(attendant) == [f"{FINAL} full made"]


def test_ballast_is_laid_and_given_up(
    station: Station, behave: Behave, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = replace(station, retention=station.retention.model_copy(update={"ballast_mib": 1}))
    attendant = Attendant(kept, FastClock("2026-12-11T06:00:00"))
    until_idle(attendant)
    ballast = station.store / "operations" / "ballast"
    assert ballast.stat().st_size == 1 << 20
    behave({"full": "full"})
    monkeypatch.setattr(disk, "free_mib", lambda _: 0.5)
    until_idle(Attendant(kept, FastClock("2026-12-11T17:00:05")))
    assert not ballast.exists()
    assert Register(station.store).slot(FINAL)["rung"] == "statistical"


def test_the_log_tells_the_run(station: Station) -> None:
    until_idle(Attendant(station, FastClock("2026-12-11T17:00:05")))
    lines = (station.store / "operations" / "log" / "operations.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    run = Register(station.store).slot(FINAL)["attempts"][0]["id"]
    assert [one["event"] for one in told if one["run"] == run] == ["begun", "worker", "ended"]
