"""What pieces of evidence have in common: how they are written, and how they are absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes.consult import Cite, Column, Evidence
from consultation.page.shapes.words import Names, Unavailable

__all__ = ["Asked", "Finding", "Piece", "Subject", "column", "gather"]


@dataclass(frozen=True)
class Subject:
    """What is consulted about.

    Attributes:
        library: of the page.
        run: that is consulted.
        region: id.
        places: of the region, as far as the run forecasts them.
        earlier: runs issued before, newest first.
    """

    library: Library
    run: Run
    region: str
    places: tuple[str, ...]
    earlier: tuple[Run, ...]


@dataclass(frozen=True)
class Finding:
    """What a piece of evidence says."""

    chinese: str
    english: str
    columns: tuple[Column, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Piece:
    """A piece of evidence, and how it is found.

    Attributes:
        id: short name.
        chinese: title.
        english: title.
        find: finds it; raises `AbsentError` where the run holds nothing of the kind.
        cites: file and variable pairs it rests on.
        view: that shows more.
    """

    id: str
    chinese: str
    english: str
    find: Callable[[Subject], Finding]
    cites: tuple[tuple[str, str], ...]
    view: str


@dataclass(frozen=True)
class Asked:
    """A question and the pieces of evidence that belong to it."""

    id: str
    chinese: str
    english: str
    pieces: tuple[Piece, ...]


def gather(piece: Piece, subject: Subject) -> Evidence:
    """Find a piece of evidence, or say why there is none."""
    cites = [Cite(file=file, variable=variable) for file, variable in piece.cites]
    try:
        found, absent = piece.find(subject), None
    except AbsentError as error:
        found, absent = Finding("", ""), Unavailable(chinese=error.chinese, english=error.english)
    return Evidence(
        id=piece.id, chinese=piece.chinese, english=piece.english,
        statement=Names(chinese=found.chinese, english=found.english), columns=list(found.columns),
        rows=list(found.rows), cites=cites, view=piece.view, absent=absent,
    )  # fmt: skip


def column(name: str, chinese: str, english: str, unit: str = "") -> Column:
    """A column of a table."""
    return Column(id=name, chinese=chinese, english=english, unit=unit)
