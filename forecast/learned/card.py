"""The card of a released model, for people: what it is, what it may be used for, how good it was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.learned.card_remarks import must_not, traps
from forecast.learned.release_document import ReleaseDocument, Score
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import shown

FLOOR = "persistence"
_HEADINGS = {
    "mae": "平均绝对误差 MAE, µg/m³ (CO mg/m³)",
    "crps": "CRPS, µg/m³ (CO mg/m³)",
    "coverage80": "80%区间覆盖率 coverage of the 80 % interval",
}


def card_text(document: ReleaseDocument) -> str:
    """The card as Markdown, Chinese first; the same document gives the same card."""
    parts = [
        f"# 模型卡 Model card: {document.name}",
        _section("这是什么 What it is", _what(document)),
        _section("训练 Training", _training(document)),
        "## 检验评分 Scores\n\n" + _scores(document),
        _section("不得用于 Must not be used for", must_not(document)),
        _section("已知问题 Known traps", traps(document)),
        _section("数据许可 Licences of the data", _licences(document)),
        _section(
            "版本 Versions", [f"{name} {version}" for name, version in sorted(document.versions.items())]
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines)


def _what(document: ReleaseDocument) -> list[str]:
    chinese, english = ("天", "days") if document.kind == "day" else ("小时", "h")
    horizon, number = document.network.windows.horizon, len(document.seeds)
    mean = ("日均值", "Daily means") if document.kind == "day" else ("小时均值", "Hourly means")
    names = ", ".join(POLLUTANTS[name].label if name in POLLUTANTS else name for name in document.pollutants)
    calibrated = document.conformal is not None
    lines = [
        f"站点网络，{number}个成员的平均。 A network over stations, the mean of {number} members.",
        f"{mean[0]}，时效1至{horizon}{chinese}：{names}。 {mean[1]}, leads 1 to {horizon} {english}.",
        f"分位数 Quantiles: {', '.join(f'{level:g}' for level in document.network.levels)}.",
        "区间经过校准。 Calibrated intervals." if calibrated else "区间未经校准。 Uncalibrated intervals.",
    ]
    if document.source_names:
        lines.append(f"PM₂.₅分解到来源 PM₂.₅ is split by source: {', '.join(document.source_names)}.")
    return lines


def _training(document: ReleaseDocument) -> list[str]:
    weather = ", ".join(document.weather_names) or "无 none"
    times = (document.trained_from, document.trained_until, document.created)
    begins, ends, created = (shown(np.datetime64(text[:-1], "ns")) for text in times)
    stations = ", ".join(map(_place, document.training_stations))
    lines = [
        f"时段（北京时） Period, Beijing time: {begins} – {ends}.",
        f"站点 Stations ({len(document.training_stations)}): {stations}.",
        f"起报前的气象 Weather up to the issue: {weather}.",
        f"未来气象 Weather ahead: {_weather_ahead(document)}.",
        f"随机种子 Seeds: {', '.join(map(str, document.seeds))}.",
        f"发布（北京时） Released: {created}.",
    ]
    return lines + (["**用人造数据训练。 Trained on made-up data.**"] if document.synthetic else [])


def _weather_ahead(document: ReleaseDocument) -> str:
    if document.perfect_weather:
        return "**实测（“完美天气”） as measured (“perfect weather”)**"
    return "起报时的预报 as forecast at the issue" if document.weather_ahead else "无 none"


def _place(name: str) -> str:
    known = gazetteer().find(name)
    return f"{known.chinese} {known.english}" if known else name


def _scores(document: ReleaseDocument) -> str:
    if not document.scores:
        return "没有评分。 None: this model has not been judged."
    beside = any(score.model == FLOOR for score in document.scores)
    note = "" if beside else "**没有与持续性预报比较。 Not compared with persistence.**\n\n"
    periods = sorted({(score.judged_from, score.judged_until) for score in document.scores})
    judged = "; ".join(f"{_day(begins)} – {_day(ends)}" for begins, ends in periods)
    head = f"{note}检验的起报（北京时） Issues judged, Beijing time: {judged}.\n\n"
    return head + "\n".join(_tables(document.scores)).rstrip()


def _day(instant: str) -> str:
    return shown(np.datetime64(instant[:-1], "ns"), minutes=False)


def _tables(scores: tuple[Score, ...]) -> Iterator[str]:
    from forecast.verification.presentation import format_by_lead

    for pollutant in dict.fromkeys(score.pollutant for score in scores):
        label = POLLUTANTS[pollutant].label if pollutant in POLLUTANTS else pollutant.upper()
        for name, heading in _HEADINGS.items():
            chosen = [score for score in scores if (score.pollutant, score.score) == (pollutant, name)]
            keys = {"place": "mean", "pollutant": pollutant}
            records = [{**keys, "lead_hours": s.lead_hours, "model": s.model, name: s.value} for s in chosen]
            if records:
                yield f"{label} {heading}\n\n{format_by_lead(records, name, pollutant=pollutant)}"


def _licences(document: ReleaseDocument) -> list[str]:
    if not document.licences:
        return ["未注明；使用前须核实。 Not stated; find out before use."]
    return [
        f"{one.data}: {one.licence}" + (f" ({one.source})" if one.source else "") for one in document.licences
    ]
