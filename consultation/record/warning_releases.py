"""What goes out: a warning issued, updated or downgraded, lifted or cancelled."""

from __future__ import annotations

from typing import Any, Literal

from consultation.record.body_faults import REASON, require_sound, require_sound_body
from consultation.record.chain import Actor, Entry
from consultation.record.desk import Desk
from consultation.record.drafting import notice_in
from consultation.record.notice_body import ending_body
from consultation.record.notices import lead
from consultation.record.warning_steps import Act, add_step
from consultation.record.warning_view import existing

Release = Literal["issued", "updated", "downgraded"]
_RIGHT: dict[Release, Literal["issue", "update", "downgrade"]] = {
    "issued": "issue", "updated": "update", "downgraded": "downgrade",
}  # fmt: skip


def release(desk: Desk, actor: Actor, act: Act, state: Release) -> Entry:
    """Let the approved text go out: issue it, or update or downgrade what was issued.

    The row's anchor and `version` belong on what is delivered; `references` names what it changes.

    Raises:
        NotPermitted: when the role lacks the right.
        NotAcceptable: when the text names another level, or still proposes.
        Refusal: when it is not approved, was issued already, or has moved on since it was read.
    """
    desk.permit(actor, _RIGHT[state])
    with desk.record.writing() as writer:
        held = existing(writer.connection, act.warning)
        draft, before = held.draft, held.released
        approved = held.entries[-1]
        made = draft.payload["notice"] if draft else {}
        require_sound_body(made, notice_in(before))
        payload = {
            "notice": made,
            "reason": act.reason,
            "lead": lead(made["onset"], writer.now()),
            "written_by": draft.actor if draft else "",
            "approved_by": approved.actor,
            "approval": approved.sequence,
            "version": held.step + 1,
            "references": _references(before),
        }
        return add_step(writer, actor, held, (state, act.step, held.level), payload)


def end(desk: Desk, actor: Actor, act: Act, state: Literal["lifted", "cancelled"]) -> Entry:
    """Lift a warning whose pollution is over, or cancel one that should not be.

    The reason goes out with it, where the warning had gone out.

    Raises:
        NotPermitted: when the role lacks the right.
        NotAcceptable: when the reason that goes out names another level, or proposes.
        Refusal: when the warning has moved on since it was read, or has ended, or was never issued (lifting).
    """
    desk.permit(actor, "lift" if state == "lifted" else "cancel")
    with desk.record.writing() as writer:
        held = existing(writer.connection, act.warning)
        before = held.released
        told = notice_in(before)
        payload = {
            "notice": told,
            "text": None if told is None else _ending(told, state, act.reason),
            "reason": act.reason,
            "version": held.step + 1,
            "references": _references(before),
        }
        return add_step(writer, actor, held, (state, act.step, held.level), payload)


def _ending(told: dict[str, Any], state: Literal["lifted", "cancelled"], reason: str) -> dict[str, str]:
    require_sound({"reason": reason}, told["level"]["number"], None, where=REASON)
    return ending_body(told, state, reason).model_dump()


def _references(before: Entry | None) -> list[dict[str, Any]]:
    """What is changed by what goes out now."""
    if before is None:
        return []
    return [{"version": before.payload["version"], "sent": before.time, "anchor": before.anchor}]
