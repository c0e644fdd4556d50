"""Passwords, sessions, and how often one may try."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from consultation.accounts.login import Credentials, authenticate, log_in
from consultation.accounts.passwords import check_password, hashed, matches
from consultation.accounts.sessions import close_session, csrf_token, key_of, session_of, take_request
from consultation.accounts.users import (
    TERMINAL,
    NewUser,
    add_user,
    all_users,
    set_enabled,
    set_password,
    set_role,
)
from consultation.record.configuration import ConsultationConfig, shipped
from consultation.record.desk import Desk, open_desk
from consultation.record.refusals import NotAcceptable, NotLoggedIn, Refusal, TooMany, Unknown
from foundation.configuration import validate
from foundation.errors import ConfigurationError
from tests.consultation.record.conftest import Clock

PASSWORD = "冰川 copper violin 73"  # noqa: S105 - made for the test


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    opened = open_desk(tmp_path, clock=clock)
    add_user(opened, TERMINAL, NewUser("first", "forecaster", "王", PASSWORD))
    yield opened
    opened.close()


def given(password: str = PASSWORD, name: str = "first", address: str = "10.0.0.1") -> Credentials:
    return Credentials(name, password, address)


@pytest.mark.parametrize(
    "password",
    [
        "short", "password1234", "Administrator1!", "wangwangwang", "first-2026-first", "123456789012",
        "qwertyuiop12", "aaaaaaaaaaaaaaaa", "abcabcabcabc", "xinjiang2026!", "Urumqi123456", "woaini1314520",
        "1qaz2wsx3edc", "zxcvbnm12345", "x" * 300,
    ],
)  # fmt: skip
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        check_password(password, "first", shipped().passwords)
    assert refused.value.chinese


@pytest.mark.parametrize(
    "password", [PASSWORD, "tuquoque-brindle-94", "沙漠里的骆驼喝了三碗茶水吧", "Gk7#mvQz!2pLw"]
)
def test_sound_passwords_are_taken(password: str) -> None:
    check_password(password, "first", shipped().passwords)


def test_passwords_are_kept_as_argon2id_with_a_salt() -> None:
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert matches(first, PASSWORD)
    assert not matches(first, PASSWORD + "x")
    assert not matches(None, "nobody has this password")
    assert matches(hashed("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")


def test_there_is_no_default_account(tmp_path: Path) -> None:
    empty = open_desk(tmp_path / "new")
    assert all_users(empty) == []
    empty.close()


def test_the_record_tells_of_accounts_and_holds_no_secret(desk: Desk) -> None:
    set_role(desk, TERMINAL, "first", "approver")
    set_password(desk, TERMINAL, "first", "marmot-velvet-51-ok")
    told = [entry.payload["act"] for entry in desk.record.entries(kind="account")]
    assert told == ["added", "role", "password"]
    assert "argon2" not in str([entry.told() for entry in desk.record.entries()])


@pytest.mark.parametrize("name", ["", "Wang", "1x", "a b", "x" * 70, "../x", "system", "terminal", "王"])
def test_names_that_cannot_be(desk: Desk, name: str) -> None:
    with pytest.raises(NotAcceptable):
        add_user(desk, TERMINAL, NewUser(name, "viewer", "", PASSWORD))


def test_other_faults_of_accounts(desk: Desk) -> None:
    with pytest.raises(NotAcceptable, match="Roles: viewer"):
        add_user(desk, TERMINAL, NewUser("weather-office", "king", "", PASSWORD))
    with pytest.raises(Refusal, match="already"):
        add_user(desk, TERMINAL, NewUser("first", "viewer", "", PASSWORD))
    with pytest.raises(Unknown):
        set_role(desk, TERMINAL, "nobody", "viewer")


def test_a_session_is_kept_as_a_hash_alone(desk: Desk, tmp_path: Path) -> None:
    actor, token = log_in(desk, given(), None)
    assert (actor.name, actor.role) == ("first", "forecaster")
    assert len(token) == 43
    connection = sqlite3.connect(tmp_path / "consultation.db")
    kept = [row[0] for row in connection.execute("SELECT token FROM sessions")]
    connection.close()
    assert kept == [key_of(token)]
    session = session_of(desk, token)
    assert session is not None
    assert session.actor == actor
    assert session_of(desk, token + "x") is None
    assert session_of(desk, kept[0]) is None, "what is kept opens nothing"


def test_a_session_ends_when_unused(desk: Desk, clock: Clock) -> None:
    _, token = log_in(desk, given(), None)
    for _ in range(3):
        clock.forward(minutes=119)
        assert session_of(desk, token) is not None, "use keeps it"
    clock.forward(minutes=120)
    assert session_of(desk, token) is None


def test_a_session_ends_at_the_latest_after_its_hours(desk: Desk, clock: Clock) -> None:
    _, token = log_in(desk, given(), None)
    for _ in range(11):
        clock.forward(hours=1)
        assert session_of(desk, token) is not None
    clock.forward(hours=1)
    assert session_of(desk, token) is None


def test_a_login_ends_the_session_before(desk: Desk) -> None:
    _, first = log_in(desk, given(), None)
    _, second = log_in(desk, given(), first)
    assert first != second
    assert session_of(desk, first) is None
    assert session_of(desk, second) is not None
    close_session(desk, second)
    assert session_of(desk, second) is None


@pytest.mark.parametrize("how", ["role", "disabled", "password"])
def test_sessions_end_when_the_account_changes(desk: Desk, how: str) -> None:
    _, token = log_in(desk, given(), None)
    if how == "role":
        set_role(desk, TERMINAL, "first", "approver")
    elif how == "disabled":
        set_enabled(desk, TERMINAL, "first", enabled=False)
    else:
        set_password(desk, TERMINAL, "first", "marmot-velvet-51-ok")
    assert session_of(desk, token) is None


def test_a_disabled_account_cannot_log_in(desk: Desk) -> None:
    set_enabled(desk, TERMINAL, "first", enabled=False)
    with pytest.raises(NotLoggedIn):
        authenticate(desk, given())
    set_enabled(desk, TERMINAL, "first", enabled=True)
    authenticate(desk, given())


def test_faults_of_a_login_are_told_alike(desk: Desk) -> None:
    told = set()
    for wrong in (given("wrong password 1"), given(name="nobody")):
        with pytest.raises(NotLoggedIn) as refused:
            authenticate(desk, wrong)
        told.add(str(refused.value))
    assert len(told) == 1


def test_after_some_failures_one_must_wait(desk: Desk, clock: Clock) -> None:
    for _ in range(5):
        with pytest.raises(NotLoggedIn):
            authenticate(desk, given("wrong password 1"))
    with pytest.raises(TooMany, match="Wait 15 minutes"):
        authenticate(desk, given())
    authenticate(desk, given(address="10.0.0.2"))
    clock.forward(minutes=15, seconds=1)
    authenticate(desk, given())


def test_a_request_is_taken_once_in_a_session(desk: Desk) -> None:
    (_, first), (_, second) = (log_in(desk, given(), None) for _ in range(2))
    one, two = session_of(desk, first), session_of(desk, second)
    assert one is not None
    assert two is not None
    assert take_request(desk, one, "n" * 32)
    assert not take_request(desk, one, "n" * 32)
    assert take_request(desk, two, "n" * 32)
    assert csrf_token(first) != csrf_token(second)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("two_persons", ["red"], "orange and red"),
        ("database", "postgresql://bogda:secret@host/db", "environment variable"),
        ("database", "nonsense", "address"),
        ("rights", {"viewer": ["read"]}, "every role"),
        ("body", 1, "unknown key"),
    ],
)
def test_choices_that_are_refused(key: str, value: object, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        validate(ConsultationConfig, shipped().model_dump() | {key: value}, "consultation.yaml")


def test_the_address_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert shipped().address(tmp_path) == f"sqlite:///{tmp_path}/consultation.db"
    monkeypatch.setenv("BOGDA_DATABASE", f"sqlite:///{tmp_path}/other.db")
    open_desk(tmp_path).close()
    assert (tmp_path / "other.db").is_file()
