"""Tables for a terminal, in which a Chinese character takes two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["number", "table_lines"]

_GAP = "  "


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """An aligned table.

    Args:
        head: headings.
        rows: cells, as many in each as headings.
        texts: columns at the left that hold text and are set to the left; numbers are set to the right.

    Returns:
        A line for the headings and one for each row.
    """
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(_width, column)) for column in columns]
    lines = []
    for row in (head, *rows):
        cells = [_padded(cell, width, place < texts)
                 for place, (cell, width) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
        lines.append(_GAP.join(cells).rstrip())
    return lines


def number(value: float | None) -> str:
    """A number as people read it: three digits that count, thousands set apart; a dash for none."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 0.1 else f"{value:.2g}"


def _padded(text: str, width: int, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
