"""Which weather is taken, for every way in which rungs fail."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from flows.acquisition.arrival import Allowance, Arrival, Failure, WeatherWish
from flows.ladder.standing import Standing
from flows.site import weather
from flows.site.weather import WeatherLadder, steps_of
from flows.site.weather_trial import Needed, Trial
from foundation.times import HOUR

Told = list[int | str]
NOON = np.datetime64("2026-11-20T08:00:00", "ns")
NEEDED = Needed((80.0, 92.0, 40.0, 47.0), NOON - 24 * HOUR, NOON, 168)


@dataclass
class Source:
    """Weather whose every cycle is as told: hours it reaches, or why it is not there."""

    name: str
    told: Told
    kind: str = "GFS"
    fetched: list[np.datetime64] = field(default_factory=list)

    def cycles(self, before: np.datetime64, count: int) -> tuple[np.datetime64, ...]:
        return tuple(before - 8 * HOUR - 6 * n * HOUR for n in range(min(count, len(self.told))))

    def fetch(self, cycle: np.datetime64, wish: WeatherWish, allowance: Allowance) -> Arrival:
        assert wish.leads_h[0] <= 24
        assert allowance.left_s > 0
        self.fetched.append(cycle)
        return self.held(cycle, wish)

    def held(self, cycle: np.datetime64, _wish: WeatherWish) -> Arrival:
        told = self.told[int((NOON - 8 * HOUR - cycle) / (6 * HOUR))]
        if told == "silent":
            return Arrival(self.name, Path(), (), (), False, None)
        if isinstance(told, str) and told != "unreadable":
            failures = tuple(
                Failure(self.name, f"f{n:03d}", "missing", f"{told}。", f"{told}.") for n in (0, 3)
            )
            return Arrival(self.name, Path(), (), failures, False, None)
        return Arrival(self.name, Path(), (Path(str(told)),), (), True, cycle)


def tried(came: Arrival, _kind: str, _needed: Needed) -> Trial:
    told = came.files[0].name
    if told == "unreadable":
        return Trial(np.datetime64("NaT"), 0.0, "unreadable", ("无法读取", "cannot be read"))
    return Trial(NOON + int(told) * HOUR, float(told))


@pytest.fixture(autouse=True)
def _read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weather, "trial", tried)


def climbed(first: Told, other: Told, seconds: float = 60.0) -> tuple[str, list[str], WeatherLadder]:
    sources = [(Source("gfs", first), ("GFS", "GFS")), (Source("ec", other), ("欧洲", "ECMWF"))]
    ladder = WeatherLadder(steps_of(sources, NOON), NEEDED)
    found = ladder.take(Allowance(time.monotonic() + seconds, NOON))
    return "none" if found is None else found.step.rung, [one.code for one in ladder.passed], ladder


@pytest.mark.parametrize(
    ("first", "other", "rung", "codes"),
    [
        ([168, 168, 168], [144], "this-cycle", []),
        (["404", 168, 168], [144], "last-cycle", ["missing"]),
        (["404", "silent", 168], [144], "cycle-before-last", ["missing", "missing"]),
        (["unreadable", 168, 168], [144], "last-cycle", ["unreadable"]),
        (
            ["404", "404", "unreadable"],
            ["404", 144],
            "other-model",
            ["missing", "missing", "unreadable", "missing"],
        ),
        (["404"], ["unreadable"], "none", ["missing", "unreadable"]),
        ([], [], "none", []),
        ([30, 168], [144], "last-cycle", ["too-short"]),
        ([30, 40], [36], "last-cycle", ["too-short", "too-short"]),
        ([72], [144], "this-cycle", []),
    ],
)
def test_the_rung_that_is_taken(first: Told, other: Told, rung: str, codes: list[str]) -> None:
    assert climbed(first, other)[:2] == (rung, codes)


def test_without_time_what_is_here_is_still_used_and_nobody_is_called() -> None:
    rung, codes, ladder = climbed(["404", 168], [144], seconds=0.0)
    assert (rung, codes) == ("last-cycle", ["missing"])
    assert all(not step.source.fetched for step in ladder.left)


def test_a_rung_that_failed_after_all_leads_to_the_next() -> None:
    _, _, ladder = climbed([168, 168], [144])
    again = Allowance(time.monotonic() + 9, NOON)
    source = Source("gfs", [168])
    (step,) = steps_of([(source, ("GFS", "GFS"))], NOON)
    made = weather.WeatherFound(step, source.held(step.cycle, WeatherWish((), NEEDED.area)), Trial(NOON))
    ladder.refuse(made, "model-failed", "未能算完", "failed")
    found = ladder.take(again)
    assert found is not None
    assert found.step.rung == "last-cycle"
    note = Standing(
        "weather", found.step.rung, ("GFS", "GFS"), found.step.item, passed=tuple(ladder.passed)
    ).notes
    assert "GFS（2026-11-20 08:00起报）未能算完" in note[0].chinese
    assert "{" not in note[0].chinese + note[0].english


def test_the_hours_asked_for_reach_from_the_start_of_the_model_to_its_end() -> None:
    leads = NEEDED.leads_after(NOON - 8 * HOUR)
    assert leads[0] == 0
    assert max(leads) >= 176 > max(leads) - 6
    assert set(np.diff(leads)) == {3, 6}
    assert NEEDED.leads_after(NOON - 48 * HOUR)[0] == 24
