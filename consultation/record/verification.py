"""Walking the record from its first row: the first row that is not as it was written is named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from consultation.record.chain import canonical, row_hash
from consultation.record.database import Database
from consultation.record.replay import Replay
from consultation.record.tables import FIRST_PREVIOUS, entries
from foundation.errors import ConfigurationError


@dataclass(frozen=True)
class Anchor:
    """A row as it was told outside: its number and its hash."""

    sequence: int
    hash: str


@dataclass(frozen=True)
class Finding:
    """What is wrong, at which row; both languages."""

    sequence: int
    chinese: str
    english: str


@dataclass(frozen=True)
class Verdict:
    """What a walk found.

    Attributes:
        rows: how many rows were read.
        head: anchor of the last row, if there is one.
        anchors: how many known anchors were held against the rows.
        broken: the first fault, None when the record is whole.
    """

    rows: int
    head: str | None
    anchors: int
    broken: Finding | None

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None


def parse_anchor(text: str) -> Anchor:
    """Read an anchor, `42:<64 hexadecimal digits>`.

    Raises:
        ConfigurationError: when it is none.
    """
    number, found, digits = text.strip().partition(":")
    hexadecimal = len(digits) == 64 and not set(digits) - set("0123456789abcdef")
    if not found or not (number.isascii() and number.isdigit() and hexadecimal):
        raise ConfigurationError(
            f"expected a number, a colon and 64 hexadecimal digits, got {text[:90]!r}", where="anchor",
            remedy="Copy it from an issued product or from an earlier verify-record",
        )  # fmt: skip
    return Anchor(int(number), digits)


def verify(database: Database, anchors: Sequence[Anchor] = ()) -> Verdict:
    """Walk the chain.

    Every row must continue the one before, have the hash of what it holds, and be a step that a warning
    could take. A loss of the last rows leaves a whole chain behind: only an anchor, told outside earlier,
    finds it.

    Args:
        database: the record.
        anchors: rows known from outside.
    """
    known = {anchor.sequence: anchor for anchor in anchors}
    with database.reading() as connection:
        rows = connection.execute(select(entries).order_by(entries.c.sequence)).mappings()
        count, head, broken = _walk(rows, known)
    if broken is None:
        broken = _missing(count, anchors)
    return Verdict(count, head, len(anchors), broken)


def _walk(rows: Iterable[Any], known: dict[int, Anchor]) -> tuple[int, str | None, Finding | None]:
    previous, count, head = FIRST_PREVIOUS, 0, None
    replay = Replay()
    for count, found in enumerate(rows, start=1):
        row = dict(found)
        fault = _fault(row, count, previous) or replay.fault(row) or _against(row, known)
        if fault:
            return count, head, Finding(min(row["sequence"], count), *fault)
        previous = row["hash"]
        head = f"{row['sequence']}:{row['hash']}"
    return count, head, None


def _fault(row: dict[str, Any], expected: int, previous: str) -> tuple[str, str] | None:
    if row["sequence"] != expected:
        return (
            f"缺第{expected}行，其后为第{row['sequence']}行",
            f"row {expected} is missing, row {row['sequence']} follows",
        )
    if row["previous"] != previous:
        return "前一行的校验值不符：前面的行被改动或替换", "does not continue the row before it"
    try:
        document = json.loads(row["payload"])
        sound = canonical(document) == row["payload"] and row_hash(row) == row["hash"]
    except (ValueError, TypeError):
        sound = False
    return (
        None
        if sound
        else ("内容与校验值不符：该行被改动", "its content does not have its hash: it was changed")
    )


def _against(row: dict[str, Any], known: dict[int, Anchor]) -> tuple[str, str] | None:
    anchor = known.get(row["sequence"])
    if anchor is None or anchor.hash == row["hash"]:
        return None
    return (
        "与已公布的校验值不符：记录被整体重写",
        "is not the row that was told outside: the record was rewritten",
    )


def _missing(count: int, anchors: Sequence[Anchor]) -> Finding | None:
    lost = min((anchor.sequence for anchor in anchors if anchor.sequence > count), default=None)
    if lost is None:
        return None
    return Finding(
        count + 1,
        f"已公布到第{lost}行，记录只有{count}行：末尾的行丢失",
        f"row {lost} was told outside, the record has {count} rows: the last rows are lost",
    )
