"""Seven days at accelerated time with a fault each: seven products before their deadlines."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from flows.operations.attend import Attendant
from flows.operations.clock import read
from flows.operations.register import Register
from flows.operations.station import Station
from tests.flows.operations.conftest import FastClock, with_schedule

FAULTS = ("crashes", "hangs", "deaf", "killed", "lies", "full", "dies-half-way", "talks")


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.timeout(240)
def test_seven_days_with_a_fault_each(station: Station, behave: Callable[..., None], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a simulation
    days = [f"2026-12-{day:02d}" for day in range(11, 18)]
    plan: dict[str, Any] = {}
    for day in days:
        rungs = {"full": chance.choice(FAULTS)}
        if chance.random() < 0.5:
            rungs["statistical"] = chance.choice(FAULTS)
        plan[f"{day}T17:00:00+08:00"] = rungs
    behave(plan)
    clock = FastClock("2026-12-11T07:59:50")
    faulty = with_schedule(station, most_updates=0)
    restart_at = {day: chance.random() < 0.3 for day in days}
    attendant = Attendant(faulty, clock)
    for day in days:
        for hour in ("08:00", "14:00", "16:00", "17:00", "19:00"):
            clock.jump_to(f"{day}T{hour}:01")
            if hour == "17:00" and restart_at[day]:
                attendant = Attendant(faulty, clock)
            while attendant.attend().state == "worked":
                pass
    register = Register(station.store)
    for day in days:
        document = register.slot(f"{day}-final")
        assert document["state"] == "made", (day, document)
        assert read(document["made_at"]) < read(document["deadline"])
        manifest = json.loads((station.store / document["run"] / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["configuration"]["ladder"]["forecast"]["rung"] == document["rung"]
        assert document["rung"] != "full" or plan[f"{day}T17:00:00+08:00"]["full"] == "talks"
    assert not list((station.store / "runs" / "demo").glob(".writing-*"))
