"""Notes of the discussion, the agreement of the two offices, and the sign-off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from consultation.record.chain import Actor, Entry, entry_of, of
from consultation.record.configuration import Right
from consultation.record.desk import Desk
from consultation.record.model_forecast import model_forecast
from consultation.record.product import product_of
from consultation.record.refusals import Refusal
from consultation.record.words import DayName, Line, Name, Passage, RunName
from foundation.configuration import Config

NOTE, AGREEMENT, SIGNATURE = "note", "agreement", "signature"

OfficeName = Literal["monitoring", "meteorology"]
_RIGHT: dict[OfficeName, Right] = {"monitoring": "agree_monitoring", "meteorology": "agree_meteorology"}


class Note(Config):
    """A note; to a question of the consultation, a place or a day where these are given."""

    run: RunName
    text: Passage
    question: Name | None = None
    place: Name | None = None
    day: DayName | None = None


class Agreement(Config):
    """One office agrees to what the product holds; `digest` says to which."""

    run: RunName
    office: OfficeName
    digest: Line


class SignOff(Config):
    """The responsible person signs what both offices agreed to."""

    run: RunName
    digest: Line


@dataclass(frozen=True)
class Standing:
    """How far the consultation of a run is.

    Attributes:
        digest: of the product as it is now.
        agreements: the last agreement of each office, whether or not to the product as it is now.
        signature: the last signature, if there is one.
        notes: all notes, oldest first.
    """

    digest: str
    agreements: dict[OfficeName, Entry]
    signature: Entry | None
    notes: tuple[Entry, ...]

    def agreed(self, office: OfficeName) -> bool:
        """Whether an office agrees to the product as it is now."""
        entry = self.agreements.get(office)
        return entry is not None and entry.payload["digest"] == self.digest

    @property
    def signed(self) -> bool:
        """Whether the product as it is now is signed."""
        return self.signature is not None and self.signature.payload["digest"] == self.digest

    def told(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "digest": self.digest,
            "signed": self.signed,
            "changed_since_signature": self.signature is not None and not self.signed,
            "signature": self.signature.told() if self.signature else None,
            "agreements": {
                office: {"current": self.agreed(office), "entry": entry.told()}
                for office, entry in self.agreements.items()
            },
            "notes": [note.told() for note in self.notes],
        }


def add_note(desk: Desk, actor: Actor, note: Note) -> Entry:
    """Record a note.

    Raises:
        NotPermitted: when the role lacks the right.
        Unknown: when there is no such run.
    """
    desk.permit(actor, "note")
    model_forecast(desk.store, note.run)
    payload = note.model_dump(mode="json", exclude={"run"}, exclude_none=True)
    with desk.record.writing() as writer:
        return writer.append(actor, NOTE, note.run, payload)


def agree(desk: Desk, actor: Actor, wanted: Agreement) -> Entry:
    """Record that an office agrees.

    Raises:
        NotPermitted: when the role may not agree for that office.
        Refusal: when the product is no longer what was agreed to, or the office has agreed already.
    """
    desk.permit(actor, _RIGHT[wanted.office])
    model = model_forecast(desk.store, wanted.run)
    with desk.record.writing() as writer:
        now = _standing(writer.connection, wanted.run, product_of(model, writer.connection).digest)
        _still(now.digest, wanted.digest)
        if now.agreed(wanted.office):
            raise Refusal("that office has agreed to it already", "该单位已同意")
        return writer.append(actor, AGREEMENT, wanted.run, {"office": wanted.office, "digest": now.digest})


def sign(desk: Desk, actor: Actor, wanted: SignOff) -> Entry:
    """Sign the product; the row's anchor belongs on what is published.

    Raises:
        NotPermitted: when the role lacks the right.
        Refusal: when an office has not agreed to it as it is, or it is signed already.
    """
    desk.permit(actor, "sign")
    model = model_forecast(desk.store, wanted.run)
    with desk.record.writing() as writer:
        product = product_of(model, writer.connection)
        now = _standing(writer.connection, wanted.run, product.digest)
        _still(now.digest, wanted.digest)
        for office, names in desk.config.offices.items():
            if not now.agreed(office):
                raise Refusal(
                    f"{names.english} has not agreed to the product as it is",
                    f"{names.chinese}尚未同意当前结论",
                )
        if now.signed:
            raise Refusal("it is signed already", "已签发")
        agreements = {office: entry.sequence for office, entry in now.agreements.items()}
        payload = {
            "digest": now.digest,
            "forecast_sha256": product.forecast_sha256,
            "agreements": agreements,
            "changed": [cell.told() for cell in product.cells if cell.changed],
        }
        return writer.append(actor, SIGNATURE, wanted.run, payload)


def _still(now: str, wanted: str) -> None:
    if now != wanted:
        raise Refusal(
            "the product has changed since it was read", "结论在您阅读之后已被修改", remedy="Read it again"
        )


def standing(desk: Desk, run: str) -> Standing:
    """How far the consultation of a run is.

    Raises:
        Unknown: when there is no such run.
    """
    model = model_forecast(desk.store, run)
    with desk.record.database.reading() as connection:
        return _standing(connection, run, product_of(model, connection).digest)


def _standing(connection: Connection, run: str, digest: str) -> Standing:
    rows = [entry_of(row) for row in connection.execute(of(None, run))]
    agreements: dict[OfficeName, Entry] = {
        row.payload["office"]: row for row in rows if row.kind == AGREEMENT
    }
    signatures = [row for row in rows if row.kind == SIGNATURE]
    notes = tuple(row for row in rows if row.kind == NOTE)
    return Standing(digest, agreements, signatures[-1] if signatures else None, notes)
