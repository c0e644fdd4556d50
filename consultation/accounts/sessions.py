"""Sessions: a random token of 256 bits, of which only the SHA-256 is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from consultation.record.chain import Actor, instant, moment_of
from consultation.record.desk import Desk
from consultation.record.tables import requests_seen, sessions, users

_SEEN_EVERY = dt.timedelta(minutes=1)
"""How often the time a session was last used is written; else every look would wait for the writers."""


@dataclass(frozen=True)
class Session:
    """A session that holds."""

    name: str
    shown_name: str
    role: str
    key: str

    @property
    def actor(self) -> Actor:
        """Who acts in it."""
        return Actor(self.name, self.role)


def new_token() -> str:
    """A random token of 256 bits."""
    return secrets.token_urlsafe(32)


def key_of(token: str) -> str:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(token: str) -> str:
    """The token against forged requests of a session; it cannot be had without the session's own."""
    return hmac.new(token.encode(), b"bogda csrf", hashlib.sha256).hexdigest()


def open_session(connection: Connection, desk: Desk, name: str, role: str, replaced: str | None) -> str:
    """Begin a session; the one it replaces ends, and those that have run out are cleared.

    Args:
        connection: one that writes.
        desk: where people consult.
        name: of the account.
        role: of the account.
        replaced: token that the browser held before, if any.

    Returns:
        The new token.
    """
    now, token = desk.record.clock(), new_token()
    if replaced:
        connection.execute(delete(sessions).where(sessions.c.token == key_of(replaced)))
    begun = instant(now - dt.timedelta(hours=desk.config.session.longest_hours))
    connection.execute(delete(sessions).where(sessions.c.opened < begun))
    connection.execute(delete(requests_seen).where(requests_seen.c.time < begun))
    row = {"token": key_of(token), "name": name, "role": role, "opened": instant(now), "seen": instant(now)}
    connection.execute(insert(sessions).values(row))
    return token


def session_of(desk: Desk, token: str) -> Session | None:
    """The session of a token, if it holds: not run out, the account not shut off, the role the same."""
    query = (
        select(sessions, users.c.shown_name, users.c.role.label("role_now"), users.c.enabled)
        .join(users, users.c.name == sessions.c.name)
        .where(sessions.c.token == key_of(token))
    )
    with desk.record.database.reading() as connection:
        row = connection.execute(query).first()
    if row is None or not row.enabled or row.role != row.role_now:
        return None
    now, config = desk.record.clock(), desk.config.session
    idle, age = now - moment_of(row.seen), now - moment_of(row.opened)
    if idle >= dt.timedelta(minutes=config.idle_minutes) or age >= dt.timedelta(hours=config.longest_hours):
        return None
    if idle >= _SEEN_EVERY:
        with desk.record.database.writing() as connection:
            seen = update(sessions).where(sessions.c.token == row.token).values(seen=instant(now))
            connection.execute(seen)
    return Session(row.name, row.shown_name, row.role, row.token)


def close_session(desk: Desk, token: str) -> None:
    """End a session."""
    with desk.record.database.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.token == key_of(token)))


def take_request(desk: Desk, session: Session, number: str) -> bool:
    """Whether a request's number is seen for the first time in a session; it is then used up."""
    request = key_of(f"{session.key} {number}")
    with desk.record.database.writing() as connection:
        if connection.execute(select(requests_seen).where(requests_seen.c.request == request)).first():
            return False
        row = {"request": request, "time": instant(desk.record.clock())}
        connection.execute(insert(requests_seen).values(row))
        return True
