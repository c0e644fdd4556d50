"""What a judgement says: reasons in both languages, each held or not, and the figures behind them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Reason:
    """One condition, and whether it holds.

    Attributes:
        code: short name, for programs.
        holds: whether it speaks for the model.
        chinese: what a forecaster reads.
        english: the same in English.
    """

    code: str
    holds: bool
    chinese: str
    english: str


def holds(code: str, chinese: str, english: str) -> Reason:
    """A condition that holds."""
    return Reason(code, True, chinese, english)


def fails(code: str, chinese: str, english: str) -> Reason:
    """A condition that does not hold."""
    return Reason(code, False, chinese, english)


@dataclass(frozen=True)
class Verdict:
    """Whether a release may become the champion.

    Attributes:
        reasons: every condition that was looked at.
        figures: see `training.comparison.compare`; empty when the models could not be compared.
        period: issues and places judged.
    """

    reasons: tuple[Reason, ...]
    figures: dict[str, Any]
    period: dict[str, Any]

    @property
    def promoted(self) -> bool:
        """Whether all conditions hold, and the models were compared."""
        return bool(self.figures) and not self.against

    @property
    def against(self) -> tuple[Reason, ...]:
        """Conditions that do not hold."""
        return tuple(reason for reason in self.reasons if not reason.holds)

    def as_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": "promote" if self.promoted else "refuse",
            "reasons": [asdict(reason) for reason in self.reasons],
            "period": self.period,
            "figures": self.figures,
        }
