"""Jobs in their own hours, and products that cannot be handed on at once."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from consultation.delivery.configuration import FolderTarget
from flows.operations.attend import Attendant
from flows.operations.jobs import retention_job
from flows.operations.register import Register
from flows.operations.station import Station
from flows.site.parts import DeliverConfig, JobConfig, RetentionConfig
from tests.flows.operations.conftest import FastClock, with_schedule

KEEPS = "import sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + chr(10))"
FAILS = "import sys; sys.stderr.write('bogda: the data base cannot be reached'); sys.exit(5)"
SLEEPS = "import time; time.sleep(600)"


def until_idle(attendant: Attendant) -> list[str]:
    done = []
    while (looked := attendant.attend()).state == "worked":
        done.append(looked.detail)
    return done


def program(code: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", code, *words)


def test_a_job_runs_in_its_hours_once(station: Station, tmp_path: Path) -> None:
    job = JobConfig(start="01:00", done_by="05:00", commands=(("verify", "{today}"), ("backtest", "{day-1}")))
    real = replace(with_schedule(station, learning=job), bogda=program(KEEPS, str(tmp_path / "said")))
    clock = FastClock("2026-12-11T00:30:00", factor=60)
    attendant = Attendant(real, clock)
    until_idle(attendant)
    assert not (tmp_path / "said").exists()
    clock.jump_to("2026-12-11T01:00:01")
    assert until_idle(attendant) == ["2026-12-11-learning done"]
    assert until_idle(attendant) == []
    assert (tmp_path / "said").read_text().splitlines() == ["verify 2026-12-11", "backtest 2026-12-10"]


def test_a_job_ends_before_the_next_forecast(station: Station) -> None:
    job = JobConfig(start="07:30", done_by="12:00", commands=(("verify", "x"),))
    real = replace(with_schedule(station, verification=job), bogda=program(SLEEPS))
    clock = FastClock("2026-12-11T07:20:00")
    attendant = Attendant(real, clock)
    until_idle(attendant)
    clock.jump_to("2026-12-11T07:40:00")
    assert attendant.attend().detail.startswith("2026-12-11-verification verify x: it took longer")
    assert "07:5" in f"{clock.now():%H:%M}"
    clock.jump_to("2026-12-11T08:00:01")
    assert attendant.attend().detail == "2026-12-11-morning full made"


def test_what_cannot_be_handed_on_is_told_and_tried_again(station: Station, tmp_path: Path) -> None:
    target = FolderTarget(kind="folder", name="share", path=tmp_path, formats=("csv",))
    away = replace(station, deliver=DeliverConfig(targets=(target,)), bogda=program(FAILS))
    clock = FastClock("2026-12-11T17:00:01", factor=60)
    assert until_idle(Attendant(away, clock)) == ["2026-12-11-final full made", "2026-12-11-final handed on"]
    told = Register(station.store).slot("2026-12-11-final")["delivered"]
    assert (told["done"], told["reason"]) == (False, "the data base cannot be reached")
    alarm = json.loads(
        next((station.store / "operations" / "alarms").glob("*delivery-failed.json")).read_text()
    )
    assert "the data base cannot be reached" in alarm["chinese"]
    back = replace(away, bogda=program(KEEPS, str(tmp_path / "said")))
    assert until_idle(Attendant(back, clock)) == []
    clock.sleep(601)
    assert until_idle(Attendant(back, clock)) == ["2026-12-11-final handed on"]
    assert until_idle(Attendant(back, clock)) == []
    run = "runs/demo/20261211T090000Z"
    said = (tmp_path / "said").read_text().splitlines()
    assert said == [f"runs deliver {run} --site demo --store {station.store} --slot 2026-12-11-final"]


def test_pruning_is_asked_for_once_a_day_where_the_site_wants_it(station: Station) -> None:
    assert retention_job(replace(station, retention=RetentionConfig(days=400))) is None
    assert retention_job(replace(station, retention=RetentionConfig(automatic=True))) is None
    asked = retention_job(replace(station, retention=RetentionConfig(automatic=True, runs=9, gib=2.5)))
    assert asked is not None
    words = ("runs", "prune", "--store", "{store}", "--keep", "9", "--gib", "2.5", "--yes")
    assert asked.commands == (words,)
