"""Consult: the forecaster's chain of questions, each with the evidence that a run holds."""

from __future__ import annotations

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes.consult import Consult, Question
from consultation.page.shapes.words import Names
from consultation.page.views.chain import CHAIN
from consultation.page.views.evidence import Asked, Subject, gather
from consultation.page.views.forecasts import day_forecast
from consultation.page.views.runs import reference
from foundation.errors import InputError
from foundation.places import gazetteer

__all__ = ["consult"]


def consult(library: Library, run: Run, earlier: list[Run], region: str) -> Consult:
    """The chain of questions for one region.

    Raises:
        AbsentError: when there is no such region, or the run forecasts none of its places.
    """
    try:
        known = gazetteer().region(region)
    except InputError as error:
        raise AbsentError(f"没有区域 {region}", f"no region {region}") from error
    held = {str(name) for name in day_forecast(library, run, "day")["place"].values}
    places = tuple(name for name in known.places if name in held)
    if not places:
        raise AbsentError(f"本次运行不预报{known.chinese}", f"This run forecasts no place of {known.english}")
    subject = Subject(library, run, known.id, places, tuple(earlier))
    return Consult(
        run=reference(run), region=known.id, region_names=Names(chinese=known.chinese, english=known.english),
        places=list(places), questions=[_asked(subject, asked) for asked in CHAIN],
    )  # fmt: skip


def _asked(subject: Subject, asked: Asked) -> Question:
    found = [gather(piece, subject) for piece in asked.pieces]
    answered = any(one.absent is None for one in found)
    return Question(
        id=asked.id, chinese=asked.chinese, english=asked.english, answered=answered, evidence=found
    )
