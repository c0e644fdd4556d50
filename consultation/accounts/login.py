"""Logging in with name and password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from consultation.accounts.passwords import hashed, is_outdated, matches
from consultation.accounts.sessions import open_session
from consultation.accounts.throttle import check_throttle, count_failure, forget_failures
from consultation.record.chain import Actor
from consultation.record.desk import Desk
from consultation.record.refusals import NotLoggedIn
from consultation.record.tables import users


@dataclass(frozen=True)
class Credentials:
    """What was typed, and from where."""

    name: str
    password: str
    address: str


def authenticate(desk: Desk, given: Credentials) -> Actor:
    """Who that is.

    Whether the name, the password or the account is at fault is not told, nor does it show in the time taken.

    Raises:
        TooMany: after too many failures.
        NotLoggedIn: when it is nobody.
    """
    check_throttle(desk, given.name, given.address)
    with desk.record.database.reading() as connection:
        row = connection.execute(select(users).where(users.c.name == given.name)).first()
    right = matches(row.password if row else None, given.password)
    with desk.record.database.writing() as connection:
        if row is None or not right or not row.enabled:
            count_failure(connection, desk, given.name, given.address)
        else:
            forget_failures(connection, desk, given.name, given.address)
            if is_outdated(row.password):
                renewed = update(users).where(users.c.name == row.name)
                connection.execute(renewed.values(password=hashed(given.password)))
            return Actor(row.name, row.role)
    raise NotLoggedIn("name or password is wrong", "用户名或密码错误")


def log_in(desk: Desk, given: Credentials, replaced: str | None) -> tuple[Actor, str]:
    """Authenticate and begin a session.

    Args:
        desk: where people consult.
        given: name, password and address.
        replaced: token that the browser held before, if any; its session ends.

    Returns:
        Who it is, and the new token.

    Raises:
        TooMany: after too many failures.
        NotLoggedIn: when it is nobody.
    """
    actor = authenticate(desk, given)
    with desk.record.database.writing() as connection:
        return actor, open_session(connection, desk, actor.name, actor.role, replaced)
