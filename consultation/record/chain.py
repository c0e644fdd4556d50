"""The chain: every row holds the hash of the row before it, and its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from consultation.record.database import Database
from consultation.record.tables import FIRST_PREVIOUS, entries

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """This instant."""
    return dt.datetime.now(dt.UTC)


def instant(moment: dt.datetime) -> str:
    """An instant as the record writes it, `2026-11-20T08:00:00.000000Z`; sorts as text."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(written: str) -> dt.datetime:
    """The instant that was written."""
    return dt.datetime.fromisoformat(written)


def canonical(document: Any) -> str:
    """The one JSON text of a document: keys sorted, no spaces, no NaN.

    Raises:
        ValueError: when it holds a number that is none, or what is not JSON.
    """
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(document: Any) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


@dataclass(frozen=True)
class Actor:
    """Who acts, and in which role."""

    name: str
    role: str


SYSTEM = Actor("system", "system")
"""The program itself, for what no person does."""


@dataclass(frozen=True)
class Transition:
    """A step of a warning from one state to the next, at a level."""

    step: int
    before: str
    after: str
    level: int


@dataclass(frozen=True)
class Entry:
    """A row of the record; `time` in UTC."""

    sequence: int
    time: str
    actor: str
    role: str
    kind: str
    subject: str
    transition: Transition | None
    payload: dict[str, Any]
    previous: str
    hash: str

    @property
    def anchor(self) -> str:
        """What to write down elsewhere, so that a later loss of rows is found: `42:<hash>`."""
        return f"{self.sequence}:{self.hash}"

    def told(self) -> dict[str, Any]:
        """The row as plain data."""
        state = {} if self.transition is None else self.transition.__dict__
        return {**self.__dict__, "transition": state or None, "anchor": self.anchor}


def row_hash(row: dict[str, Any]) -> str:
    """Hash of a row: of all its columns but the hash itself, the payload as the document it is."""
    content = {name: row[name] for name in row if name not in ("hash", "payload")}
    return digest({**content, "payload": json.loads(row["payload"])})


def entry_of(row: Row[Any]) -> Entry:
    """A row as it was read."""
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    state = [kept.pop(name) for name in ("step", "before", "after", "level")]
    transition = None if state[0] is None else Transition(*state)
    return Entry(**{**kept, "payload": json.loads(kept["payload"])}, transition=transition)


class Writer:
    """Adds rows while the writers' lock is held, so that what was read just before still holds."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        """Write through a connection that holds the lock."""
        self.connection, self._clock = connection, clock

    def now(self) -> dt.datetime:
        """This instant."""
        return self._clock()

    def read(self, query: Select[Any]) -> list[Entry]:
        """Rows of the record."""
        return [entry_of(row) for row in self.connection.execute(query)]

    def append(
        self, actor: Actor, kind: str, subject: str, payload: dict[str, Any], state: Transition | None = None
    ) -> Entry:
        """Add a row.

        Raises:
            IntegrityError: when the data base refuses it.
        """
        last = self.connection.execute(
            select(entries.c.sequence, entries.c.hash).order_by(entries.c.sequence.desc()).limit(1)
        ).first()
        row: dict[str, Any] = {
            "sequence": last.sequence + 1 if last else 1,
            "time": instant(self._clock()),
            "actor": actor.name,
            "role": actor.role,
            "kind": kind,
            "subject": subject,
            **(state.__dict__ if state else dict.fromkeys(("step", "before", "after", "level"))),
            "payload": canonical(payload),
            "previous": last.hash if last else FIRST_PREVIOUS,
        }
        row["hash"] = row_hash(row)
        self.connection.execute(insert(entries).values(row))
        kept = {key: value for key, value in row.items() if key not in ("step", "before", "after", "level")}
        return Entry(**{**kept, "payload": json.loads(row["payload"])}, transition=state)


class Record:
    """The record of a consultation.

    Args:
        database: where it lies; migrated already.
        clock: gives this instant.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        """Read and write through a data base."""
        self.database, self.clock = database, clock

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Add rows; all of the block or nothing is recorded."""
        with self.database.writing() as connection:
            yield Writer(connection, self.clock)

    def entries(self, *, kind: str | None = None, subject: str | None = None) -> list[Entry]:
        """Rows, oldest first, of a kind and of a subject where these are given."""
        with self.database.reading() as connection:
            return [entry_of(row) for row in connection.execute(of(kind, subject))]

    def anchor(self) -> str | None:
        """The anchor of the last row; None while there is none."""
        with self.database.reading() as connection:
            row = connection.execute(select(entries).order_by(entries.c.sequence.desc()).limit(1)).first()
        return entry_of(row).anchor if row else None


def of(kind: str | None, subject: str | None = None) -> Select[Any]:
    """The query for rows of a kind and of a subject, oldest first."""
    query = select(entries).order_by(entries.c.sequence)
    query = query if kind is None else query.where(entries.c.kind == kind)
    return query if subject is None else query.where(entries.c.subject == subject)
