"""A draft made into a notice: its head, its body, what it rests on and what it would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from consultation.record.body_faults import require_sound_body
from consultation.record.chain import Entry
from consultation.record.desk import Desk
from consultation.record.drafts import Draft, Terms
from consultation.record.effects import expected_effect
from consultation.record.model_forecast import run_folder
from consultation.record.notice_body import built_body, settled_body
from consultation.record.notices import area_named, head, notice
from consultation.record.warning_view import Course, existing
from consultation.record.words import Bilingual
from consultation.warnings.document import Area


@dataclass(frozen=True)
class Held:
    """Notices that a draft follows on: the last draft, and the one in force."""

    draft: dict[str, Any] | None
    in_force: dict[str, Any] | None


FIRST = Held(None, None)
"""What a new warning follows on."""


def held_of(one: Course) -> Held:
    """What a further draft of a warning follows on."""
    return Held(notice_in(one.draft), notice_in(one.released))


def notice_in(entry: Entry | None) -> dict[str, Any] | None:
    """The notice that a row holds."""
    return None if entry is None else entry.payload["notice"]


def drafted(desk: Desk, draft: Draft, area: Area, rests_on: dict[str, Any], held: Held) -> dict[str, Any]:
    """The notice that a draft makes, in plain data, as the record keeps it.

    Args:
        desk: whose store holds the run.
        draft: what the person decided.
        area: what the warning is for.
        rests_on: its evidence, see `consultation.record.notices.evidence`.
        held: what it follows on.

    Raises:
        NotAcceptable: when a county or a measure does not suit, or words written by hand do not fit.
    """
    made = notice(draft, area)
    built = built_body(made, _members(area), rests_on, held.in_force)
    made |= settled_body(draft.text, built, held.draft)
    require_sound_body(made, held.in_force)
    folder = run_folder(desk.store, rests_on["run"])
    response = made["level"]["response"] is not None
    effect = expected_effect(folder, made["area"], draft.level, response=response)
    return made | {"expected_effect": effect, "evidence": rests_on}


def held_by(desk: Desk, name: str) -> tuple[dict[str, Any], Held]:
    """The last draft of a warning, and with it the notice in force."""
    with desk.record.database.reading() as connection:
        held = held_of(existing(connection, name))
    return held.draft or {}, held


def _members(area: Area) -> tuple[str, ...]:
    return (*area.members, *area.missing)


def body_for(desk: Desk, name: str, terms: Terms) -> Bilingual:
    """What the body of a warning would say, were it built for another level, scope and period.

    Raises:
        Unknown: when there is no such warning.
        NotAcceptable: when a county lies outside the area.
    """
    draft, held = held_by(desk, name)
    area = area_named(draft["area"]["id"])
    told = head(terms, draft["kind"]["id"], area)
    return built_body(told, _members(area), draft["evidence"], held.in_force)
