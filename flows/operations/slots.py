"""Which forecast of the day is due when; pure functions of the schedule and an instant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.operations.clock import BEIJING

if TYPE_CHECKING:
    from flows.site.timetable import JobConfig, ScheduleConfig, SlotConfig

_DAYS_BACK = 4
"""A missed run is of use for 72 hours at most."""


@dataclass(frozen=True)
class Slot:
    """A forecast of one day; all instants in Beijing time.

    Attributes:
        reference_time: the full hour at or before the start.
        useful_until: from here on a missed run is not made up any more.
    """

    day: dt.date
    name: str
    chinese: str
    english: str
    start: dt.datetime
    done_by: dt.datetime
    deadline: dt.datetime
    useful_until: dt.datetime

    @property
    def key(self) -> str:
        """Its name in the register, `2026-12-11-final`."""
        return f"{self.day.isoformat()}-{self.name}"

    @property
    def reference_time(self) -> dt.datetime:
        """Instant of issue."""
        return self.start.replace(minute=0)


def at(day: dt.date, time_of_day: str) -> dt.datetime:
    """The instant of `"HH:MM"` on a Beijing day."""
    return dt.datetime.combine(day, dt.time.fromisoformat(time_of_day), BEIJING)


def slots_of(schedule: ScheduleConfig, day: dt.date) -> tuple[Slot, ...]:
    """The forecasts of a day, by their starts."""
    starts = [at(day, slot.start) for slot in schedule.slots]
    nexts = [*starts[1:], at(day + dt.timedelta(days=1), schedule.slots[0].start)]
    deadline = at(day, schedule.deadline)
    return tuple(
        Slot(day, slot.name, slot.chinese, slot.english, start, at(day, slot.done_by), deadline,
             _useful_until(slot, start, following))
        for slot, start, following in zip(schedule.slots, starts, nexts, strict=True)
    )  # fmt: skip


def _useful_until(slot: SlotConfig, start: dt.datetime, following: dt.datetime) -> dt.datetime:
    if slot.useful_until_h is None:
        return following
    return max(start + dt.timedelta(hours=slot.useful_until_h), at(start.date(), slot.done_by))


def begun(schedule: ScheduleConfig, now: dt.datetime) -> tuple[Slot, ...]:
    """Slots of the last days whose start has come, latest first."""
    today = now.astimezone(BEIJING).date()
    days = (today - dt.timedelta(days=back) for back in range(_DAYS_BACK + 1))
    found = (slot for day in days for slot in slots_of(schedule, day) if slot.start <= now)
    return tuple(sorted(found, key=lambda slot: slot.start, reverse=True))


def due(schedule: ScheduleConfig, now: dt.datetime) -> tuple[Slot, ...]:
    """Those of them that are of use now, latest first."""
    return tuple(slot for slot in begun(schedule, now) if now < slot.useful_until)


def following(schedule: ScheduleConfig, now: dt.datetime) -> Slot:
    """The slot that begins next."""
    today = now.astimezone(BEIJING).date()
    coming = (*slots_of(schedule, today), *slots_of(schedule, today + dt.timedelta(days=1)))
    return next(slot for slot in coming if slot.start > now)


def job_window(job: JobConfig, now: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    """The hours of a job that hold an instant; None outside of them and on other days of the week."""
    from flows.site.timetable import WEEK

    today = now.astimezone(BEIJING).date()
    start, end = at(today, job.start), at(today, job.done_by)
    return (start, end) if WEEK[today.weekday()] in job.days and start <= now < end else None
