"""The chain: it cannot be changed, a change past the program is found, writers keep one chain."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.record.chain import Actor, canonical, digest
from consultation.record.database import Database
from consultation.record.desk import Desk, open_desk
from consultation.record.discussion import Note, add_note
from consultation.record.migrations.first_transitions import LEGAL as MIGRATED
from consultation.record.tables import metadata
from consultation.record.transitions import LEGAL
from consultation.record.verification import parse_anchor, verify
from foundation.errors import ConfigurationError
from tests.consultation.record.conftest import RUN
from tests.consultation.record.raw_rows import forged, insert, opened, tamper


@pytest.fixture
def notes(desk: Desk, people: dict[str, Actor]) -> list[str]:
    """Anchors of five notes."""
    return [add_note(desk, people["first"], Note(run=RUN, text=f"第{n}条")).anchor for n in range(1, 6)]


def test_a_record_that_nobody_touched_is_whole(desk: Desk, notes: list[str]) -> None:
    verdict = verify(desk.record.database, [parse_anchor(anchor) for anchor in notes])
    assert verdict.whole
    assert (verdict.rows, verdict.head, verdict.anchors) == (5, notes[-1], 5)
    assert desk.record.anchor() == notes[-1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET actor = 'other' WHERE sequence = 2",
        "DELETE FROM entries WHERE sequence = 5",
        "UPDATE legal_transitions SET released = 1",
        "DELETE FROM legal_transitions",
        "INSERT INTO legal_transitions VALUES ('proposed', 'issued', 0)",
    ],
)
def test_the_data_base_refuses_to_change_or_remove(store: Path, notes: list[str], statement: str) -> None:
    assert notes
    connection = opened(store)
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "values",
    [{"sequence": 9}, {"sequence": 3}, {"previous": "0" * 64}, {"hash": "12"}, {"kind": "warning"}],
    ids=["gap", "again", "fork", "no hash", "warning without state"],
)
def test_a_row_that_does_not_continue_the_chain_is_refused(
    store: Path, notes: list[str], values: dict[str, object]
) -> None:
    assert notes
    with pytest.raises(sqlite3.IntegrityError):
        insert(store, forged(store, **values))


def test_replacing_a_row_is_refused(store: Path, notes: list[str]) -> None:
    """REPLACE removes the row that it collides with, and SQLite fires no trigger of deletion for it."""
    second = notes[1].partition(":")[2]
    with pytest.raises(sqlite3.IntegrityError):
        insert(store, forged(store, hash=second), verb="INSERT OR REPLACE")
    with pytest.raises(sqlite3.IntegrityError):
        insert(store, forged(store, sequence=2), verb="INSERT OR REPLACE")


CHANGES = {
    "payload": 'UPDATE entries SET payload = \'{"text":"另一句"}\' WHERE sequence = 3',
    "actor": "UPDATE entries SET actor = 'other' WHERE sequence = 3",
    "role": "UPDATE entries SET role = 'approver' WHERE sequence = 3",
    "time": "UPDATE entries SET time = '2026-12-01T00:00:00.000000Z' WHERE sequence = 3",
    "kind": "UPDATE entries SET kind = 'signature' WHERE sequence = 3",
    "subject": "UPDATE entries SET subject = 'x' WHERE sequence = 3",
    "spaces": "UPDATE entries SET payload = replace(payload, ':', ': ') WHERE sequence = 3",
    "not JSON": "UPDATE entries SET payload = '{' WHERE sequence = 3",
    "hash": f"UPDATE entries SET hash = '{'a' * 64}' WHERE sequence = 3",  # noqa: S608 - no input
    "deleted": "DELETE FROM entries WHERE sequence = 3",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_first_row_changed_by_hand_is_named(
    desk: Desk, store: Path, notes: list[str], change: str
) -> None:
    assert notes
    tamper(store, CHANGES[change])
    broken = verify(desk.record.database).broken
    assert broken is not None
    assert broken.sequence == 3
    assert broken.chinese
    assert broken.english


def test_a_lost_tail_is_found_by_an_anchor_alone(desk: Desk, store: Path, notes: list[str]) -> None:
    tamper(store, "DELETE FROM entries WHERE sequence >= 4")
    assert verify(desk.record.database).whole
    broken = verify(desk.record.database, [parse_anchor(notes[4])]).broken
    assert broken is not None
    assert broken.sequence == 4


def test_a_record_rewritten_with_right_hashes_is_found_by_an_anchor(
    desk: Desk, store: Path, notes: list[str]
) -> None:
    tamper(store, "DELETE FROM entries WHERE sequence = 5")
    insert(store, forged(store, subject=RUN))
    assert verify(desk.record.database).whole
    broken = verify(desk.record.database, [parse_anchor(notes[4])]).broken
    assert broken is not None
    assert broken.sequence == 5


@pytest.mark.parametrize(
    "text", ["", "5", "x:" + "a" * 64, "5:" + "a" * 63, "5:" + "G" * 64, "٣:" + "a" * 64]
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="hexadecimal"):
        parse_anchor(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(
        st.characters(exclude_categories=["Cs"])
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(JSON, JSON)
def test_the_canonical_text_tells_documents_apart(first: object, second: object) -> None:
    assert (canonical(first) == canonical(second)) == (digest(first) == digest(second))
    if isinstance(first, dict):
        assert canonical(dict(reversed(list(first.items())))) == canonical(first)


def test_a_number_that_is_none_is_not_recorded() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        canonical({"x": float("nan")})


def _write(store: str, name: str, count: int) -> None:
    desk = open_desk(store)
    for number in range(count):
        add_note(desk, Actor(name, "forecaster"), Note(run=RUN, text=f"{name} {number}"))
    desk.close()


def test_writers_in_several_processes_keep_one_chain(desk: Desk, store: Path) -> None:
    desk.close()  # no connection may be carried into another process
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(str(store), f"writer-{n}", 8)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    verdict = verify(desk.record.database)
    assert verdict.whole
    assert verdict.rows == 24
    actors = [entry.actor for entry in desk.record.entries()]
    assert {name: actors.count(name) for name in set(actors)} == dict.fromkeys(
        ("writer-0", "writer-1", "writer-2"), 8
    )


def test_a_write_that_fails_leaves_nothing(desk: Desk, people: dict[str, Actor]) -> None:
    with pytest.raises(RuntimeError, match="midway"), desk.record.writing() as writer:
        writer.append(people["first"], "note", RUN, {"text": "x"})
        raise RuntimeError("midway")
    assert desk.record.entries() == []


def test_the_migrations_make_the_tables_that_the_program_knows(desk: Desk) -> None:
    with desk.record.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "consultation_version"})
        assert compare_metadata(context, metadata) == []
    assert set(MIGRATED) == LEGAL


def test_migrating_again_changes_nothing(desk: Desk, store: Path, notes: list[str]) -> None:
    again = open_desk(store)
    assert verify(again.record.database).head == notes[-1]
    again.close()
    assert desk.record.anchor() == notes[-1]


@pytest.mark.parametrize("address", ["mysql://x/y", "nonsense", "oracle://x"])
def test_other_data_bases_are_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"data base|address"):
        Database(address)
