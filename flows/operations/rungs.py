"""With which rung the next attempt of a slot begins, and how long it may take; pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.ladder.circumstances import RUNGS
from flows.operations.clock import read
from flows.operations.slots import Slot

if TYPE_CHECKING:
    from flows.site.timetable import ScheduleConfig

_LAST = len(RUNGS) - 1
_FIRST_WAIT_S, _LONGEST_WAIT_S = 15.0, 300.0


@dataclass(frozen=True)
class Step:
    """The next attempt.

    Attributes:
        rung: the highest that it may take.
        limit_s: seconds that it may take.
        not_before: waits until then; None: at once.
    """

    rung: str
    limit_s: float
    not_before: dt.datetime | None = None


def next_step(
    slot: Slot, attempts: Sequence[Mapping[str, Any]], schedule: ScheduleConfig, now: dt.datetime
) -> Step:
    """The next attempt of a slot without a product.

    Every failure lowers the rung by one; a loss, where the scheduler went with its worker, does from the
    second on. Before `done_by` time is kept for the rungs below, `reserve_minutes` for each. After it, the
    lowest rung is tried again with growing pauses for as long as the slot is of use.

    Args:
        slot: which.
        attempts: those made, oldest first, with `rung`, `outcome` and `ended`.
        schedule: reserve and number of attempts.
        now: this instant.
    """
    reserve = schedule.reserve_minutes * 60
    left = (_end(slot, now) - now).total_seconds()
    for level in range(_lowered(attempts, schedule.attempts), _LAST):
        limit = left - (_LAST - level) * reserve
        if limit >= reserve / 2:
            return Step(RUNGS[level], limit)
    return Step(RUNGS[_LAST], reserve, _pause(attempts))


def _end(slot: Slot, now: dt.datetime) -> dt.datetime:
    """By when a product of the slot is wanted; one that is late is wanted by the next bound."""
    bounds = (slot.done_by, slot.deadline, slot.useful_until)
    return next((bound for bound in bounds if bound > now), now)


def _lowered(attempts: Sequence[Mapping[str, Any]], most: int) -> int:
    if len(attempts) >= most - 1:
        return _LAST
    losses = len([one for one in attempts if one.get("outcome") == "lost"])
    others = len(attempts) - losses
    return min(others + max(losses - 1, 0), _LAST)


def _pause(attempts: Sequence[Mapping[str, Any]]) -> dt.datetime | None:
    """After the first failure of the lowest rung, pauses double."""
    failed = [one for one in attempts if one.get("rung") == RUNGS[_LAST] and one.get("ended")]
    if not failed:
        return None
    wait = min(_FIRST_WAIT_S * 2 ** min(len(failed) - 1, 20), _LONGEST_WAIT_S)
    return read(failed[-1]["ended"]) + dt.timedelta(seconds=wait)


def may_update(document: Mapping[str, Any], slot: Slot, schedule: ScheduleConfig, now: dt.datetime) -> bool:
    """Whether a slot with a product may be made again now, when there is a reason.

    Not after `done_by`, not once it was handed on, not too often, and not soon after the last attempt.
    """
    made = [one for one in document["attempts"] if one.get("update")]
    if document["state"] != "made" or document.get("delivered") or len(made) >= schedule.most_updates:
        return False
    quiet = (now - read(document["attempts"][-1]["ended"])).total_seconds() / 60
    left = (slot.done_by - now).total_seconds() / 60
    return quiet >= schedule.update_gap_minutes and left >= schedule.reserve_minutes
