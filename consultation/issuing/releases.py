"""Rows of the record that went out, and the notice that each makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from consultation.bilingual import Bilingual
from consultation.exchange.configuration import ExchangeConfig
from consultation.exchange.notice import Notice, NoticeArea, Reference, State
from consultation.exchange.outlines import area_shape
from consultation.issuing.parameters import parameters_of
from consultation.record.chain import Entry
from consultation.record.refusals import Unknown
from consultation.record.transitions import FINAL, RELEASED
from consultation.record.warning_view import Course, state_of
from foundation.errors import ContractError
from foundation.times import instant_of_iso, shown

_COLOUR = {1: "yellow", 2: "orange", 3: "red"}
_ENDS = {
    "lifted": ("解除", "lifted"),
    "cancelled": ("撤销", "cancelled"),
}


@dataclass(frozen=True)
class Released:
    """A step of a warning that went out; `before` is the row that it changes."""

    warning: str
    entry: Entry
    before: Entry | None

    @property
    def version(self) -> int:
        """Number of the step."""
        return int(self.entry.payload["version"])

    @property
    def identifier(self) -> str:
        """Of the alert: the same whenever it is made."""
        return identifier_of(self.warning, self.version)

    @property
    def run(self) -> str:
        """The run that it rests on."""
        return str(self.entry.payload["notice"]["evidence"]["run"])


def identifier_of(warning: str, version: int) -> str:
    """Identifier of the alert of a step; no sign in it that CAP forbids."""
    return f"{warning}.{version}"


def released_of(course: Course) -> tuple[Released, ...]:
    """Steps of a warning that went out, oldest first; one cancelled before its issue never did."""
    found: list[Released] = []
    by_version: dict[int, Entry] = {}
    for entry in course.entries:
        if state_of(entry) not in (*RELEASED, *FINAL) or entry.payload["notice"] is None:
            continue
        changed = [by_version[one["version"]] for one in entry.payload["references"]]
        by_version[entry.payload["version"]] = entry
        found.append(Released(course.id, entry, changed[-1] if changed else None))
    return tuple(found)


def released_step(course: Course, version: int | None = None) -> Released:
    """One of them; the last when no version is named.

    Raises:
        Unknown: when it did not go out.
    """
    found = [one for one in released_of(course) if version in (None, one.version)]
    if not found:
        what = course.id if version is None else identifier_of(course.id, version)
        raise Unknown(f"{what[:110]} was not issued", "该预警（或该版本）尚未发布，仍为建议",
                      remedy="See its steps: bogda warnings list --all --json")  # fmt: skip
    return found[-1]


def notice_of(one: Released, exchange: ExchangeConfig) -> Notice:
    """The notice that a row makes; nothing but the row, the row it changes and the settings go into it.

    Args:
        one: what went out.
        exchange: who sends; codes and outlines of areas; the public address.

    Raises:
        ContractError: when the row does not say whether its data are idealised.
    """
    told, state = one.entry.payload["notice"], _state(one)
    area, evidence = told["area"], told["evidence"]
    if not isinstance(evidence.get("synthetic"), bool):
        raise ContractError(f"row {one.entry.sequence} does not say whether its data are idealised")
    members = tuple(county["id"] for county in told["counties"])
    sent, ended = instant_of_iso(one.entry.time), state in _ENDS
    until = instant_of_iso(told["end"])
    return Notice(
        identifier=one.identifier,
        sender=exchange.sender,
        sender_name=exchange.sender_name,
        sent=sent,
        state=state,
        level=told["level"]["number"],
        area=NoticeArea(area["chinese"], area["english"], area_shape(members, exchange)),
        valid_from=None if ended else instant_of_iso(told["onset"]),
        valid_to=until if until > sent else None,
        headline=Bilingual(**told["headline"]),
        description=_description(one, state),
        instructions=() if ended else _instructions(told),
        references=_references(one, exchange),
        probability=_probability(evidence, told["level"]["number"]),
        parameters=parameters_of(one.warning, one.entry),
        synthetic=evidence["synthetic"],
        url=f"{exchange.public_url}api/warnings/{one.warning}/cap" if exchange.public_url else "",
    )


def _state(one: Released) -> State:
    """As CAP tells it: an update to a higher level raises the warning."""
    state: Any = state_of(one.entry)
    if state != "updated" or one.before is None:
        return state  # type: ignore[no-any-return]
    now, then = (entry.payload["notice"]["level"]["number"] for entry in (one.entry, one.before))
    return "upgraded" if now > then else "updated"


def _description(one: Released, state: State) -> Bilingual:
    told = one.entry.payload["notice"]
    headline = told["headline"]
    if state in _ENDS:
        said = one.entry.payload.get("text")  # not in rows of earlier versions
        if said is not None:
            return Bilingual(**said)
        chinese, english = _ENDS[state]
        when, why = shown(instant_of_iso(one.entry.time)), one.entry.payload["reason"]
        return Bilingual(
            chinese=f"{headline['chinese']}于{when}（北京时）{chinese}。{why}",
            english=f"{headline['english']}: {english} at {when} Beijing time. {why}",
        )
    return Bilingual(
        chinese=told["text"]["chinese"], english=told["text"]["english"] or f"{headline['english']}."
    )


def _instructions(told: dict[str, Any]) -> tuple[Bilingual, ...]:
    """The three blocks of measures."""
    return tuple(
        Bilingual(
            chinese=f"{block['chinese']}：" + "；".join(one["chinese"] for one in block["measures"]),
            english=f"{block['english']}: " + "; ".join(one["english"] for one in block["measures"]),
        )
        for block in told["blocks"]
    )


def _references(one: Released, exchange: ExchangeConfig) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            exchange.sender, identifier_of(one.warning, changed["version"]), instant_of_iso(changed["sent"])
        )
        for changed in one.entry.payload["references"]
    )


def _probability(evidence: dict[str, Any], level: int) -> float | None:
    """That the level is met, where the rules judged the area."""
    chances = (evidence.get("detail") or {}).get("probability") or {}
    return chances.get(_COLOUR[level])
