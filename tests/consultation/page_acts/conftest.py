"""Cheap hashes: the real ones take 64 MiB and some 0.1 s each, which one test alone needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from consultation.accounts import passwords
from consultation.accounts.users import TERMINAL, NewUser, add_user
from consultation.record.desk import Desk, open_desk
from consultation.warnings import write_warnings
from tests.consultation.record.conftest import RUN

PASSWORD = "冰川 copper violin 73"  # noqa: S105 - made for the test
PEOPLE = {"first": "forecaster", "weather-office": "meteorologist", "second": "approver", "guest": "viewer"}

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everywhere in this folder."""
    monkeypatch.setattr(passwords, "_hasher", lambda: CHEAP)
    monkeypatch.setattr(passwords, "_nobody", lambda: CHEAP.hash("nobody has this password"))


@pytest.fixture(scope="session")
def stored_desk(tmp_path_factory: pytest.TempPathFactory, make_run: Callable[..., Path]) -> Path:
    """A store with one run and an account for every role."""
    folder = tmp_path_factory.mktemp("store")
    make_run(folder / "runs" / RUN, hourly=False, complete=False)
    write_warnings(folder / "runs" / RUN)
    opened = open_desk(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", lambda: CHEAP)
        for name, role in PEOPLE.items():
            add_user(opened, TERMINAL, NewUser(name, role, "", PASSWORD))
    opened.close()
    return folder


@pytest.fixture
def desk(stored_desk: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(stored_desk, tmp_path / "store")
    opened = open_desk(tmp_path / "store")
    yield opened
    opened.close()
