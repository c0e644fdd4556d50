"""`bogda consultation` and `bogda warnings`, from the first account to a lifted warning."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from consultation.accounts import passwords
from consultation.record.chain import Actor
from consultation.record.desk import open_desk
from consultation.record.drafts import Draft
from consultation.record.warning_acts import Edited, approve, edit
from consultation.record.warning_steps import Act
from consultation.record.words import Bilingual
from consultation.warnings import write_warnings
from tests.consultation.conftest import write_red_run, write_run
from tests.consultation.record.raw_rows import tamper
from tests.flows.command import bogda

RUN = "demo/20261209T160000Z"
PASSWORD = "冰川 copper violin 73"  # noqa: S105 - made for the test


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
    monkeypatch.setattr(passwords, "_nobody", lambda: cheap.hash("nobody has this password"))


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "runs" / RUN
    write_run(folder, hourly=False, complete=False)
    write_warnings(folder)
    return folder


@pytest.fixture
def store(run_folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(run_folder.parents[2], tmp_path / "store")
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    for name, role in (("first", "forecaster"), ("second", "approver")):
        done = bogda(
            "consultation", "add-user", name, "--role", role, "--store", str(tmp_path / "store"),
            "--password-file", str(tmp_path / "password"),
        )  # fmt: skip
        assert done.exit_code == 0, done.stderr
    return tmp_path / "store"


def acting(store: Path, name: str) -> tuple[str, ...]:
    return ("--as", name, "--password-file", str(store.parent / "password"), "--store", str(store))


def test_a_warning_from_proposal_to_lifting(store: Path) -> None:
    assert bogda("warnings", "propose", RUN, "wu-chang-shi", *acting(store, "first")).exit_code == 0
    listed = json.loads(bogda("warnings", "list", "--store", str(store), "--json").stdout)["warnings"]
    (name,) = [one["id"] for one in listed]
    reason = ("--reason", "会商一致")
    refused = bogda("warnings", "approve", name, *reason, *acting(store, "first"))
    assert refused.exit_code == 7
    assert "may not approve" in refused.stderr
    assert bogda("warnings", "issue", name, *reason, *acting(store, "second")).exit_code == 6
    assert bogda("warnings", "approve", name, *reason, *acting(store, "second")).exit_code == 0
    issued = bogda("warnings", "issue", name, *reason, *acting(store, "second"))
    assert issued.exit_code == 0
    anchor = issued.stdout.split("anchor: ")[1].strip()
    assert "生效中" in bogda("warnings", "list", "--store", str(store)).stdout
    assert bogda("warnings", "lift", name, *reason, *acting(store, "second")).exit_code == 0
    assert "没有预警" in bogda("warnings", "list", "--store", str(store)).stdout
    verified = bogda("consultation", "verify-record", "--store", str(store), "--anchor", anchor, "--json")
    assert verified.exit_code == 0
    assert json.loads(verified.stdout)["whole"] is True


def with_third(store: Path) -> None:
    """Another approver, and somebody who may only look."""
    for name, role in (("third", "approver"), ("guest", "viewer")):
        done = bogda("consultation", "add-user", name, "--role", role, "--store", str(store),
                     "--password-file", str(store.parent / "password"))  # fmt: skip
        assert done.exit_code == 0, done.stderr


def state_of(store: Path) -> tuple[str, str, int]:
    (one,) = json.loads(bogda("warnings", "list", "--store", str(store), "--json").stdout)["warnings"]
    return one["id"], one["state"], one["level"]


def test_a_red_warning_takes_a_second_approver(store: Path) -> None:
    write_warnings(write_red_run(store / "runs" / RUN))
    with_third(store)
    proposed = bogda("warnings", "propose", RUN, "wu-chang-shi", *acting(store, "second"))
    assert "现发布重污染天气红色预警，启动Ⅰ级响应。" in proposed.stdout
    name, state, level = state_of(store)
    assert (state, level) == ("proposed", 3)
    reason = ("--reason", "会商一致")
    for person, words in (
        ("second", "needs two persons"), ("first", "may not approve"), ("guest", "may not approve"),
    ):  # fmt: skip
        refused = bogda("warnings", "approve", name, *reason, *acting(store, person))
        assert (refused.exit_code, words in refused.stderr, refused.stderr.count("\n")) == (7, True, 1), (
            person
        )
        assert state_of(store) == (name, "proposed", 3)
    approved = bogda("warnings", "approve", name, *reason, *acting(store, "third"))
    assert approved.exit_code == 0, approved.stderr
    assert "现发布重污染天气红色预警" in approved.stdout, "what was approved is said"
    assert bogda("warnings", "issue", name, *reason, *acting(store, "first")).exit_code == 7
    assert bogda("warnings", "issue", name, *reason, *acting(store, "third")).exit_code == 0
    assert state_of(store) == (name, "issued", 3)


def test_a_text_of_another_level_is_neither_approved_nor_issued(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a draft of an earlier version may hold it."""
    assert bogda("warnings", "propose", RUN, "wu-chang-shi", *acting(store, "first")).exit_code == 0
    name, *_ = state_of(store)
    stale = Draft(level=1, onset="2026-12-10T16:00:00Z", end="2026-12-13T16:00:00Z", reason="会商后下调",
                  text=Bilingual(chinese="预计持续重污染，发布橙色预警。"))  # fmt: skip
    desk = open_desk(store)
    with monkeypatch.context() as earlier:
        for module in ("drafting", "warning_acts"):
            earlier.setattr(f"consultation.record.{module}.require_sound_body", lambda *_: None)
        edit(desk, Actor("first", "forecaster"), Edited(warning=name, step=1, draft=stale))
    refused = bogda("warnings", "approve", name, "--reason", "会商一致", *acting(store, "second"))
    assert (refused.exit_code, refused.stderr.count("\n")) == (3, 1)
    assert "The Chinese text names orange, the warning is yellow" in refused.stderr
    with monkeypatch.context() as earlier:
        earlier.setattr("consultation.record.warning_acts.require_sound_body", lambda *_: None)
        approve(desk, Actor("second", "approver"), Act(warning=name, step=2, reason="会商一致"))
    desk.close()
    refused = bogda("warnings", "issue", name, "--reason", "会商一致", *acting(store, "second"))
    assert (refused.exit_code, refused.stderr.count("\n")) == (3, 1)
    assert state_of(store) == (name, "approved", 1)


def test_verify_record_names_the_first_broken_row(store: Path) -> None:
    tamper(store, "UPDATE entries SET actor = 'other' WHERE sequence = 2")
    done = bogda("consultation", "verify-record", "--store", str(store), "--json")
    assert done.exit_code != 0
    assert "row 2" in done.stderr
    assert json.loads(done.stdout)["broken"]["sequence"] == 2
    assert done.stderr.count("\n") == 1


def test_verify_record_finds_a_lost_tail_by_its_anchor(store: Path) -> None:
    head = json.loads(bogda("consultation", "verify-record", "--store", str(store), "--json").stdout)["head"]
    tamper(store, "DELETE FROM entries WHERE sequence = 2")
    assert bogda("consultation", "verify-record", "--store", str(store)).exit_code == 0
    done = bogda("consultation", "verify-record", "--store", str(store), "--anchor", head)
    assert done.exit_code != 0
    assert "last rows are lost" in done.stderr


def test_wrong_passwords_and_weak_ones(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("not the password\n"))
    person = ("--as", "first", "--password-file", "-", "--store", str(store))
    assert "wrong" in bogda("warnings", "propose", RUN, "urumqi", *person).stderr
    (tmp_path / "weak").write_text("xinjiang2026", encoding="utf-8")
    done = bogda("consultation", "add-user", "weather-office", "--role", "viewer", "--store", str(store),
                 "--password-file", str(tmp_path / "weak"))  # fmt: skip
    assert done.exit_code == 3
    assert "easily guessed" in done.stderr


def test_without_a_terminal_the_password_must_be_given(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    done = bogda("consultation", "add-user", "weather-office", "--role", "viewer", "--store", str(store))
    assert done.exit_code == 2
    assert "--password-file" in done.stderr


def test_accounts_are_listed_changed_and_shut_off(store: Path) -> None:
    at = ("--store", str(store))
    assert bogda("consultation", "set-role", "first", "viewer", *at).exit_code == 0
    assert bogda("consultation", "disable-user", "second", *at).exit_code == 0
    listed = json.loads(bogda("consultation", "list-users", *at, "--json").stdout)
    assert {one["name"]: (one["role"], one["enabled"]) for one in listed} == {
        "first": ("viewer", True), "second": ("approver", False),
    }  # fmt: skip
    assert "argon2" not in json.dumps(listed)
    assert bogda("consultation", "set-role", "nobody", "viewer", *at).exit_code == 6
    assert bogda("consultation", "set-role", "first", "--role", "meteorologist", *at).exit_code == 0
    listed = json.loads(bogda("consultation", "list-users", *at, "--json").stdout)
    assert [one["role"] for one in listed] == ["meteorologist", "approver"]


def test_a_new_store_is_begun_only_when_asked_for_and_with_a_password(tmp_path: Path) -> None:
    store = tmp_path / "typo"
    file = tmp_path / "password"
    words = ("consultation", "add-user", "ann", "viewer", "--store", str(store), "--password-file", str(file))
    assert bogda(*words, "--new").exit_code == 2
    file.write_text("seven quiet camels cross", encoding="utf-8")
    assert bogda(*words).exit_code == 5
    assert not store.exists()
    assert bogda(*words, "--new").exit_code == 0
    listed = json.loads(bogda("consultation", "list-users", "--store", str(store), "--json").stdout)
    assert [(one["name"], one["role"]) for one in listed] == [("ann", "viewer")]


def test_a_store_elsewhere_or_broken_is_told_in_one_line(tmp_path: Path) -> None:
    assert "folder" in bogda("warnings", "list", "--store", "s3://bucket/x").stderr
    (tmp_path / "consultation.db").write_bytes(b"this is no data base" * 100)
    done = bogda("warnings", "list", "--store", str(tmp_path))
    assert done.exit_code == 5
    assert done.stderr.count("\n") == 1
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "consultation.db").execute("SELECT * FROM entries")
