"""When a deadline is in danger, or something else that a person must mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from flows.operations import disk, slots
from flows.operations.alarms import Alarm
from flows.operations.register import Register
from flows.operations.slots import Slot
from flows.operations.station import Station

_OUTCOMES = {
    "failed": ("运行失败", "failed"), "stopped": ("超过时限被终止", "was stopped at its time limit"),
    "killed": ("进程被杀死", "was killed"), "lost": ("调度中断", "was lost with its scheduler"),
}  # fmt: skip


def found(station: Station, register: Register, now: dt.datetime) -> Iterator[Alarm]:
    """What is in danger at an instant."""
    before = dt.timedelta(minutes=station.alarms.before_minutes)
    for slot in slots.due(station.schedule, now):
        if now >= slot.done_by - before and register.slot(slot.key)["state"] != "made":
            yield _late(slot, now)
    yield from _disk(station, now)


def _late(slot: Slot, now: dt.datetime) -> Alarm:
    if now >= slot.deadline:
        return Alarm(
            "deadline-passed", slot.key, f"{slot.chinese}产品在{slot.deadline:%H:%M}截止时仍未生成",
            f"no product of {slot.english} at the deadline {slot.deadline:%H:%M}",
        )  # fmt: skip
    return Alarm(
        "no-product", slot.key, f"{slot.chinese}产品应于{slot.done_by:%H:%M}前生成，现尚无",
        f"no product of {slot.english} yet, due by {slot.done_by:%H:%M}",
    )  # fmt: skip


def _disk(station: Station, now: dt.datetime) -> Iterator[Alarm]:
    free = disk.free_mib(station.store)
    if free < station.alarms.free_mib:
        yield Alarm(
            "disk-low", now.date().isoformat(), f"产品库所在磁盘仅余{free:.0f} MiB",
            f"{free:.0f} MiB are left on the disk of the store",
        )  # fmt: skip


def failed_attempt(slot: Slot, attempt: Mapping[str, Any]) -> Alarm:
    """An attempt that ended without a run."""
    outcome = str(attempt["outcome"])
    chinese, english = _OUTCOMES.get(outcome, (outcome, outcome))
    reason = str(attempt.get("reason", ""))[:300]
    return Alarm(
        f"attempt-{outcome}-{attempt['rung']}", slot.key,
        f"{slot.chinese}（{attempt['rung']}级）{chinese}，已自动降级重试：{reason}",
        f"{slot.english} at rung {attempt['rung']} {english}; tried again: {reason}",
    )  # fmt: skip


def out_of_reach(now: dt.datetime, detail: str) -> Alarm:
    """The store cannot be read or written."""
    return Alarm(
        "store-out-of-reach",
        now.date().isoformat(),
        f"产品库无法读写：{detail}",
        f"the store is out of reach: {detail}",
    )


def not_handed_on(slot: Slot, reason: str) -> Alarm:
    """A product that could not be handed on."""
    return Alarm(
        "delivery-failed", slot.key, f"{slot.chinese}产品送达失败，稍后重试：{reason[:300]}",
        f"{slot.english} could not be delivered, tried again later: {reason[:300]}",
    )  # fmt: skip
