"""Desert dust of a run: what the dust model foresees, why it may be absent, what was measured."""

from __future__ import annotations

from consultation.dust_page.document import DUST_FILE, DustDocument, Graded, Passage
from consultation.dust_page.passages import days_of_passage, learned_rows, ordered_passages
from consultation.page.faults import AbsentError
from consultation.page.reading.inspection import Run
from consultation.page.shapes import dust as shapes
from consultation.page.shapes.words import Names, Unavailable
from consultation.page.views.today import warnings_document
from consultation.run_folder import read_dust
from consultation.warnings.document import DustSignalProposal
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.times import instant_of_iso, shown

__all__ = ["dust", "dust_document", "dusty_days", "graded", "no_dust", "statement"]

_NOTE = Names(
    chinese="沙尘信号由气象台发布；沙尘不提高也不降低重污染预警级别，发布的AQI范围和级别也未计入模式沙尘。",
    english="Signals are issued by the observatory. Dust neither raises nor lowers levels of heavy "
    "pollution; published ranges and levels of the index do not hold the dust of the model.",
)
_NOT_ASKED = Unavailable(
    chinese="本次运行未启用沙尘模式（算例未设沙尘模式范围）",
    english="No dust model was run: the case names no domain of dust",
)
_CALM = Unavailable(
    chinese="预报期内风力不足以起沙，沙尘模式未计算输送",
    english="The wind raises no dust within the forecast, so that none was carried",
)
_BELOW = Names(chinese="未达浮尘标准", english="below floating dust")
_FAULT = "no-dust"


def dust_document(run: Run) -> DustDocument:
    """What `dust.json` of a run holds.

    Raises:
        AbsentError: when there is none, or it is broken.
    """
    if not run.files.has(DUST_FILE):
        raise AbsentError(
            f"本次运行没有沙尘产品 {DUST_FILE}（由旧版本制作）",
            f"This run holds no {DUST_FILE}: an older version made it",
        )
    path = run.files.path(DUST_FILE)
    try:
        return read_dust(path)
    except InputError as error:
        raise AbsentError(
            f"{DUST_FILE} 已损坏", f"{DUST_FILE} is broken: {error.what}", "unreadable"
        ) from error


def no_dust(run: Run) -> Unavailable | None:
    """Why the dust model gave a run nothing; None where it gave a forecast."""
    try:
        document = dust_document(run)
    except AbsentError as error:
        return Unavailable(chinese=error.chinese, english=error.english)
    return _reason(run, document)


def _reason(run: Run, document: DustDocument) -> Unavailable | None:
    if document.state == "forecast":
        return None
    if document.state == "calm":
        return _CALM
    told = next((one for one in run.manifest.degradations if one.code == _FAULT), None)
    return _NOT_ASKED if told is None else Unavailable(chinese=told.chinese, english=told.english)


def dusty_days(run: Run, places: tuple[str, ...]) -> frozenset[str]:
    """Beijing days on which the model foresees dust at one of some places; none where it was not run."""
    try:
        document = dust_document(run)
    except AbsentError:
        return frozenset()
    near = (one for one in document.passages if one.place in places)
    return frozenset(day for one in near for day in days_of_passage(one, document))


def dust(run: Run) -> shapes.Dust:
    """All that a run knows of dust; where it knows nothing, why."""
    try:
        document = dust_document(run)
    except AbsentError as error:
        return _nothing(Unavailable(chinese=error.chinese, english=error.english))
    reason, passages = _reason(run, document), ordered_passages(document.passages)
    signals, no_signals = _signals(run)
    return shapes.Dust(
        state=document.state, reason=reason, note=_NOTE, hours=document.hours,
        statement=_nothing_said(reason) if reason else _of_all(passages, document.above_ug_m3),
        above_ug_m3=document.above_ug_m3, signals=signals, signals_absent=no_signals,
        passages=[
            shapes.PassageShown(**one.model_dump(), days=days_of_passage(one, document)) for one in passages
        ],
        thresholds=list(document.thresholds), observed=list(document.observed),
        rule=None if document.rule is None else Names(**document.rule.model_dump()),
        learned=[
            shapes.LearnedPlace(
                id=cells[0].place, chinese=cells[0].chinese, english=cells[0].english, days=list(cells)
            )
            for cells in learned_rows(document.days)
        ],
    )  # fmt: skip


def _nothing(reason: Unavailable) -> shapes.Dust:
    return shapes.Dust(
        state="absent", reason=reason, statement=_nothing_said(reason), note=_NOTE, hours=0,
        above_ug_m3=None, passages=[], signals=[], signals_absent=None, thresholds=[], observed=[], rule=None,
        learned=[],
    )  # fmt: skip


def _nothing_said(reason: Unavailable) -> Names:
    return Names(chinese=reason.chinese, english=reason.english)


def _of_all(passages: tuple[Passage, ...], above: float) -> Names:
    """The sentence about the target regions, and how many places have dust beyond them."""
    near = gazetteer().in_regions
    inside = tuple(one for one in passages if one.place in near)
    told, beyond = statement(inside, above, "目标区域", " of the target regions"), len(passages) - len(inside)
    if not beyond:
        return told
    return Names(
        chinese=f"{told.chinese}；区域以外另有{beyond}地有沙尘",
        english=f"{told.english}; beyond them at {beyond} more",
    )


def graded(grade: Graded) -> Names:
    """A grade by its name; where there is dust and the air is still too clear for a grade, so."""
    if grade.number == 0:
        return _BELOW
    return Names(chinese=grade.chinese, english=grade.english)


def statement(passages: tuple[Passage, ...], above: float, chinese: str = "", english: str = "") -> Names:
    """Where dust comes first, and where it is strongest.

    Args:
        passages: of the places that are meant.
        above: PM10 of dust from which on an hour counts, µg/m³.
        chinese: which places these are.
        english: the same, after the word place.
    """
    if not passages:
        return Names(
            chinese=f"预报期内{chinese}各地沙尘PM10均不超过{above:g} µg/m³",
            english=f"PM10 of dust stays at or below {above:g} µg/m³ at every place{english}",
        )
    first, worst = min(passages, key=lambda one: one.arrival), max(passages, key=lambda one: one.peak_ug_m3)
    begins, peak = shown(instant_of_iso(first.arrival)), shown(instant_of_iso(worst.peak_time))
    count, most = len(passages), f"{worst.peak_ug_m3:.0f}"
    places, grade = "place" if count == 1 else "places", graded(worst.grade)
    return Names(
        chinese=f"{chinese}{count}地有沙尘：最早{first.chinese} {begins}，最强{worst.chinese} {peak}，"
        f"PM10约{most} µg/m³（{grade.chinese}）",
        english=f"Dust at {count} {places}{english}: first {first.english} {begins}, most at {worst.english} "
        f"{peak}, about {most} µg/m³ ({grade.english})",
    )


def _signals(run: Run) -> tuple[list[DustSignalProposal], Unavailable | None]:
    try:
        return list(warnings_document(run).dust_signals), None
    except AbsentError as error:
        return [], Unavailable(chinese=error.chinese, english=error.english)
