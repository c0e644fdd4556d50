"""What a document is made of, before it is a Word file or a printed page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Form = Literal["png", "svg"]
Role = Literal["body", "flush", "heading", "second", "note", "right"]


@dataclass(frozen=True)
class Line:
    """A paragraph; `heading` is 一、, `second` （一）, `body` indented, `flush` not, `note` in small type."""

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
        issued: the day under the title, in Chinese; none there when empty.
        stamp: printed on every page where the data are made up; empty otherwise.
        signatures: lines for those who sign: to be filled in by hand, or who signed and when.
        imprint: the last lines: what it rests on, and where the record says so.
        dated: the day of the signatures, in Chinese; that under the title when empty.
    """

    title: str
    red_head: str
    number: str
    issued: str
    stamp: str
    parts: tuple[Part, ...]
    signatures: tuple[str, ...]
    imprint: str
    dated: str = ""
