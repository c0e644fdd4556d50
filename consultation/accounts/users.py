"""Accounts: made, given a role, shut off; each such act is a row of the record, without secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from consultation.accounts.passwords import check_password, hashed
from consultation.record.chain import Actor, Entry, Writer, instant
from consultation.record.configuration import ROLES
from consultation.record.desk import Desk
from consultation.record.refusals import NotAcceptable, Refusal, Unknown
from consultation.record.tables import sessions, users

ACCOUNT = "account"

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,62}")
_RESERVED = {"system", "terminal"}
TERMINAL = Actor("terminal", "administrator")
"""Whoever has the machine's command line, from which the first account is made."""


@dataclass(frozen=True)
class User:
    """An account, without its password.

    Attributes:
        has_password: whether one can log in with a password.
        identity: issuer and subject of single sign-on, if it is that of a provider.
    """

    name: str
    shown_name: str
    role: str
    enabled: bool
    has_password: bool
    identity: str | None
    created: str


@dataclass(frozen=True)
class NewUser:
    """An account to be made; without a password for single sign-on alone."""

    name: str
    role: str
    shown_name: str = ""
    password: str | None = None
    identity: str | None = None


def add_user(desk: Desk, by: Actor, new: NewUser) -> Entry:
    """Make an account.

    Raises:
        NotAcceptable: when name, role or password cannot be used.
        Refusal: when there is one of that name.
    """
    _check(new, desk)
    stored = None if new.password is None else hashed(new.password)
    with desk.record.writing() as writer:
        return insert_user(writer, by, new, stored)


def insert_user(writer: Writer, by: Actor, new: NewUser, stored: str | None) -> Entry:
    """The same, while writing, with a hash at hand."""
    if find_user(writer.connection, new.name):
        raise Refusal(f"there is an account {new.name!r} already", f"账户“{new.name}”已存在")
    row = {"name": new.name, "shown_name": new.shown_name or new.name, "role": new.role, "password": stored,
           "identity": new.identity, "enabled": 1, "created": instant(writer.now())}  # fmt: skip
    writer.connection.execute(insert(users).values(row))
    told = {"act": "added", "role": new.role, "single_sign_on": new.identity is not None}
    return writer.append(by, ACCOUNT, new.name, told)


def _check(new: NewUser, desk: Desk) -> None:
    if not _NAME.fullmatch(new.name) or new.name in _RESERVED:
        raise NotAcceptable(
            f"{new.name[:70]!r} is no name of an account",
            "用户名须为2至63个小写字母、数字、点、横线，以字母开头",
            remedy="Take 2 to 63 of a-z 0-9 . _ -, beginning with a letter",
        )  # fmt: skip
    check_role(new.role)
    if len(new.shown_name) > 100 or not new.shown_name.isprintable():
        raise NotAcceptable("the shown name is too long or has control characters", "显示名不可用")
    if new.password is not None:
        check_password(new.password, new.name, desk.config.passwords)


def check_role(role: str) -> None:
    """Refuse what is no role.

    Raises:
        NotAcceptable: naming those there are.
    """
    if role not in ROLES:
        raise NotAcceptable(f"no role {role!r}", f"没有角色“{role}”", remedy=f"Roles: {', '.join(ROLES)}")


def find_user(connection: Connection, name: str) -> User | None:
    """The account of that name, if there is one."""
    row = connection.execute(select(users).where(users.c.name == name)).first()
    return None if row is None else _user(row)


def _user(row: Any) -> User:
    return User(row.name, row.shown_name, row.role, bool(row.enabled), row.password is not None, row.identity,
                row.created)  # fmt: skip


def all_users(desk: Desk) -> list[User]:
    """All accounts by name."""
    with desk.record.database.reading() as connection:
        return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]


def set_role(desk: Desk, by: Actor, name: str, role: str) -> Entry:
    """Give an account another role; its sessions end.

    Raises:
        Unknown: when there is no such account.
        NotAcceptable: when there is no such role.
    """
    check_role(role)
    with desk.record.writing() as writer:
        before = _known(writer.connection, name)
        _change(writer.connection, name, role=role)
        return writer.append(by, ACCOUNT, name, {"act": "role", "before": before.role, "role": role})


def set_enabled(desk: Desk, by: Actor, name: str, *, enabled: bool) -> Entry:
    """Shut an account off or open it again; its sessions end.

    Raises:
        Unknown: when there is no such account.
    """
    with desk.record.writing() as writer:
        _known(writer.connection, name)
        _change(writer.connection, name, enabled=int(enabled))
        return writer.append(by, ACCOUNT, name, {"act": "enabled" if enabled else "disabled"})


def set_password(desk: Desk, by: Actor, name: str, password: str) -> Entry:
    """Give an account another password; its sessions end.

    Raises:
        Unknown: when there is no such account.
        NotAcceptable: when the password cannot be used.
    """
    check_password(password, name, desk.config.passwords)
    stored = hashed(password)
    with desk.record.writing() as writer:
        _known(writer.connection, name)
        _change(writer.connection, name, password=stored)
        return writer.append(by, ACCOUNT, name, {"act": "password"})


def _known(connection: Connection, name: str) -> User:
    found = find_user(connection, name)
    if found is None:
        raise Unknown(
            f"no account {name[:70]!r}", "没有这个账户", remedy="List them: bogda consultation list-users"
        )
    return found


def _change(connection: Connection, name: str, **values: Any) -> None:
    connection.execute(update(users).where(users.c.name == name).values(**values))
    connection.execute(delete(sessions).where(sessions.c.name == name))
