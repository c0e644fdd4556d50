"""`bogda warnings list`, `propose`, `approve`, `issue` and `lift`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flows.commands.consultation_accounts import Where, desk_at, read_password
from flows.output import print_json, print_line
from foundation.configuration import validate

if TYPE_CHECKING:
    from consultation.record.chain import Actor, Entry
    from consultation.record.desk import Desk
    from consultation.record.warning_steps import Act
    from consultation.record.warning_view import Course

Person = tuple[str, str | None]
"""Name of an account, and file with its password if any."""


def show(where: Where, *, every: bool, as_json: bool) -> None:
    """List warnings."""
    from consultation.record.warning_view import warnings_of

    with desk_at(where) as desk:
        found = [one.told(history=False) for one in warnings_of(desk, only_open=not every)]
    if as_json:
        print_json({"warnings": found})
        return
    for one in found:
        headline = one["headline"] or {"chinese": "", "english": ""}
        print_line(f"{one['id']}  {one['state']}  {'生效中 in force' if one['in_force'] else ''}")
        print_line(f"  {headline['chinese']} {headline['english']}")
        draft = one["draft"]["payload"]["notice"]
        print_line(f"  {draft['text']['chinese']}")
        print_line(f"  {draft['text']['english']}")
        print_line(f"  可转为 can become: {', '.join(one['next']) or '-'}")
    if not found:
        print_line("没有预警 no warnings")


def propose_one(where: Where, run: str, area: str, person: Person) -> None:
    """Propose a warning as the rules have it.

    Raises:
        BogdaError: when it is refused.
    """
    from consultation.record.warning_acts import Proposed, propose

    wanted = validate(Proposed, {"run": run, "area": area}, "bogda warnings propose")
    with desk_at(where) as desk:
        done = propose(desk, _person(desk, person), wanted)
        _told(done, done.payload["notice"]["text"])


def act(
    where: Where, what: Literal["approve", "issue", "lift"], name: str, reason: str, person: Person
) -> None:
    """Approve, issue or lift a warning as it stands.

    Raises:
        BogdaError: when it is refused.
    """
    from consultation.record.warning_steps import Act
    from consultation.record.warning_view import warning

    with desk_at(where) as desk:
        actor = _person(desk, person)
        step = warning(desk, name).step
        wanted = validate(Act, {"warning": name, "step": step, "reason": reason}, f"bogda warnings {what}")
        done = _done(desk, actor, wanted, what)
        _told(done, _words(done, warning(desk, name)))


def _done(desk: Desk, actor: Actor, wanted: Act, what: Literal["approve", "issue", "lift"]) -> Entry:
    from consultation.record.warning_acts import approve
    from consultation.record.warning_releases import end, release
    from consultation.record.warning_view import warning

    if what == "approve":
        return approve(desk, actor, wanted)
    if what == "lift":
        return end(desk, actor, wanted, "lifted")
    following = warning(desk, wanted.warning).next_states
    return release(
        desk, actor, wanted, next((one for one in ("updated", "downgraded") if one in following), "issued")
    )


def _words(done: Entry, held: Course) -> dict[str, str] | None:
    """What was approved, or went out: for a warning that ends the words that end it, else the draft's."""
    if done.payload.get("text"):
        return dict(done.payload["text"])
    return dict(held.draft.payload["notice"]["text"]) if held.draft else None


def _person(desk: Desk, person: Person) -> Actor:
    from consultation.accounts.login import Credentials, authenticate

    name, file = person
    return authenticate(desk, Credentials(name, read_password(file, twice=False), "terminal"))


def _told(entry: Entry, said: dict[str, str] | None = None) -> None:
    """What was done, and the words that it was done to."""
    state = entry.transition.after if entry.transition else ""
    print_line(f"{entry.subject}  {state}")
    for line in (said or {}).values():
        print_line(f"  {line}")
    lead = entry.payload.get("lead")
    if lead and not lead["sufficient"]:
        print_line(f"提前量不足 lead too short: {lead['hours']} h < {lead['required']} h")
    print_line(f"记录锚点 anchor: {entry.anchor}")
