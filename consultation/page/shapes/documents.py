"""Shapes of documents and of the human product."""

from __future__ import annotations

from consultation.page.shapes.words import Shape, Unavailable

__all__ = ["DocumentKind", "DocumentList", "Human", "HumanChange", "HumanRow", "Said"]


class DocumentKind(Shape):
    """A form in which a run can be downloaded."""

    format: str
    media_type: str
    absent: Unavailable | None


class DocumentList(Shape):
    """All forms."""

    run: str
    documents: list[DocumentKind]


class Said(Shape):
    """What is forecast for a place and a day."""

    low: int | None
    high: int | None
    level: int
    primary: list[str]


class HumanChange(Shape):
    """Who changed it, when (UTC) and why; `sequence` is the row of the record."""

    who: str
    role: str
    when: str
    why: str
    sequence: int
    model_moved: bool


class HumanRow(Shape):
    """A place and a day."""

    place: str
    day: str
    model: Said
    human: Said
    changed: HumanChange | None


class Human(Shape):
    """The human product beside the model's."""

    run: str
    digest: str
    forecast_sha256: str
    changed: int
    rows: list[HumanRow]
