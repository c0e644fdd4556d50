"""Evidence of desert dust by the dust model: how strong and how likely, and when it comes and goes."""

from __future__ import annotations

from typing import Any

from consultation.dust_page.document import DUST_FILE, DustDocument, Passage
from consultation.page.faults import AbsentError
from consultation.page.views.dust import dust_document, graded, no_dust, statement
from consultation.page.views.evidence import Finding, Piece, Subject, column
from consultation.page.views.evidence_of_air import both_names
from foundation.times import instant_of_iso, shown

__all__ = ["STRENGTH", "TIMES"]


def _of_region(subject: Subject, document: DustDocument) -> tuple[Passage, ...]:
    return tuple(one for one in document.passages if one.place in subject.places)


def _foreseen(subject: Subject) -> tuple[tuple[Passage, ...], str, str]:
    """Passages in the region, and the sentence about them.

    Raises:
        AbsentError: when the dust model gave the run nothing.
    """
    reason = no_dust(subject.run)
    if reason is not None:
        raise AbsentError(reason.chinese, reason.english)
    document = dust_document(subject.run)
    passages = _of_region(subject, document)
    told = statement(passages, document.above_ug_m3)
    return passages, told.chinese, told.english


def _strength(subject: Subject) -> Finding:
    """Grade, signal, visibility, wind and chances at the places of the region."""
    passages, chinese, english = _foreseen(subject)
    rows: tuple[dict[str, Any], ...] = tuple(
        {
            "place": one.place, **both_names(one.place), "peak": round(one.peak_ug_m3),
            "grade": graded(one.grade).model_dump(),
            "signal": {"chinese": one.signal.chinese, "english": one.signal.english},
            "visibility": round(one.lowest_visibility_m / 1000.0, 1), "wind": one.strongest_wind_m_s,
            "sand": _likely(one, "blowing_sand"), "storm": _likely(one, "dust_storm"),
        }
        for one in passages
    )  # fmt: skip
    columns = (
        column("name", "地点", "Place"), column("peak", "沙尘PM10峰值", "Peak PM10 of dust", "µg/m³"),
        column("grade", "等级", "Grade"), column("signal", "信号建议", "Signal"),
        column("sand", "扬沙概率", "Blowing sand", "1"), column("storm", "沙尘暴概率", "Dust storm", "1"),
        column("visibility", "最低能见度", "Lowest visibility", "km"),
        column("wind", "最大10米风", "Strongest wind", "m/s"),
    )  # fmt: skip
    return Finding(chinese, english, columns, rows)


def _times(subject: Subject) -> Finding:
    """Arrival, peak and end of dust at the places of the region."""
    passages, chinese, english = _foreseen(subject)
    rows: tuple[dict[str, Any], ...] = tuple(
        {
            "place": one.place, **both_names(one.place), "arrival": _shown(one.arrival),
            "peak": _shown(one.peak_time), "end": _shown(one.end),
        }
        for one in sorted(passages, key=lambda one: one.arrival)
    )  # fmt: skip
    columns = (
        column("name", "地点", "Place"), column("arrival", "沙尘到达", "Dust arrives"),
        column("peak", "峰值时间", "Peak"), column("end", "结束", "Ends"),
    )  # fmt: skip
    return Finding(chinese, english, columns, rows)


def _likely(one: Passage, kind: Any) -> float | None:
    return None if one.likely is None else one.likely.get(kind)


def _shown(instant: str | None) -> str | None:
    return None if instant is None else shown(instant_of_iso(instant))


STRENGTH = Piece(
    "dust", "沙尘（沙尘模式）", "Dust, by the dust model", _strength, ((DUST_FILE, "passages"),), "today"
)
TIMES = Piece(
    "dust_times", "沙尘到达与结束", "Dust: arrival and end", _times, ((DUST_FILE, "passages"),), "today"
)
