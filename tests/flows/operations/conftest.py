"""A station with a stand-in worker, and a clock that runs fast."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.operations.clock import BEIJING
from flows.operations.station import Station
from flows.site.parts import AlarmConfig, RetentionConfig, ScheduleConfig, SlotConfig, StatusConfig

SLOTS = (
    ("morning", "08:00", "09:30", "早间"), ("draft", "14:00", "15:30", "初稿"),
    ("update", "16:00", "17:00", "更新"), ("final", "17:00", "18:00", "定稿"),
)  # fmt: skip


class FastClock:
    """Time that runs so many times faster; a long sleep is a jump."""

    def __init__(self, start: str, factor: float = 600.0) -> None:
        self._start = dt.datetime.fromisoformat(start).replace(tzinfo=BEIJING)
        self._begun, self._factor, self._jumped = time.monotonic(), factor, 0.0

    def now(self) -> dt.datetime:
        passed = (time.monotonic() - self._begun) * self._factor + self._jumped
        return self._start + dt.timedelta(seconds=passed)

    def sleep(self, seconds: float) -> None:
        if seconds >= 0.5:
            self._jumped += seconds
        else:
            time.sleep(0.005)

    def jump_to(self, moment: str) -> None:
        left = dt.datetime.fromisoformat(moment).replace(tzinfo=BEIJING) - self.now()
        self._jumped += left.total_seconds()


def schedule(**given: Any) -> ScheduleConfig:
    slots = tuple(SlotConfig(name=n, start=s, done_by=d, chinese=c, english=n) for n, s, d, c in SLOTS)  # type: ignore[arg-type]
    chosen = {"slots": slots, "timer": "clock", "grace_s": 30} | given
    return ScheduleConfig(**chosen)


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Station:
    store = tmp_path / "store"
    (store / "inbox").mkdir(parents=True)
    plan = tmp_path / "plan.json"
    plan.write_text("{}", encoding="utf-8")
    monkeypatch.setenv("BOGDA_STAND_IN", str(plan))
    worker = (sys.executable, "-S", "-E", str(Path(__file__).with_name("stand_in.py")))
    return Station(
        "demo", "演示", "Demo", "demo", store, store / "inbox", schedule(),
        alarms=AlarmConfig(free_mib=0), retention=RetentionConfig(ballast_mib=0), status=StatusConfig(port=0),
        worker=worker,
    )  # fmt: skip


@pytest.fixture
def behave(tmp_path: Path) -> Callable[..., None]:
    """Tell the stand-in how to behave, by rung or by reference time and rung."""

    def tell(plan: dict[str, Any]) -> None:
        (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    return tell


@pytest.fixture
def calls(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """What the stand-in was asked for."""

    def read() -> list[dict[str, Any]]:
        file = tmp_path / "plan.calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return read


def with_schedule(station: Station, **given: Any) -> Station:
    return replace(station, schedule=schedule(**given))
