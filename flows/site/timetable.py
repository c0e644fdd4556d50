"""The part of a site's file that says when what runs.

Times of day are Beijing time and written `"HH:MM"`. YAML reads an unquoted 14:00 as 840, minutes after
midnight, by its rule for numbers of base 60; that is understood too.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from foundation.configuration import Config

SlotName = Literal["morning", "draft", "update", "final"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_OF_DAY = 1440


def _clock_time(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MINUTES_OF_DAY:
        return f"{value // 60:02d}:{value % 60:02d}"
    return value


TimeOfDay = Annotated[str, BeforeValidator(_clock_time), Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def minutes_of(time_of_day: str) -> int:
    """Minutes after midnight of `"HH:MM"`."""
    hours, _, minutes = time_of_day.partition(":")
    return int(hours) * 60 + int(minutes)


class SlotConfig(Config):
    """A forecast of the day.

    Attributes:
        start: when it begins; its reference time is the full hour at or before.
        done_by: when its product shall stand.
        useful_until_h: hours after `start` for which a missed run is made up; None: until the next slot.
    """

    name: SlotName
    start: TimeOfDay
    done_by: TimeOfDay
    chinese: str
    english: str
    useful_until_h: float | None = Field(default=None, gt=0, le=72)

    @model_validator(mode="after")
    def _forward(self) -> SlotConfig:
        if minutes_of(self.done_by) <= minutes_of(self.start):
            raise ValueError(f"slot {self.name!r}: done_by {self.done_by} is not after start {self.start}")
        return self


class JobConfig(Config):
    """Work in its own hours, such as retraining or verification; never while a forecast is due.

    Attributes:
        start: when it may begin; done_by: when it is stopped; both on the same day.
        days: of the week.
        commands: of `bogda`, without that word, one after the other; `{store}`, `{today}`, `{day-N}` (so
            many days before today) are filled in.
    """

    start: TimeOfDay
    done_by: TimeOfDay
    days: tuple[Weekday, ...] = WEEK
    commands: tuple[tuple[str, ...], ...] = Field(min_length=1)

    @field_validator("commands")
    @classmethod
    def _known(cls, commands: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        for words in commands:
            if not any(words[: len(known)] == known for known in _COMMANDS_OF_JOBS):
                named = ", ".join(" ".join(known) for known in _COMMANDS_OF_JOBS)
                raise ValueError(
                    f"{' '.join(words[:2])!r} is not run by a schedule; expected one of: {named}"
                )
        return commands

    @model_validator(mode="after")
    def _forward(self) -> JobConfig:
        if minutes_of(self.done_by) <= minutes_of(self.start):
            raise ValueError(f"done_by {self.done_by} is not after start {self.start}")
        return self


_COMMANDS_OF_JOBS = (
    ("models", "propose"), ("hindcast",), ("verify",), ("backtest",), ("consultation", "deliver"),
    ("runs", "prune"),
)  # fmt: skip


class ScheduleConfig(Config):
    """When what runs.

    Attributes:
        slots: forecasts of the day, in the order of their starts.
        deadline: time by which a product of the day stands whatever happens.
        timer: `prefect`, or the plain clock of this program alone.
        reserve_minutes: kept before `done_by` for the lowest rung.
        attempts: of one slot at most, the lowest rung among them.
        most_updates: of one slot, when data arrive after its run.
        update_gap_minutes: between two of them at least.
        grace_s: from asking a run to end to ending it.
        every_s: seconds between two looks at what is due.
        look_every_minutes: sources are asked so often after a run whether something came; 0: never.
    """

    slots: tuple[SlotConfig, ...] = Field(min_length=1)
    deadline: TimeOfDay = "20:00"
    timer: Literal["prefect", "clock"] = "prefect"
    reserve_minutes: float = Field(default=10, gt=0, le=120)
    attempts: int = Field(default=4, ge=1, le=10)
    most_updates: int = Field(default=3, ge=0, le=24)
    update_gap_minutes: float = Field(default=20, ge=0, le=720)
    grace_s: float = Field(default=15, ge=0, le=120)
    every_s: float = Field(default=30, ge=1, le=600)
    look_every_minutes: float = Field(default=15, ge=0, le=720)
    learning: JobConfig | None = None
    verification: JobConfig | None = None

    @model_validator(mode="after")
    def _ordered(self) -> ScheduleConfig:
        names = [slot.name for slot in self.slots]
        if len(set(names)) < len(names):
            raise ValueError("two slots have the same name")
        if any(minutes_of(a.start) // 60 >= minutes_of(b.start) // 60 for a, b in pairwise(self.slots)):
            raise ValueError("slots stand in the order of their starts, in different hours")
        for slot in self.slots:
            if minutes_of(slot.done_by) > minutes_of(self.deadline):
                raise ValueError(
                    f"slot {slot.name!r} is done at {slot.done_by}, after the deadline {self.deadline}"
                )
            if minutes_of(slot.done_by) - minutes_of(slot.start) <= self.reserve_minutes:
                raise ValueError(f"slot {slot.name!r} is no longer than reserve_minutes")
        return self
