"""Independent answers to one question, side by side: which share of PM2.5 is whose, and do the answers agree.

A view is what one method says: receptor factors, tags, footprints, tags corrected by an inversion. They are
compared by the categories of `configs/sources/categories.yaml`, as far as both can tell them apart, and by
groups of sectors with all that forms from their gases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from emissions_inventory.labels import source_labels
from foundation.errors import InputError
from sources.categories import ComparedGroup, source_categories

__all__ = ["CATEGORY", "SECTOR", "Interval", "Row", "View", "agreement", "document", "row_key"]

CATEGORY, SECTOR = "category", "sector"
"""Kinds of rows: emitted or formed particles of a category; all particles from a group of sectors."""

WIDE = 0.5
"""An interval wider than this share of the total meets anything and says nothing; a choice."""

_VERDICTS = {
    "agree": ("一致", "agree"), "differ": ("不一致", "differ"),
    "open": ("无法判断", "cannot be told"),
    "single": ("只有一种方法", "one method only"), "none": ("没有方法能分辨", "seen by no method"),
}  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """A share of the total, 0 to 1, with the ends of its interval.

    Attributes:
        best: the share.
        low: lower end.
        high: upper end, with what is given to nobody and may be this one's.
        room: that part of the upper end.
    """

    best: float
    low: float
    high: float
    room: float = 0.0

    def overlaps(self, other: Interval) -> bool:
        """Whether the two have anything in common."""
        return self.low <= other.high and other.low <= self.high

    def meets(self, other: Interval) -> bool:
        """Whether they have something in common without what is given to nobody."""
        return self.low <= other.known_high and other.low <= self.known_high

    @property
    def known_high(self) -> float:
        """The upper end without what is given to nobody."""
        return max(self.high - self.room, self.best)

    @property
    def wide(self) -> bool:
        """Whether it says nothing."""
        return self.known_high - self.low > WIDE


@dataclass(frozen=True)
class View:
    """What one method says.

    Attributes:
        id: such as `tags`.
        chinese: what it is called.
        english: what it is called.
        shares: by the key of a row, see `row_key`.
        unresolved: share that the method gives to nobody; it stands in the upper ends already.
        told: period, place and what else a reader must know.
    """

    id: str
    chinese: str
    english: str
    shares: dict[str, Interval]
    unresolved: float
    told: str = ""


@dataclass(frozen=True)
class Row:
    """A category and what the views say of it.

    Attributes:
        key: of the row.
        chinese: its name.
        english: its name.
        shares: by the id of a view, of those that can tell it.
        verdict: `differ` when two intervals have nothing in common; `agree` when all meet in pairs, also
            without what is given to nobody, and none is too wide; otherwise `open`; `single`, `none`.
        apart: the pairs of views that do not meet.
    """

    key: str
    chinese: str
    english: str
    shares: dict[str, Interval]
    verdict: str
    apart: tuple[tuple[str, str], ...]


def row_key(kind: str, members: Sequence[str]) -> str:
    """Key of a row: `category:coal_combustion`, `sector:power`."""
    return f"{kind}:{'+'.join(members)}"


def agreement(views: Sequence[View]) -> tuple[Row, ...]:
    """Every category and every group of sectors, with a verdict.

    Args:
        views: of the same place and, as far as may be, period.

    Raises:
        InputError: when there is no view, one stands there twice, or one speaks of an unknown row.
    """
    if not views:
        raise InputError(
            "no view to compare", remedy="Give tags, footprints, receptor factors or an inversion"
        )
    names = [view.id for view in views]
    if len(set(names)) != len(names):
        raise InputError(f"views: expected each once, got {', '.join(names)}")
    rows = _names_of_rows()
    for view in views:
        unknown = set(view.shares) - set(rows)
        if unknown:
            raise InputError(f"view {view.id!r}: unknown row {min(unknown)!r}")
    return tuple(_row(key, chinese, english, views) for key, (chinese, english) in rows.items())


def _names_of_rows() -> dict[str, tuple[str, str]]:
    table = source_categories()
    rows = {row_key(CATEGORY, group.categories): _joint_name(group) for group in table.compared_groups()}
    return rows | {
        row_key(SECTOR, [group.id]): (f"{group.chinese}（含二次）", f"{group.english} (with secondary)")
        for group in source_labels().sector_groups
    }


def _joint_name(group: ComparedGroup) -> tuple[str, str]:
    members = [source_categories().category(name) for name in group.categories]
    return "、".join(one.chinese for one in members), ", ".join(one.english for one in members)


def _row(key: str, chinese: str, english: str, views: Sequence[View]) -> Row:
    shares = {view.id: view.shares[key] for view in views if key in view.shares}
    apart = tuple(
        (one, other) for one, other in combinations(shares, 2) if not shares[one].overlaps(shares[other])
    )
    if len(shares) < 2:
        verdict = "single" if shares else "none"
    elif apart:
        verdict = "differ"
    else:
        sure = all(one.meets(other) for one, other in combinations(shares.values(), 2))
        verdict = "agree" if sure and not any(share.wide for share in shares.values()) else "open"
    return Row(key, chinese, english, shares, verdict, apart)


def document(views: Sequence[View]) -> dict[str, Any]:
    """The table as plain data: views, rows with intervals, verdicts in words."""
    rows = agreement(views)
    return {
        "views": [
            {"id": view.id, "chinese": view.chinese, "english": view.english, "told": view.told,
             "unresolved": round(view.unresolved, 4)}
            for view in views
        ],
        "rows": [
            {
                "key": row.key, "chinese": row.chinese, "english": row.english, "verdict": row.verdict,
                "verdict_chinese": _VERDICTS[row.verdict][0], "verdict_english": _VERDICTS[row.verdict][1],
                "apart": [list(pair) for pair in row.apart],
                "shares": {
                    name: {end: round(getattr(share, end), 4) for end in ("best", "low", "high", "room")}
                    for name, share in row.shares.items()
                },
            }
            for row in rows
        ],
        "agree": sum(row.verdict == "agree" for row in rows),
        "differ": [row.key for row in rows if row.verdict == "differ"],
    }  # fmt: skip
