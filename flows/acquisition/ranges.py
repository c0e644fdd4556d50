"""Parts of a file by their bytes: near ones joined, and what is still missing of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Span", "ended", "joined", "missing_of"]


class Span(NamedTuple):
    """Bytes of a file.

    Attributes:
        first: place of the first.
        last: place of the last, itself included; None for the end of the file.
    """

    first: int
    last: int | None

    @property
    def length(self) -> int | None:
        """Number of bytes; None up to an end that is not known."""
        return None if self.last is None else self.last - self.first + 1


def joined(spans: Iterable[Span], gap: int) -> tuple[Span, ...]:
    """Spans in order, those that overlap or lie at most `gap` bytes apart made one."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda one: one.first):
        before = result[-1] if result else None
        if before is None or (before.last is not None and span.first > before.last + 1 + gap):
            result.append(span)
        elif before.last is not None:
            last = None if span.last is None else max(before.last, span.last)
            result[-1] = Span(before.first, last)
    return tuple(result)


def ended(spans: Sequence[Span], total: str) -> list[Span]:
    """Spans with the end of the file filled in, where its size is known; `total` is empty where it is not."""
    return [Span(span.first, int(total) - 1) if span.last is None and total else span for span in spans]


def missing_of(spans: Sequence[Span], held: int) -> list[Span]:
    """What is missing of spans that lie one after the other, of which `held` bytes are here."""
    missing: list[Span] = []
    for span in spans:
        if span.last is None:
            missing.append(Span(span.first + held, None))
        elif held < (span.length or 0):
            missing.append(Span(span.first + held, span.last))
        held = max(held - (span.length or held), 0)
    return missing
