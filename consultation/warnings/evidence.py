"""Evidence and proposal of one area, from the assessment of its courses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consultation.bilingual import Bilingual
from consultation.warnings.assessment import Assessment
from consultation.warnings.document import (
    Area,
    ClauseMet,
    Dust,
    Evidence,
    Probability,
    Proposal,
    Window,
)
from consultation.warnings.wording import DUST_ADVICE, level_words, reason
from foundation.store import fingerprint
from foundation.times import HOUR, beijing_day, iso_utc
from standards.warning_rules import Finding, WarningRules, warning_book

_SEVERAL_DAYS = 24


@dataclass(frozen=True)
class Origin:
    """Which forecast a document rests on.

    Attributes:
        file: name of the forecast file.
        reference_time: UTC.
        model: as the forecast names it.
    """

    file: str
    reference_time: np.datetime64
    model: str


def proposal_of(
    area: Area, found: Assessment, by_day: Assessment, rules: WarningRules, origin: Origin
) -> Proposal:
    """The proposal for one area.

    Args:
        area: what it is for.
        found: the assessment that decides the level.
        by_day: the assessment of calendar days: its scenarios, where there are any, give the
            probability; its dust is told where the hours show none.
        rules: the rule set applied.
        origin: the forecast.
    """
    chance = by_day if by_day.courses.members_are == "scenarios" else found
    probability = Probability(
        yellow=chance.share_at_least(1), orange=chance.share_at_least(2), red=chance.share_at_least(3)
    )
    episode = found.episode
    lead = None if episode is None else float((episode.start - origin.reference_time) / HOUR)
    head = {
        "level": level_words(found.level),
        "area": area,
        "valid_from": None if episode is None else iso_utc(episode.start),
        "valid_to": None if episode is None else iso_utc(episode.end),
    }
    evidence = _evidence(found, probability, rules, origin)
    return Proposal(
        id=_identifier(area, found, evidence),
        state="proposed" if found.level else "none",
        reason=reason(area, found, rules, chance),
        lead_hours=lead,
        lead_sufficient=None if lead is None else lead >= rules.lead_hours,
        expected_lifting=None if found.lifting is None else iso_utc(found.lifting),
        evidence=evidence,
        dust=_dust(found, area) or _dust(by_day, area),
        measures=_measures() if found.level else (),
        **head,
    )


def _identifier(area: Area, found: Assessment, evidence: Evidence) -> str:
    day = str(beijing_day(np.datetime64(evidence.reference_time[:-1], "ns"))).replace("-", "")
    content = {"area": area.model_dump(), "level": found.level, "evidence": evidence.model_dump()}
    return f"{area.id}-{day}-{fingerprint(content)[:12]}"


def _evidence(found: Assessment, chance: Probability, rules: WarningRules, origin: Origin) -> Evidence:
    counted = found.counted[np.isfinite(found.counted)]
    return Evidence(
        forecast=origin.file,
        reference_time=iso_utc(origin.reference_time),
        model=origin.model,
        rules=rules.name,
        rules_title=Bilingual(chinese=rules.chinese, english=rules.english),
        rules_source=rules.source,
        rules_verified=rules.verified,
        basis=found.courses.basis,
        clauses=tuple(_clause(finding) for finding in found.findings),
        course=tuple(_windows(found, range(0, len(found.times), _stride(found)))),
        highest_aqi=_rounded(float(counted.max())) if counted.size else None,
        probability=chance,
    )


def _stride(found: Assessment) -> int:
    return _SEVERAL_DAYS // found.courses.step_hours


def _windows(found: Assessment, indices: range | np.ndarray) -> list[Window]:
    return [
        _window(found.times[i], found.shown[i], found, counted=bool(np.isfinite(found.counted[i])))
        for i in map(int, indices)
    ]


def _window(time: np.datetime64, aqi: float, found: Assessment, *, counted: bool) -> Window:
    whole = np.timedelta64(24, "h")
    begins = time if found.courses.step_hours == 24 else time - whole
    value = _rounded(float(aqi)) if np.isfinite(aqi) else None
    return Window(begins=iso_utc(begins), ends=iso_utc(begins + whole), aqi=value, counted=counted)


def _clause(finding: Finding) -> ClauseMet:
    return ClauseMet(
        level=finding.level,
        clause=finding.clause,
        text=Bilingual(chinese=finding.chinese, english=finding.english),
        begins=iso_utc(finding.first_window[0]),
        ends=iso_utc(finding.last_window[1]),
        aqi=tuple(_rounded(value) for value in finding.values),
        supporting=tuple(
            Window(begins=iso_utc(window[0]), ends=iso_utc(window[1]), aqi=_rounded(aqi))
            for window, aqi in finding.supporting
        ),
    )


def _dust(found: Assessment, area: Area) -> Dust | None:
    if not found.dusty.any():
        return None
    by_place = found.courses.dust.sel(place=list(area.members)).any("time")
    touched = tuple(str(place) for place in by_place["place"].values[by_place.values])
    stride = _stride(found)
    back_to_back = np.arange(0, len(found.times), stride)
    dusty = back_to_back[[bool(found.dusty[i]) for i in back_to_back]]
    return Dust(windows=tuple(_windows(found, dusty)), places=touched, advice=DUST_ADVICE)


def _measures() -> tuple[Bilingual, ...]:
    return tuple(Bilingual(chinese=m.chinese, english=m.english) for m in warning_book().measures)


def _rounded(value: float) -> float:
    return round(value, 1)
