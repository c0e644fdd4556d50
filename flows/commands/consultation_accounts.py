"""`bogda consultation add-user`, `list-users`, `set-password`, `set-role`, `disable-user`, `enable-user`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flows.output import print_json, print_line
from flows.stores import check_store
from foundation.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from consultation.record.desk import Desk

Where = tuple[str, str | None]
"""Store, and file of choices if any."""


@contextmanager
def desk_at(where: Where, *, begin: bool = False) -> Iterator[Desk]:
    """The desk of a store, closed at the end.

    Args:
        where: store and settings.
        begin: whether a record is made where there is none; a mistyped store shall not pass for an empty one.

    Raises:
        InputError: when there is no record.
    """
    from consultation.record.desk import has_record, open_desk

    if not begin and not has_record(*where):
        raise InputError(
            "there is no record of a consultation", where=where[0],
            remedy="Check --store; bogda consultation add-user begins one",
        )  # fmt: skip
    desk = open_desk(*where)
    try:
        yield desk
    finally:
        desk.close()


def read_password(file: str | None, *, twice: bool) -> str:
    """A password: from a file, from standard input, or asked for on the terminal.

    Args:
        file: its path; `-` is standard input; None asks.
        twice: whether it is to be typed twice.

    Raises:
        ConfigurationError: when the file cannot be read, there is no terminal, or the two differ.
    """
    if file is not None:
        return _from_file(file)
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "there is no terminal to ask for the password",
            remedy="Give --password-file FILE, or - to pipe it",
        )
    typed = getpass.getpass("密码 password: ")
    if twice and getpass.getpass("再次输入 again: ") != typed:
        raise ConfigurationError("the two passwords differ", remedy="Type them again")
    return typed


def _from_file(file: str) -> str:
    if file == "-":
        return sys.stdin.readline().rstrip("\r\n")
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError("cannot be read as a file of text", where=file, remedy="Check it") from error


def one_role(word: str | None, option: str | None) -> str:
    """The role, given as a word or by `--role`.

    Raises:
        ConfigurationError: when it is given not at all or differently, or there is no such role.
    """
    from consultation.record.configuration import ROLES

    role = option or word
    if role is None:
        raise ConfigurationError("no role is given", remedy=f"Give --role: {', '.join(ROLES)}")
    if word is not None and word != role:
        raise ConfigurationError(f"two roles are given: {word} and {role}", remedy="Give one of them")
    if role not in ROLES:
        raise ConfigurationError(f"no role {role!r}", remedy=f"Roles: {', '.join(ROLES)}")
    return role


def add(where: Where, person: tuple[str, str, str], password_file: str | None, *, new: bool = False) -> None:
    """Make an account.

    Args:
        where: store and settings.
        person: name, role, and name as shown.
        password_file: see `read_password`.
        new: whether a store is begun where there is none.

    Raises:
        BogdaError: when it cannot be made.
    """
    from consultation.accounts.users import TERMINAL, NewUser, add_user

    check_store(where[0], new=new)
    name, role, shown_name = person
    password = read_password(password_file, twice=True)  # first: nothing is begun without it
    with desk_at(where, begin=True) as desk:
        add_user(desk, TERMINAL, NewUser(name, role, shown_name, password))
    print_line(f"已建账户 account {name}，角色 role {role}")


def show(where: Where, *, as_json: bool) -> None:
    """List the accounts."""
    from consultation.accounts.users import all_users

    with desk_at(where) as desk:
        found = all_users(desk)
    if as_json:
        print_json([{**user.__dict__, "identity": user.identity is not None} for user in found])
        return
    for user in found:
        state = "" if user.enabled else "  已停用 disabled"
        print_line(f"{user.name:24} {user.role:15} {user.shown_name}{state}")


def change_password(where: Where, name: str, password_file: str | None) -> None:
    """Give an account another password.

    Raises:
        BogdaError: when it cannot be.
    """
    from consultation.accounts.users import TERMINAL, set_password

    with desk_at(where) as desk:
        set_password(desk, TERMINAL, name, read_password(password_file, twice=True))
    print_line(f"密码已更换 password changed: {name}")


def change_role(where: Where, name: str, role: str) -> None:
    """Give an account another role.

    Raises:
        BogdaError: when there is no such account or role.
    """
    from consultation.accounts.users import TERMINAL, set_role

    with desk_at(where) as desk:
        set_role(desk, TERMINAL, name, role)
    print_line(f"角色已更换 role changed: {name} {role}")


def change_enabled(where: Where, name: str, *, enabled: bool) -> None:
    """Shut an account off or open it again.

    Raises:
        BogdaError: when there is no such account.
    """
    from consultation.accounts.users import TERMINAL, set_enabled

    with desk_at(where) as desk:
        set_enabled(desk, TERMINAL, name, enabled=enabled)
    print_line(f"{'已恢复 enabled' if enabled else '已停用 disabled'}: {name}")
