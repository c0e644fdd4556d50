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
from consultation.warnings import write_warnings
from tests.consultation.conftest import write_run
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
