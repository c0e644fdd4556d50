"""What people do with warnings: propose, edit, approve, before it goes out."""

from __future__ import annotations

from typing import Any

from consultation.record.body_faults import require_sound_body
from consultation.record.chain import Actor, Entry, Transition, Writer
from consultation.record.desk import Desk
from consultation.record.drafting import FIRST, drafted, held_by, held_of
from consultation.record.drafts import Draft
from consultation.record.model_forecast import run_folder
from consultation.record.notices import (
    area_named,
    draft_of,
    evidence,
    lead,
    proposal_for,
    proposals_of,
)
from consultation.record.refusals import NotPermitted, Refusal
from consultation.record.warning_steps import Act, add_step
from consultation.record.warning_view import WARNING, all_courses, course, existing
from consultation.record.words import Name, RunName, Step
from foundation.configuration import Config
from foundation.store import fingerprint


class Proposed(Config):
    """A warning to be proposed for an area, from a run; with a draft of one's own or as the rules have it."""

    run: RunName
    area: Name
    draft: Draft | None = None


class Edited(Config):
    """A new text for a warning as it was read; `run` where it rests on a later one than before."""

    warning: Name
    step: Step
    draft: Draft
    run: RunName | None = None


def propose(desk: Desk, actor: Actor, wanted: Proposed) -> Entry:
    """Propose a warning.

    Raises:
        NotPermitted: when the role lacks the right.
        Unknown: when there is no such run or area.
        NotAcceptable: when nothing is proposed and no draft is given, or the draft cannot be used.
        Refusal: when a warning for that area and kind of pollution has not ended.
    """
    desk.permit(actor, "propose")
    folder = run_folder(desk.store, wanted.run)
    document = proposals_of(folder)
    found = proposal_for(document, wanted.area)
    area = found.area if found else area_named(wanted.area)
    draft = wanted.draft or (draft_of(found) if found else None)
    if draft is None:
        raise Refusal(f"{wanted.area} was not evaluated in that run", "该地区未评估，请自行撰写",
                      remedy="Write a draft of your own")  # fmt: skip
    made = drafted(desk, draft, area, evidence(wanted.run, document, wanted.area), FIRST)
    name = found.id if found else f"{area.id}-{wanted.run[-16:-8]}-{fingerprint(made)[:12]}"
    with desk.record.writing() as writer:
        _no_other(writer, made)
        payload = {"notice": made, "reason": draft.reason, "lead": lead(draft.onset, writer.now())}
        first = Transition(1, "none", "proposed", draft.level)
        return writer.append(actor, WARNING, _unused(writer, name), payload, first)


def _no_other(writer: Writer, made: dict[str, Any]) -> None:
    for one in all_courses(writer.connection):
        if not one.open or one.draft is None:
            continue
        held = one.draft.payload["notice"]
        if (held["area"]["id"], held["kind"]["id"]) == (made["area"]["id"], made["kind"]["id"]):
            raise Refusal(
                f"warning {one.id} for that area has not ended", "该地区已有未结束的预警",
                remedy="Edit that one, and update or downgrade it",
            )  # fmt: skip


def _unused(writer: Writer, name: str) -> str:
    """The name, or the name with a number when a warning of that name has ended."""
    number, chosen = 1, name
    while course(writer.connection, chosen).entries:
        number += 1
        chosen = f"{name}-{number}"
    return chosen


def edit(desk: Desk, actor: Actor, wanted: Edited) -> Entry:
    """Write the text anew; what was approved before is approved no longer, what is in force stays so.

    Raises:
        NotPermitted: when the role lacks the right.
        Refusal: when the warning has moved on since it was read, or has ended.
    """
    desk.permit(actor, "edit")
    held, notices = held_by(desk, wanted.warning)
    area, draft = area_named(held["area"]["id"]), wanted.draft
    made = drafted(desk, draft, area, _rests_on(desk, wanted.run, held), notices)
    if made["kind"]["id"] != held["kind"]["id"]:
        raise Refusal(
            "the kind of pollution cannot change", "污染类别不可更改", remedy="Cancel it and propose another"
        )
    with desk.record.writing() as writer:
        payload = {"notice": made, "reason": draft.reason, "lead": lead(draft.onset, writer.now())}
        now = existing(writer.connection, wanted.warning)
        return add_step(writer, actor, now, ("edited", wanted.step, draft.level), payload)


def _rests_on(desk: Desk, run: str | None, held: dict[str, Any]) -> dict[str, Any]:
    """The evidence of a later run, or the one there is."""
    if run is None:
        return dict(held["evidence"])
    return evidence(run, proposals_of(run_folder(desk.store, run)), held["area"]["id"])


def approve(desk: Desk, actor: Actor, act: Act) -> Entry:
    """Approve the draft as it is.

    Raises:
        NotPermitted: when the role lacks the right, or two persons are needed and he wrote it himself.
        NotAcceptable: when the text names another level, or still proposes.
        Refusal: when the warning has moved on since it was read, or there is no draft to approve.
    """
    desk.permit(actor, "approve")
    with desk.record.writing() as writer:
        held = existing(writer.connection, act.warning)
        draft = held.draft
        if held.state in ("proposed", "edited") and draft and draft.actor == actor.name:
            _two_persons(desk, held.level)
        if draft is not None:
            require_sound_body(draft.payload["notice"], held_of(held).in_force)
        payload = {
            "draft": draft.sequence if draft else 0,
            "draft_hash": draft.hash if draft else "",
            "written_by": draft.actor if draft else "",
            "reason": act.reason,
        }
        return add_step(writer, actor, held, ("approved", act.step, held.level), payload)


def _two_persons(desk: Desk, level: int) -> None:
    if desk.config.needs_two_persons(level):
        raise NotPermitted(
            "a warning of this level needs two persons: one writes it, another approves it",
            "该级别预警须两人：拟稿人与审批人不得为同一人",
            remedy="Ask another person to approve it",
        )
