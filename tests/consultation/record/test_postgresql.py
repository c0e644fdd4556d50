"""The same record on PostgreSQL: migration, triggers, one chain; on a server of the test's own."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consultation.record.chain import Actor, Record, Transition
from consultation.record.database import Database
from consultation.record.deliveries import Deliveries, DeliveryKey
from consultation.record.verification import verify
from foundation.errors import RunError

pytestmark = pytest.mark.postgresql

WANG, ZHAO = Actor("first", "forecaster"), Actor("second", "approver")


def programs() -> Path | None:
    """Folder of the newest PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def as_user(folder: Path) -> list[str]:
    """How to run a program as a user that PostgreSQL accepts: it refuses root."""
    if os.getuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("running as root and there is no user postgres to run PostgreSQL as")
    if shutil.which("setpriv") is None:
        pytest.skip("running as root and setpriv (util-linux) is not installed")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of its own in a folder that goes afterwards, reached by a socket alone."""
    pytest.importorskip("psycopg", reason="needs the driver: pip install 'bogda[postgresql]'")
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(subprocess.run(["mktemp", "-d"], check=True, capture_output=True, text=True).stdout.strip())
    user = as_user(folder)
    data = folder / "data"
    subprocess.run(
        [*user, binaries / "initdb", "-D", data, "-A", "trust", "-U", "bogda", "--no-sync", "-E", "UTF8"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    start = [*user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"]
    subprocess.run(start, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"postgresql://bogda@/postgres?host={folder}"
    subprocess.run([*user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True,
                   capture_output=True, cwd=folder)  # fmt: skip
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def record(address: str) -> Iterator[Record]:
    database = Database(address)
    database.migrate()
    database.migrate()
    yield Record(database)
    database.close()


def test_the_chain_and_the_states_hold(record: Record) -> None:
    with record.writing() as writer:
        writer.append(WANG, "note", "x", {"text": "逆温"})
        writer.append(WANG, "warning", "w", {}, Transition(1, "none", "proposed", 2))
    refused = [
        (WANG, Transition(2, "proposed", "approved", 2), "two persons"),
        (ZHAO, Transition(2, "proposed", "issued", 2), "may not follow"),
        (ZHAO, Transition(3, "approved", "issued", 2), "left out"),
        (ZHAO, Transition(2, "approved", "issued", 2), "not the state"),
        (ZHAO, Transition(2, "proposed", "approved", 1), "changes the level"),
    ]
    for actor, step, told in refused:
        with pytest.raises(DBAPIError, match=told), record.writing() as writer:
            writer.append(actor, "warning", "w", {}, step)
    course = [("proposed", "approved", 2), ("approved", "issued", 2), ("issued", "edited", 1),
              ("edited", "approved", 1)]  # fmt: skip
    with record.writing() as writer:
        for step, (before, after, level) in enumerate(course, start=2):
            actor = WANG if after == "edited" else ZHAO
            writer.append(actor, "warning", "w", {}, Transition(step, before, after, level))
    with pytest.raises(DBAPIError, match="not milder"), record.writing() as writer:
        writer.append(ZHAO, "warning", "w", {}, Transition(6, "approved", "updated", 1))
    with record.writing() as writer:
        writer.append(ZHAO, "warning", "w", {}, Transition(6, "approved", "downgraded", 1))
    assert verify(record.database).whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET actor = 'other'",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "DELETE FROM legal_transitions",
        "INSERT INTO legal_transitions VALUES ('proposed', 'issued', 0)",
        (
            "INSERT INTO entries SELECT sequence + 50, time, actor, role, kind, subject, NULL, NULL, NULL, "
            "NULL, payload, hash, previous FROM entries WHERE kind = 'note' LIMIT 1"
        ),
    ],
)
def test_nothing_is_changed_removed_or_slipped_in(record: Record, statement: str) -> None:
    with pytest.raises((DBAPIError, RunError)), record.database.writing() as connection:
        connection.execute(text(statement))


def test_a_change_by_the_owner_without_triggers_is_found(record: Record) -> None:
    with record.database.writing() as connection:
        connection.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE entries SET actor = 'other' WHERE sequence = 1"))
    broken = verify(record.database).broken
    assert broken is not None
    assert broken.sequence == 1
    with record.database.writing() as connection:
        connection.execute(text("UPDATE entries SET actor = 'first' WHERE sequence = 1"))
        connection.execute(text("ALTER TABLE entries ENABLE TRIGGER USER"))
    assert verify(record.database).whole


def _write(address: str) -> None:
    database = Database(address)
    record = Record(database)
    ledger = Deliveries(record, 10)
    for number in range(10):
        with record.writing() as writer:
            writer.append(WANG, "note", "concurrent", {"number": number})
        key = DeliveryKey("w", str(number), "folder")
        if ledger.claim(key):
            ledger.finish(key, "delivered", "written")
    database.close()


def test_writers_in_several_processes_keep_one_chain(record: Record, address: str) -> None:
    record.database.close()
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(address,)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert verify(record.database).whole
    assert len(record.entries(subject="concurrent")) == 30
    assert len(record.entries(kind="delivery")) == 10
