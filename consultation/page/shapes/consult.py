"""Consult: the forecaster's chain of questions, each with its evidence and what that rests on."""

from __future__ import annotations

from typing import Any

from consultation.page.shapes.runs import RunReference
from consultation.page.shapes.words import Names, Shape, Unavailable

__all__ = ["AssessmentList", "Cite", "Column", "Consult", "Evidence", "Question"]


class Cite(Shape):
    """What a piece of evidence rests on: a file of the run and a variable in it."""

    file: str
    variable: str


class Column(Names):
    """A column of a table of evidence."""

    id: str
    unit: str = ""


class Evidence(Names):
    """A piece of evidence: a sentence, a table where there is one, and where it comes from.

    A cell of a row is text, a number, a truth value, null, a list of these, or names in both languages.
    `view` is a view of the page that shows more: `map`, `place`, `sources`, `verification`, `today`.
    """

    id: str
    statement: Names
    columns: list[Column]
    rows: list[dict[str, Any]]
    cites: list[Cite]
    view: str
    absent: Unavailable | None = None


class Question(Names):
    """A question of the chain; `answered` tells whether any of its evidence is there."""

    id: str
    answered: bool
    evidence: list[Evidence]


class Consult(Shape):
    """The chain of questions for one region."""

    run: RunReference
    region: str
    region_names: Names
    places: list[str]
    questions: list[Question]


class AssessmentList(Shape):
    """Assessments of years that the store holds; each is served as it was written."""

    names: list[str]
    absent: Unavailable | None
