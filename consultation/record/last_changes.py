"""The change that holds for each place and day of a run: the last one that was not taken back."""

from __future__ import annotations

from sqlalchemy import Connection, select

from consultation.record.chain import Entry, entry_of
from consultation.record.tables import entries

CHANGE = "change"
WITHDRAWAL = "withdrawal"


def last_changes(connection: Connection, run: str) -> dict[tuple[str, str], Entry]:
    """The changes that hold, by (place, day).

    Args:
        connection: to read with.
        run: `domain/reference time`.
    """
    query = (
        select(entries)
        .where(entries.c.subject == run, entries.c.kind.in_((CHANGE, WITHDRAWAL)))
        .order_by(entries.c.sequence)
    )
    held: dict[tuple[str, str], Entry] = {}
    for entry in map(entry_of, connection.execute(query)):
        cell = (entry.payload["place"], entry.payload["day"])
        if entry.kind == CHANGE:
            held[cell] = entry
        else:
            held.pop(cell, None)
    return held
