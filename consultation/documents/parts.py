"""What a document is made of, before it is a Word file or a printed page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Form = Literal["png", "svg"]
Role = Literal["body", "heading", "second", "note", "right"]


@dataclass(frozen=True)
class Line:
    """A paragraph: `heading` 一、, `second` （一）, `body` indented, `note` small, `right` for signatures."""

    text: str
    role: Role = "body"


@dataclass(frozen=True)
class TableCell:
    """A cell: its text, and its colours as `#rrggbb`; empty for none."""

    text: str
    fill: str = ""
    ink: str = ""
    bold: bool = False


@dataclass(frozen=True)
class Table:
    """A table: caption, rows of heads, rows; relative widths of its columns.

    Attributes:
        heads: rows of the head; a cell that is None is covered by the one to its left.
    """

    caption: str
    heads: tuple[tuple[str | None, ...], ...]
    rows: tuple[tuple[TableCell, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Picture:
    """A drawing: caption, what it is for a reader who cannot see it, and a function that gives its bytes."""

    caption: str
    label: str
    image: Callable[[Form], bytes]
    width_mm: float


Part = Line | Table | Picture


@dataclass(frozen=True)
class Material:
    """All of a document.

    Attributes:
        red_head: the issuing offices.
        number: 发文字号.
        issued: the day, in Chinese.
        stamp: printed on every page where the data are made up; empty otherwise.
        offices: who signs.
        imprint: the last lines: who printed it, when.
    """

    title: str
    red_head: str
    number: str
    issued: str
    stamp: str
    parts: tuple[Part, ...]
    offices: tuple[str, ...]
    imprint: str
