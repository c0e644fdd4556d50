"""Problems of a table: gathered by column, told by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from emissions_inventory.tables.kinds import KINDS
from foundation.errors import InputError

if TYPE_CHECKING:
    from emissions_inventory.tables.report import ImportReport

__all__ = ["Problem", "Problems", "RefusedTableError", "shorten"]

_LONGEST = 60


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a table.

    Attributes:
        row: row as the spreadsheet shows it; 0 for a whole column.
        column: letter and header, such as `F 排气筒高度(m)`.
        kind: a name of `KINDS`.
        got: what the cell holds.
        expected: what the words of the kind leave open, such as a range.
    """

    row: int
    column: str
    kind: str
    got: str = ""
    expected: str = ""

    @property
    def serious(self) -> bool:
        """Whether the row is left out."""
        return KINDS[self.kind].serious

    @property
    def what(self) -> str:
        """What is wrong, Chinese first."""
        kind = KINDS[self.kind]
        return f"{kind.chinese.format(self.expected)} {kind.english.format(self.expected)}"

    @property
    def remedy(self) -> str:
        """What to do, Chinese first."""
        kind = KINDS[self.kind]
        return f"{kind.chinese_remedy.format(self.expected)} {kind.english_remedy.format(self.expected)}"

    def as_dict(self) -> dict[str, object]:
        """All of it, for JSON."""
        return {
            "row": self.row,
            "column": self.column,
            "kind": self.kind,
            "severity": "error" if self.serious else "warning",
            "what": self.what,
            "got": self.got,
            "remedy": self.remedy,
        }

    def line(self) -> str:
        """One line for people."""
        place = f"第 {self.row} 行 row {self.row}" if self.row else "整列 column"
        got = f"：{self.got!r}" if self.got else ""
        return f"{place}, {self.column}{got}: {self.what}。{self.remedy}"


class RefusedTableError(InputError):
    """A table with bad rows that was not to be imported without them.

    Attributes:
        report: what was found (`ImportReport`).
    """

    def __init__(self, what: str, *, where: str, remedy: str, report: ImportReport) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.report = report


@dataclass
class Problems:
    """Problems found so far, and which rows are bad.

    Attributes:
        rows: row of each line of the table as the spreadsheet shows it, (line,).
        bad: lines with a serious problem, (line,).
        found: the problems.
    """

    rows: np.ndarray
    bad: np.ndarray = field(init=False)
    found: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.rows), bool)

    def add(
        self,
        kind: str,
        column: str,
        which: np.ndarray,
        got: np.ndarray | Callable[[int], object] | None = None,
        expected: str | Callable[[int], str] = "",
    ) -> None:
        """Note one kind of problem in one column.

        Args:
            kind: a name of `KINDS`.
            column: letter and header.
            which: lines that have it, bool, (line,).
            got: what the cells hold, (line,), or a function of the line that tells it.
            expected: what the words leave open, or a function of the line that gives it.
        """
        for line in np.flatnonzero(which):
            told = expected(int(line)) if callable(expected) else expected
            held = got(int(line)) if callable(got) else None if got is None else got[line]
            shown = "" if held is None else shorten(held)
            self.found.append(Problem(int(self.rows[line]), column, kind, shown, told))
        if KINDS[kind].serious:
            self.bad |= which

    def add_column(self, kind: str, column: str, got: str = "", expected: str = "") -> None:
        """Note a problem of a whole column."""
        self.found.append(Problem(0, column, kind, got, expected))

    def sorted(self) -> tuple[Problem, ...]:
        """All of them, by row."""
        return tuple(sorted(self.found, key=lambda one: one.row))


def shorten(cell: object) -> str:
    """A cell as people see it, on one line, not too long."""
    if isinstance(cell, float):
        return f"{cell:.10g}"
    text = " ".join(str(cell).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
