"""A step of a warning: as it was read, to a state that may follow; the data base has the last word."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from consultation.record.chain import Actor, Entry, Transition, Writer
from consultation.record.refusals import Refusal
from consultation.record.warning_view import WARNING, Course
from consultation.record.words import Name, Reason, Step
from foundation.configuration import Config


class Act(Config):
    """An act on a warning as it was read: `step` is the number of the last step that the person saw."""

    warning: Name
    step: Step
    reason: Reason


def add_step(
    writer: Writer, actor: Actor, held: Course, wanted: tuple[str, int, int], payload: dict[str, Any]
) -> Entry:
    """Add a step; the data base has the last word."""
    state, seen, level = wanted
    if seen != held.step:
        raise Refusal(
            f"warning {held.id} is at step {held.step}, you saw step {seen}",
            f"预警在您阅读之后已有变动（您读到第{seen}步，现为第{held.step}步），本次未执行，请重新阅读",
            remedy="Read it again",
        )  # fmt: skip
    if state not in held.next_states:
        raise Refusal(
            f"warning {held.id} is {held.state}: it cannot become {state}",
            f"预警现为{held.state}，不能变为{state}",
            remedy=f"It can become {', '.join(held.next_states) or 'nothing more'}",
        )  # fmt: skip
    try:
        return writer.append(
            actor, WARNING, held.id, payload, Transition(held.step + 1, held.state, state, level)
        )
    except IntegrityError as error:
        raise Refusal(str(error.orig).splitlines()[0], "数据库拒绝该状态变更") from error
