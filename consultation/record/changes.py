"""The forecaster's changes of range, level and primary pollutant; the model's forecast stays as it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection

from consultation.record.chain import Actor, Entry
from consultation.record.desk import Desk
from consultation.record.last_changes import CHANGE, WITHDRAWAL, last_changes
from consultation.record.model_forecast import Stated, model_forecast
from consultation.record.refusals import Refusal
from consultation.record.words import DayName, Name, Reason, RunName
from foundation.configuration import Config
from standards.levels import level_of

Pollutant = Literal["pm25", "pm10", "so2", "no2", "co", "o3_8h"]
Index = Annotated[int, Field(ge=0, le=500)]
Over = Annotated[int, Field(ge=0)]


class Change(Config):
    """A change for one place and one day.

    Attributes:
        low: of the index, from 0 to 500.
        level: 1 to 6, one that the range reaches.
        primary: at most two; none when the range ends at 50 or below.
        over: row of the change that was read, 0 where there was none; refused when another holds by now.
            None does not ask.
    """

    run: RunName
    place: Name
    day: DayName
    low: Index
    high: Index
    level: Annotated[int, Field(ge=1, le=6)]
    primary: Annotated[tuple[Pollutant, ...], Field(max_length=2)]
    reason: Reason
    over: Over | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Change:
        if self.low > self.high:
            raise _wrong("the range ends below where it begins", "下限大于上限")
        reached = range(level_of(self.low).number, level_of(self.high).number + 1)
        if self.level not in reached:
            reach = "至".join(level_of(end).chinese for end in dict.fromkeys((self.low, self.high)))
            raise _wrong(f"the range reaches levels {reached[0]} to {reached[-1]}, not {self.level}",
                         f"级别与范围不符：{self.low}–{self.high} 为{reach}")  # fmt: skip
        if len(set(self.primary)) != len(self.primary):
            raise _wrong("a primary pollutant is named twice", "首要污染物重复")
        if (self.high > 50) != bool(self.primary):
            raise _wrong("above an index of 50 name one or two primary pollutants, up to 50 none (HJ 633)",
                         "AQI大于50时须选一至两项首要污染物，不大于50时不选（HJ 633）")  # fmt: skip
        return self

    @property
    def stated(self) -> Stated:
        """What is forecast by it."""
        return Stated(low=self.low, high=self.high, level=self.level, primary=self.primary)


def _wrong(english: str, chinese: str) -> PydanticCustomError:
    return PydanticCustomError("change", "{english}", {"english": english, "chinese": chinese})


class Withdrawal(Config):
    """A change taken back: the model's forecast holds again for that place and day; `over` as in a change."""

    run: RunName
    place: Name
    day: DayName
    reason: Reason
    over: Over | None = None


def change(desk: Desk, actor: Actor, wanted: Change) -> Entry:
    """Record a change.

    Raises:
        NotPermitted: when the role lacks the right.
        Unknown: when the run says nothing of that place and day.
        Refusal: when somebody else changed it since it was read.
    """
    desk.permit(actor, "change")
    model = model_forecast(desk.store, wanted.run)
    said = model.cell(wanted.place, wanted.day)
    payload = {
        "place": wanted.place,
        "day": wanted.day,
        "human": wanted.stated.model_dump(mode="json"),
        "model": said.model_dump(mode="json"),
        "forecast_sha256": model.sha256,
        "reason": wanted.reason,
    }
    with desk.record.writing() as writer:
        _as_read(writer.connection, wanted)
        return writer.append(actor, CHANGE, wanted.run, payload)


def withdraw(desk: Desk, actor: Actor, wanted: Withdrawal) -> Entry:
    """Take a change back.

    Raises:
        NotPermitted: when the role lacks the right.
        Unknown: when the run says nothing of that place and day.
        Refusal: when there is no change to take back, or another than was read.
    """
    desk.permit(actor, "change")
    model_forecast(desk.store, wanted.run).cell(wanted.place, wanted.day)
    payload = {"place": wanted.place, "day": wanted.day, "reason": wanted.reason}
    with desk.record.writing() as writer:
        if (wanted.place, wanted.day) not in last_changes(writer.connection, wanted.run):
            raise Refusal(
                f"{wanted.place} on {wanted.day} was not changed",
                f"{wanted.place} {wanted.day}没有修改可撤回",
            )
        _as_read(writer.connection, wanted)
        return writer.append(actor, WITHDRAWAL, wanted.run, payload)


def _as_read(connection: Connection, wanted: Change | Withdrawal) -> None:
    if wanted.over is None:
        return
    held = last_changes(connection, wanted.run).get((wanted.place, wanted.day))
    if wanted.over == (held.sequence if held else 0):
        return
    who = held.actor if held else ""
    raise Refusal(
        f"{wanted.place} on {wanted.day} was changed {f'by {who} ' if held else 'back '}since it was read",
        f"您打开后{who}已改过此处，本次未保存；请关闭后看过再改"
        if held
        else "您打开后此处的修改已被撤回，本次未保存；请关闭后看过再改",
        remedy="Read what holds now, then change it",
    )
