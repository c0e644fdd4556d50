"""Warnings as they stand: state, the text in force, the draft, and every step that led there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from consultation.record.chain import Entry, entry_of, of
from consultation.record.desk import Desk
from consultation.record.notice_body import ENDINGS, ending_body
from consultation.record.refusals import Unknown
from consultation.record.transitions import DRAFTS, FINAL, NONE, RELEASED, may_follow

WARNING = "warning"


@dataclass(frozen=True)
class Course:
    """All steps of one warning, oldest first; without any it is not yet proposed."""

    id: str
    entries: tuple[Entry, ...]

    @property
    def step(self) -> int:
        """Number of the last step."""
        return self.entries[-1].transition.step if self.entries else 0  # type: ignore[union-attr]

    @property
    def state(self) -> str:
        """The state it is in."""
        return state_of(self.entries[-1]) if self.entries else NONE

    @property
    def level(self) -> int:
        """Level of the last step."""
        return self.entries[-1].transition.level if self.entries else 0  # type: ignore[union-attr]

    @property
    def draft(self) -> Entry | None:
        """The last row that a person wrote words in."""
        return next((one for one in reversed(self.entries) if state_of(one) in DRAFTS), None)

    @property
    def released(self) -> Entry | None:
        """The last row that went out."""
        return next((one for one in reversed(self.entries) if state_of(one) in RELEASED), None)

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return bool(self.entries) and self.state not in FINAL

    @property
    def in_force(self) -> Entry | None:
        """The row whose text holds now."""
        return self.released if self.open else None

    @property
    def next_states(self) -> tuple[str, ...]:
        """States that may follow; of the two kinds of a new text only the one that fits its level."""
        states = may_follow(self.state, released=self.released is not None)
        if self.released is None:
            return states
        milder = self.level < self.released.transition.level  # type: ignore[union-attr]
        return tuple(state for state in states if state != ("updated" if milder else "downgraded"))

    @property
    def ending(self) -> dict[str, dict[str, str]] | None:
        """What would be said at its end, but for the reason; None where it did not go out."""
        if self.in_force is None:
            return None
        notice = self.in_force.payload["notice"]
        return {state: ending_body(notice, state).model_dump() for state in ENDINGS}

    def told(self, *, history: bool = True) -> dict[str, Any]:
        """As plain data."""
        shown = self.in_force or self.draft
        return {
            "id": self.id,
            "state": self.state,
            "step": self.step,
            "level": self.level,
            "in_force": self.in_force is not None,
            "released": self.released.told() if self.released else None,
            "draft": self.draft.told() if self.draft else None,
            "headline": shown.payload["notice"]["headline"] if shown else None,
            "next": list(self.next_states),
            "ending": self.ending,
            "steps": [_step(one) for one in self.entries] if history else [],
        }


def state_of(entry: Entry) -> str:
    """The state that a step led to."""
    return entry.transition.after if entry.transition else NONE


def _step(entry: Entry) -> dict[str, Any]:
    told = entry.told()
    told["payload"] = {key: value for key, value in entry.payload.items() if key != "notice"}
    return told


def course(connection: Connection, name: str) -> Course:
    """One warning; without steps when there is none of that name."""
    return Course(name, tuple(entry_of(row) for row in connection.execute(of(WARNING, name))))


def all_courses(connection: Connection) -> list[Course]:
    """Every warning, in the order in which they were proposed."""
    steps: dict[str, list[Entry]] = {}
    for row in connection.execute(of(WARNING)):
        entry = entry_of(row)
        steps.setdefault(entry.subject, []).append(entry)
    return [Course(name, tuple(found)) for name, found in steps.items()]


def warning(desk: Desk, name: str) -> Course:
    """One warning.

    Raises:
        Unknown: when there is none of that name.
    """
    with desk.record.database.reading() as connection:
        return existing(connection, name)


def existing(connection: Connection, name: str) -> Course:
    """The same, through a connection at hand."""
    found = course(connection, name)
    if not found.entries:
        raise Unknown(f"no warning {name[:90]!r}", "没有这条预警", remedy="List them: bogda warnings list")
    return found


def warnings_of(desk: Desk, *, only_open: bool = False) -> list[Course]:
    """Every warning, newest last; only those that have not ended where asked."""
    with desk.record.database.reading() as connection:
        return [one for one in all_courses(connection) if one.open or not only_open]
