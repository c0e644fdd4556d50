"""What a forecaster should know of a verification, in a few sentences."""

from __future__ import annotations

from typing import Any

from consultation.verification_page.lookup import INDEX, Lead, Scores, number, percent, skill_of

_HEAVY = 200
_GROUPS = 5

Finding = dict[str, str]


def findings_of(document: dict[str, Any]) -> list[Finding]:
    """The findings, the most important first.

    Args:
        document: as `forecast.verification.document.verification_document` gives it.

    Returns:
        Sentences under `chinese` and `english`.
    """
    scores = Scores(document)
    found = [
        _error(scores), _against_others(scores), _interval(scores), *_events(scores), *_seasons(scores),
        _drift(document), *_perfect(scores),
    ]  # fmt: skip
    return [finding for finding in found if finding is not None]


def _error(scores: Scores) -> Finding | None:
    """Error of the model the page speaks of, beside the baseline."""
    document = scores.document
    subject, floor = scores.name(document["subject"]), scores.name(document["baseline"])
    told = [(lead, scores.of(lead, subject["id"])) for lead in scores.few_leads]
    parts = [(lead, record) for lead, record in told if record is not None]
    if not parts:
        return None
    chinese = "，".join(f"{lead.chinese}{number(one['mae'])}{_better(one, floor, 0)}" for lead, one in parts)
    english = ", ".join(f"{lead.english} {number(one['mae'])}{_better(one, floor, 1)}" for lead, one in parts)
    issues, places = document["issues"], len(scores.strata("place"))
    return {
        "chinese": f"{issues['from'][:10]}至{issues['to'][:10]}共{issues['number']}次起报、{places}个地点："
        f"{subject['chinese']}的PM2.5平均绝对误差（µg/m³）{chinese}。",
        "english": f"{issues['number']} issues, {places} places: mean absolute error of PM2.5 (µg/m³) of the "
        f"{subject['english']}: {english}.",
    }


def _better(record: dict[str, Any], floor: dict[str, Any], language: int) -> str:
    """How much smaller the error is than the baseline's; nothing for the baseline itself."""
    skill = skill_of(record, floor["id"])
    if skill is None:
        return ""
    sign = 1.0 if skill["value"] >= 0 else -1.0
    ends = sorted((sign * skill["low"], sign * skill["high"]))
    size, span = abs(skill["value"]), f"{number(ends[0], 0)}~{number(ends[1], 0)}%"
    if language == 0:
        word = "小" if sign > 0 else "大"
        return f"（比{floor['chinese']}{word}{number(size, 0)}%，95%区间{span}）"
    word = "less" if sign > 0 else "more"
    return f" ({number(size, 0)} % {word} than {floor['english']}, 95 % {span})"


def _against_others(scores: Scores) -> Finding | None:
    """At how many leads the model is better or worse than every other, beyond doubt."""
    subject = scores.document["subject"]
    chinese, english = [], []
    for other in scores.models:
        skills = [skill_of(scores.of(lead, subject), other["id"]) for lead in scores.leads]
        known = [skill for skill in skills if skill is not None]
        if not known:
            continue
        better, worse = sum(one["low"] > 0 for one in known), sum(one["high"] < 0 for one in known)
        open_ones = len(known) - better - worse
        chinese.append(f"对{other['chinese']}{better}个时效更好、{worse}个更差、{open_ones}个分不出")
        english.append(f"{other['english']}: better {better}, worse {worse}, not told apart {open_ones}")
    if not chinese:
        return None
    return {
        "chinese": f"{scores.name(subject)['chinese']}按周重抽样的95%区间判断：{'；'.join(chinese)}。",
        "english": f"Leads by 95 % interval (weekly blocks), against {'; '.join(english)}.",
    }


def _interval(scores: Scores) -> Finding | None:
    subject = scores.document["subject"]
    records = [scores.of(lead, subject) for lead in scores.leads]
    shares = [one["coverage80"] for one in records if one is not None and one["coverage80"] is not None]
    if not shares:
        return None
    span = percent(min(shares)) if len(shares) == 1 else f"{percent(min(shares))}~{percent(max(shares))}"
    return {
        "chinese": f"说有80%把握的PM2.5区间，实测落在其中的各时效为{span}。",
        "english": f"The interval that should hold 80 % of measured PM2.5 holds {span}, depending on lead.",
    }


def _events(scores: Scores) -> list[Finding]:
    """Heavy pollution: how much was foreseen, how much was cried."""
    if not scores.leads:
        return []
    subject, first = scores.document["subject"], scores.leads[0]
    record = scores.of(first, subject, pollutant=INDEX)
    if record is None or record[f"pod{_HEAVY}"] is None:
        return []
    last: Lead = scores.few_leads[1] if len(scores.leads) > 1 else first
    later = scores.of(last, subject, pollutant=INDEX) or record
    happened = int(record[f"hits{_HEAVY}"] + record[f"misses{_HEAVY}"])

    def told(one: dict[str, Any]) -> tuple[str, str]:
        return percent(one[f"pod{_HEAVY}"]), percent(one[f"far{_HEAVY}"])

    (caught, cried), (caught_later, cried_later) = told(record), told(later)
    chinese = (
        f"AQI超过{_HEAVY}的{happened}例：{first.chinese}报出{caught}（报出者中空报{cried}），"
        f"{last.chinese}报出{caught_later}（空报{cried_later}）。"
    )
    english = (
        f"{happened} cases of an AQI above {_HEAVY}: {first.english} foreseen {caught} "
        f"(false alarms {cried} of those said), {last.english} {caught_later} ({cried_later})."
    )
    return [_told(chinese, english)]


def _seasons(scores: Scores) -> list[Finding]:
    """Where the first lead errs most."""
    if not scores.leads:
        return []
    subject, lead = scores.document["subject"], scores.leads[0]
    rows = [
        (season, record)
        for season in scores.strata("season")
        if (record := scores.of(lead, subject, ("season", season["id"]))) is not None
    ]
    if len(rows) < 2:
        return []
    chinese = "，".join(f"{season['chinese']}{number(one['mae'])}" for season, one in rows)
    english = ", ".join(f"{season['english']} {number(one['mae'])}" for season, one in rows)
    return [
        _told(
            f"{lead.chinese}误差按季节：{chinese} µg/m³。",
            f"Error of {lead.english} by season: {english} µg/m³.",
        )
    ]


def _drift(document: dict[str, Any]) -> Finding:
    drift = document["drift"]
    if drift["state"] == "unknown":
        return _told(
            "资料太短，无法判断预报是否变差。",
            f"Whether forecasts grew worse cannot be told: {drift['reason']}",
        )
    days = f"{drift['recent']['from']}~{drift['recent']['to']}"
    loud = [group for group in drift["groups"] if group["state"] == drift["state"]][:_GROUPS]
    chinese, english = "、".join(one["chinese"] for one in loud), ", ".join(one["english"] for one in loud)
    words = {
        "alarm": (
            f"漂移警报（{days}）：{chinese}的误差比检验期明显变大，应查明原因。",
            f"DRIFT ALARM ({days}): errors grew at {english}; find out why.",
        ),
        "watch": (
            f"近期（{days}）{chinese}的误差比或区间包含率变差，尚未达到警报。",
            f"Recent days ({days}): error ratio or coverage fell at {english}; no alarm.",
        ),
        "steady": (
            f"近期（{days}）预报质量与检验期相当，无漂移。",
            f"Recent days ({days}) are as good as the reference: no drift.",
        ),
    }
    return _told(*words[drift["state"]])


def _perfect(scores: Scores) -> list[Finding]:
    marked = [one for one in scores.document["models"] if one["perfect_weather"]]
    if not marked:
        return []
    chinese, english = (
        "、".join(one["chinese"] for one in marked),
        ", ".join(one["english"] for one in marked),
    )
    return [
        _told(
            f"{chinese}用了起报后才知道的气象（“完美天气”），不代表业务能力。",
            f"{english}: weather not known at issue (perfect weather), not what operations reach.",
        )
    ]


def _told(chinese: str, english: str) -> Finding:
    return {"chinese": chinese, "english": english}
