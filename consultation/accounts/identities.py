"""People of single sign-on: an account is made at the first login, the role follows the provider's groups."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from sqlalchemy import Connection, delete, select, update

from consultation.accounts.sessions import open_session
from consultation.accounts.users import ACCOUNT, NewUser, find_user, insert_user
from consultation.record.chain import SYSTEM, Actor, Writer
from consultation.record.configuration import OpenIDConfig
from consultation.record.desk import Desk
from consultation.record.refusals import NotLoggedIn, NotPermitted
from consultation.record.tables import sessions, users

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,62}")


def open_identity_session(desk: Desk, config: OpenIDConfig, claims: dict[str, Any]) -> tuple[Actor, str]:
    """Begin a session for the person that checked claims speak of.

    Args:
        desk: where people consult.
        config: which claims hold name and groups, and which role belongs to which group.
        claims: of an identity token that was checked.

    Returns:
        Who it is, and the token of the session.

    Raises:
        NotPermitted: when none of the person's groups has a role.
        NotLoggedIn: when the account is shut off, or its name is that of a local account.
    """
    role = _role(config, claims)
    identity = identity_of(config.issuer, str(claims["sub"]))
    with desk.record.writing() as writer:
        name = _account(
            writer, identity, role, _name(config, claims, identity), str(claims.get("name", ""))[:100]
        )
        token = open_session(writer.connection, desk, name, role, None)
    return Actor(name, role), token


def identity_of(issuer: str, subject: str) -> str:
    """What is kept of an identity: a digest of its issuer and subject."""
    return hashlib.sha256(f"{issuer} {subject}".encode()).hexdigest()


def _role(config: OpenIDConfig, claims: dict[str, Any]) -> str:
    given = claims.get(config.role_claim, ())
    groups = {given} if isinstance(given, str) else {str(group) for group in given or ()}
    role = next((role for group, role in config.roles.items() if group in groups), None)
    if role is None:
        raise NotPermitted(
            "none of your groups has a role here",
            "您所在的组在本系统没有角色",
            remedy="Ask the administrator",
        )
    return role


def _name(config: OpenIDConfig, claims: dict[str, Any], identity: str) -> str:
    name = str(claims.get(config.name_claim, "")).lower()
    return name if _NAME.fullmatch(name) else f"person-{identity[:12]}"


def _account(writer: Writer, identity: str, role: str, name: str, shown_name: str) -> str:
    row = _by_identity(writer.connection, identity)
    if row is None:
        if find_user(writer.connection, name):
            raise NotLoggedIn(f"{name!r} is a local account", f"“{name}”是本地账户，请用密码登录")
        shown = shown_name if shown_name.isprintable() else ""
        insert_user(writer, SYSTEM, NewUser(name, role, shown, None, identity), None)
        return name
    if not row.enabled:
        raise NotLoggedIn("the account is shut off", "账户已停用")
    if row.role != role:
        writer.connection.execute(update(users).where(users.c.name == row.name).values(role=role))
        writer.connection.execute(delete(sessions).where(sessions.c.name == row.name))
        writer.append(SYSTEM, ACCOUNT, row.name, {"act": "role", "before": row.role, "role": role})
    return str(row.name)


def _by_identity(connection: Connection, identity: str) -> Any:
    return connection.execute(select(users).where(users.c.identity == identity)).first()
