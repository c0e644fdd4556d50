"""Weather, rung by rung: this cycle, the last, the one before, another model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival, WeatherWish
from flows.acquisition.sources import WeatherSource
from flows.ladder.standing import Passed
from flows.ladder.table import ladder
from flows.site.reasons import nothing_came, of_cycle
from flows.site.weather_trial import Needed, Trial, trial
from foundation.times import shown

__all__ = ["Step", "WeatherFound", "WeatherLadder", "steps_of"]

_CYCLES = ("this-cycle", "last-cycle", "cycle-before-last")


@dataclass(frozen=True)
class Step:
    """One rung to try: a cycle of a source."""

    rung: str
    source: WeatherSource
    titles: tuple[str, str]
    cycle: np.datetime64

    @property
    def item(self) -> str:
        """The cycle as people read it, Beijing time."""
        return shown(self.cycle)


@dataclass(frozen=True)
class WeatherFound:
    """Weather that was read in a trial.

    Attributes:
        step: the rung.
        arrival: the files.
        trial: what the reader said.
    """

    step: Step
    arrival: Arrival
    trial: Trial


def steps_of(sources: Sequence[tuple[WeatherSource, tuple[str, str]]], moment: np.datetime64) -> list[Step]:
    """All rungs in their order.

    Args:
        sources: each with its name in Chinese and in English; the first is the usual one.
        moment: by when a cycle should be there, UTC.
    """
    looked_at, steps = ladder().choices.cycles, []
    for number, (source, titles) in enumerate(sources):
        cycles = source.cycles(moment, looked_at.first if number == 0 else looked_at.other)
        for age, cycle in enumerate(cycles):
            rung = _CYCLES[age] if number == 0 else "other-model"
            steps.append(Step(rung, source, titles, cycle))
    return steps


@dataclass
class WeatherLadder:
    """The rungs that were not tried yet, and why those before were not taken.

    Attributes:
        left: rungs to try, the best first.
        needed: area and hours of the run.
        passed: why rungs were not taken, so far.
    """

    left: list[Step]
    needed: Needed
    passed: list[Passed] = field(default_factory=list)
    _short: list[WeatherFound] = field(default_factory=list)

    def take(self, allowance: Allowance) -> WeatherFound | None:
        """The next rung that can be used; one that ends early only where none goes further.

        Where the time is over, what is here already is still looked at.
        """
        while self.left:
            found = self._tried(self.left.pop(0), allowance)
            if found is None:
                continue
            if found.trial.reach_h >= self.needed.enough_h:
                return found
            self._short.append(found)
        if not self._short:
            return None
        longest = max(self._short, key=lambda one: one.trial.reach_h)
        self._short.remove(longest)
        self.passed = [one for one in self.passed if (one.code, one.item) != ("too-short", longest.step.item)]
        return longest

    def refuse(self, found: WeatherFound, code: str, chinese: str, english: str) -> None:
        """Note that a rung was taken and failed after all."""
        step = found.step
        told = (f"{step.titles[0]}（{step.item}起报）{chinese}", f"{step.titles[1]} {step.item} {english}")
        self.passed.append(Passed(step.rung, step.source.name, step.item, code, *told))

    def _tried(self, step: Step, allowance: Allowance) -> WeatherFound | None:
        wish = WeatherWish(self.needed.leads_after(step.cycle), self.needed.area)
        left = allowance.left_s * (ladder().choices.rung_share if self.left else 1.0)
        came = (
            step.source.fetch(step.cycle, wish, Allowance(time.monotonic() + left, allowance.moment))
            if left > 0
            else step.source.held(step.cycle, wish)
        )
        if not came.files:
            told = of_cycle(step.rung, step.titles, step.item, came.failures)
            self.passed += told or [nothing_came(step.rung, step.source.name, step.titles, step.item)]
            return None
        made = trial(came, step.source.kind, self.needed)
        if made.fault is not None:
            self.passed += of_cycle(step.rung, step.titles, step.item, came.failures)
            self.refuse(WeatherFound(step, came, made), made.code, *made.fault)
            return None
        found = WeatherFound(step, came, made)
        if made.reach_h < self.needed.enough_h:
            until = shown(made.last)
            self.refuse(found, "too-short", f"只到{until}", f"ends at {until}")
        return found
