"""Where a run stands on a ladder, what it passed on its way down, and the note that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.ladder.table import Kind, ladder
from foundation.provenance import Degradation

__all__ = ["Passed", "Standing", "remark", "why"]

_SHOWN = 4
"""Reasons that a note gives; the manifest has all."""


@dataclass(frozen=True)
class Passed:
    """A rung that was not taken, and why.

    Attributes:
        rung: its code.
        source: name of the source, empty where there is none.
        item: which part of it, such as a cycle.
        code: of the reason, for programs.
        chinese: the reason in one line.
        english: the same in English.
    """

    rung: str
    source: str
    item: str
    code: str
    chinese: str
    english: str


@dataclass(frozen=True)
class Standing:
    """The rung of one kind that a run stands on.

    Attributes:
        kind: which ladder.
        rung: code of the rung.
        source: what was taken, in Chinese and in English.
        item: which part of it.
        detail: what else is told, in Chinese and in English.
        passed: the rungs above, and why they were not taken.
    """

    kind: Kind
    rung: str
    source: tuple[str, str] = ("", "")
    item: str = ""
    detail: tuple[str, str] = ("", "")
    passed: tuple[Passed, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """As the manifest has it."""
        rung = ladder().rung(self.kind, self.rung)
        return {
            "rung": rung.code, "chinese": rung.chinese, "english": rung.english, "source": self.source[1],
            "item": self.item, "passed": [asdict(one) for one in self.passed],
        }  # fmt: skip

    @property
    def notes(self) -> tuple[Degradation, ...]:
        """What the forecaster is told; nothing where all is as it should be."""
        words = ladder().rung(self.kind, self.rung).note
        if words is None:
            return ()
        chinese, english = (
            text.format(
                source=self.source[at], item=self.item, detail=self.detail[at], why=why(self.passed)[at]
            )
            for at, text in enumerate((words.chinese, words.english))
        )
        return (Degradation(code=f"{self.kind}-{self.rung}", chinese=chinese, english=english),)


def why(passed: Sequence[Passed]) -> tuple[str, str]:
    """The reasons in Chinese and in English, each once."""
    reasons = list(dict.fromkeys((one.chinese.rstrip("。"), one.english.rstrip(".")) for one in passed))
    more = len(reasons) > _SHOWN
    chinese = "；".join(reason for reason, _ in reasons[:_SHOWN]) + ("；等" if more else "")
    english = "; ".join(reason for _, reason in reasons[:_SHOWN]) + ("; and more" if more else "")
    return chinese, english


def remark(code: str, source: tuple[str, str], item: str, detail: tuple[str, str] = ("", "")) -> Degradation:
    """A remark of the table, filled in."""
    words = ladder().remarks[code]
    chinese, english = (
        text.format(source=source[at], item=item, detail=detail[at], why="")
        for at, text in enumerate((words.chinese, words.english))
    )
    return Degradation(code=code, chinese=chinese, english=english)
