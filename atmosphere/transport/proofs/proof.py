"""One proof: what was measured, and the bound it must keep."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Proof"]


@dataclass(frozen=True)
class Proof:
    """A measured value and its bound.

    Attributes:
        name: what is proved.
        value: what was measured; None where it could not be.
        bound: the value may not be larger, or not smaller where `at_least`.
        at_least: whether the bound is a lower one.
        note: how it was measured, or why it could not be.
    """

    name: str
    value: float | None
    bound: float
    at_least: bool = False
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether the bound is kept; None where nothing was measured."""
        if self.value is None:
            return None
        if not math.isfinite(self.value):
            return False
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def document(self) -> dict[str, object]:
        """As printed: name, value, bound, passed and, where it says something, a note."""
        kind = {"bound_is": "least"} if self.at_least else {}
        note = {"note": self.note} if self.note else {}
        return {
            "name": self.name,
            "value": self.value,
            "bound": self.bound,
            "passed": self.passed,
            **kind,
            **note,
        }
