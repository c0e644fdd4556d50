"""Rows written past the program, by someone who holds the file and knows how the chain is made."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from consultation.record.chain import canonical, row_hash
from consultation.record.tables import FIRST_PREVIOUS

DATABASE = "consultation.db"


def opened(store: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(store / DATABASE)
    connection.row_factory = sqlite3.Row
    return connection


def forged(store: Path, **values: Any) -> dict[str, Any]:
    """A row that continues the chain with a right hash, whatever it says."""
    connection = opened(store)
    last = connection.execute("SELECT * FROM entries ORDER BY sequence DESC LIMIT 1").fetchone()
    connection.close()
    row: dict[str, Any] = {
        "sequence": last["sequence"] + 1 if last else 1,
        "time": "2026-12-10T06:00:00.000000Z",
        "actor": "mallory",
        "role": "approver",
        "kind": "note",
        "subject": "x",
        "step": None,
        "before": None,
        "after": None,
        "level": None,
        "payload": canonical({}),
        "previous": last["hash"] if last else FIRST_PREVIOUS,
    } | values
    return row | {"hash": row.get("hash") or row_hash({k: v for k, v in row.items() if k != "hash"})}


def insert(store: Path, row: dict[str, Any], *, verb: str = "INSERT", without_triggers: bool = False) -> None:
    connection = opened(store)
    if without_triggers:
        drop_triggers(connection)
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" for _ in row)
    try:
        connection.execute(f"{verb} INTO entries ({names}) VALUES ({marks})", tuple(row.values()))
        connection.commit()
    finally:
        connection.close()


def drop_triggers(connection: sqlite3.Connection) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.commit()


def tamper(store: Path, statement: str) -> None:
    """Do something to the file with its triggers gone."""
    connection = opened(store)
    drop_triggers(connection)
    connection.execute(statement)
    connection.commit()
    connection.close()
