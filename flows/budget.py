"""Time that a step may take before the day goes on without it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from pydantic import Field, model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import RunError
from foundation.pollutants import pollutants_of

Result = TypeVar("Result")


class ChampionConfig(Config):
    """Choices about the learned model in the daily run.

    Attributes:
        seconds: time for it, for each kind of means.
        issues: last issues that it forecasts, by kind of means, to verify it and to adapt its intervals.
        fewest_own_errors: issues judged before its intervals are adapted.
        largest: median above which a result is impossible, display units, by pollutant.
        source: where those come from.
    """

    seconds: float = Field(gt=0)
    issues: dict[str, int]
    fewest_own_errors: int = Field(ge=2)
    largest: dict[str, float]
    source: str

    @model_validator(mode="after")
    def _whole(self) -> ChampionConfig:
        wanted = {"day", "hour"}
        if set(self.issues) != wanted or min(self.issues.values()) < 1:
            raise ValueError("issues: expected 1 or more for day and hour")
        lacking = sorted({*pollutants_of("day"), *pollutants_of("hour")} - set(self.largest))
        if lacking:
            raise ValueError(f"largest: {lacking[0]!r} is missing")
        return self


class DailyConfig(Config):
    """Choices of the daily run itself.

    Attributes:
        physical_minutes: time for weather and transport together.
        shortest_forecast_h: hours that the weather must reach beyond the reference time.
        states_kept: states that a run leaves for later ones.
        champion: about the learned model.
    """

    physical_minutes: float = Field(gt=0)
    shortest_forecast_h: int = Field(ge=1)
    states_kept: int = Field(ge=1)
    champion: ChampionConfig


@lru_cache(maxsize=1)
def daily_config() -> DailyConfig:
    """The choices that ship with the program (`configs/daily.yaml`)."""
    return load_shipped(DailyConfig, "daily.yaml")


class BudgetSpentError(RunError):
    """The time for a step is over."""


class Budget:
    """Time from now on; several steps may share it."""

    def __init__(self, minutes: float) -> None:
        """Start the clock."""
        self.minutes = minutes
        self._end = time.monotonic() + 60.0 * minutes

    def check(self) -> None:
        """Go on while there is time.

        Raises:
            BudgetSpentError: when there is none left.
        """
        if time.monotonic() >= self._end:
            raise BudgetSpentError(f"not done within {self.minutes:g} minutes")

    def spend(self, work: Callable[[], Result]) -> Result:
        """Result of some work, as long as it comes in time.

        Work that does not is left to itself: where it calls `check` it stops there, and a call that never
        returns, such as one on a file system out of reach, does not hold up the caller.

        Raises:
            BudgetSpentError: when the time is over before the work is done.
        """
        self.check()
        answer: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

        def attempt() -> None:
            try:
                answer.put((work(), None))
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
                answer.put((None, error))

        threading.Thread(target=attempt, daemon=True, name="budgeted").start()
        try:
            result, error = answer.get(timeout=max(self._end - time.monotonic(), 0.0))
        except queue.Empty:
            self.check()
            raise
        if error is not None:
            raise error
        return result  # type: ignore[return-value]
