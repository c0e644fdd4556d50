"""What a report finds, in sentences: Chinese, and the same in English."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

__all__ = ["findings_of"]

_NAMED, _NOTICED_PERCENT, _SHIFT_POINTS, _TOO_UNKNOWN = 3, 15.0, 3.0, 40.0
"""Sectors named in a sentence; share from which the unattributed part is spoken of; least shift worth one;
share of the unattributed part from which shifts say nothing."""

Sentence = dict[str, str]


def findings_of(document: Mapping[str, Any]) -> list[Sentence]:
    """Sentences about the target regions of a report, made from its numbers alone.

    Args:
        document: the report but for its findings.
    """
    receptors = {one["id"]: one for one in document["receptors"]}
    found: list[Sentence] = []
    for region in document["regions"]:
        one = receptors[region["id"]]
        if one["published"] is None:
            found.append(_sentence(one, "本期无预报。", "no forecast in this period."))
            continue
        found += [
            _level(one),
            _sources(one, document),
            *_shifts(one, region),
            *_rising(one, region),
            *_agreement(one),
        ]
    return found


def _sentence(one: Mapping[str, Any], chinese: str, english: str) -> Sentence:
    return {
        "region": str(one["id"]),
        "chinese": f"{one['chinese']}：{chinese}",
        "english": f"{one['english']}: {english}",
    }


def _level(one: Mapping[str, Any]) -> Sentence:
    peak = one["peak"]
    kind = ("实测", "measured") if peak["measured"] else ("预报", "forecast")
    mean, top, day = f"{one['published']:.0f}", f"{peak['value']:.0f}", peak["day"][5:]
    chinese = f"发布的日均值平均 {mean} µg/m³；本期最高 {top} µg/m³（{day}，{kind[0]}）"
    english = f"published daily means average {mean} µg/m³; "
    english += f"the largest of the period is {top} ({day}, {kind[1]})"
    if one["measured"] is not None:
        chinese += f"；本期{one['measured_days']}天有实测，平均 {one['measured']:.0f} µg/m³"
        english += f"; {one['measured_days']} days were measured, {one['measured']:.0f} µg/m³ on average"
    return _sentence(one, f"{chinese}。", f"{english}.")


def _range(part: Mapping[str, Any]) -> str:
    return f"{part['percent']:.0f}%（{part['percent_lower']:.0f}~{part['percent_upper']:.0f}%）"


def _sources(one: Mapping[str, Any], document: Mapping[str, Any]) -> Sentence:
    names = {group["id"]: group for group in document["groups"]["sector"]}
    emitted = [
        part for part in one["sector"] if part["id"] not in {"boundary", "initial", "unattributed", "all"}
    ]
    largest = sorted(emitted, key=lambda part: -(part["value"] or 0.0))[:_NAMED]
    near = {part["id"]: part for part in one["nearness"]}
    chinese = "主要行业为" + "、".join(f"{names[part['id']]['chinese']} {_range(part)}" for part in largest)
    english = "main sectors: " + ", ".join(
        f"{names[part['id']]['english']} {part['percent']:.0f} %" for part in largest
    )
    chinese += f"；本地 {_range(near['local'])}，区域外 {_range(near['transported'])}"
    english += f"; local {near['local']['percent']:.0f} %, transported {near['transported']['percent']:.0f} %"
    if near["unattributed"]["percent"] >= _NOTICED_PERCENT:
        chinese += f"；{near['unattributed']['percent']:.0f}% 未能解析，结论需慎用"
        english += f"; {near['unattributed']['percent']:.0f} % is unattributed, be careful with conclusions"
    if one["unexplained_days"]:
        days = [day[5:] for day in one["unexplained_days"]]
        chinese += f"（{'、'.join(days)} 模式未能解析，全部计入未解析）"
        english += f" (nothing is explained on {', '.join(days)})"
    return _sentence(one, f"{chinese}。", f"{english}.")


def _shifts(one: Mapping[str, Any], region: Mapping[str, Any]) -> list[Sentence]:
    """How shares changed from the rise to the peak and on to the clearing."""
    stages = [stage for stage in region["stages"] if stage["nearness"] is not None]
    found = []
    for before, after in itertools.pairwise(stages):
        was = {part["id"]: part["percent"] or 0.0 for part in before["nearness"]}
        change = {part["id"]: (part["percent"] or 0.0) - was[part["id"]] for part in after["nearness"]}
        local, unknown = change["local"], change["unattributed"]
        if (
            abs(local) < _SHIFT_POINTS
            or max(was["unattributed"], was["unattributed"] + unknown) >= _TOO_UNKNOWN
        ):
            continue
        way = ("升至", "rose to") if local > 0 else ("降至", "fell to")
        old, new = f"{was['local']:.0f}", f"{was['local'] + local:.0f}"
        found.append(_sentence(
            one,
            f"由{before['chinese']}到{after['chinese']}，本地占比由 {old}% {way[0]} {new}%。",
            f"from {before['english'].lower()} to {after['english'].lower()} the local share {way[1]} {new} "
            f"% from {old} %.",
        ))  # fmt: skip
    return found


def _rising(one: Mapping[str, Any], region: Mapping[str, Any]) -> list[Sentence]:
    if not region["rising"]:
        return []
    top = region["rising"][:_NAMED]
    first, last = top[0]["from_day"][5:], top[0]["to_day"][5:]
    chinese = "、".join(f"{source['chinese']} +{source['change']:.1f}" for source in top)
    english = ", ".join(f"{source['english']} +{source['change']:.1f}" for source in top)
    return [
        _sentence(
            one,
            f"{first} 至 {last} 上升最多的来源：{chinese} µg/m³。",
            f"rose most from {first} to {last}: {english} µg/m³.",
        )
    ]


def _agreement(one: Mapping[str, Any]) -> list[Sentence]:
    checked = one["agreement"]
    if not checked["days"]:
        return []
    way = ("高", "above") if checked["bias"] > 0 else ("低", "below")
    return [_sentence(
        one,
        f"可对照的 {checked['days']} 天，发布值平均比实测{way[0]} {abs(checked['bias']):.0f} µg/m³，"
        f"平均绝对误差 {checked['mean_absolute_error']:.0f} µg/m³。",
        f"on the {checked['days']} days with both, the forecast lies {abs(checked['bias']):.0f} µg/m³ "
        f"{way[1]} what was measured, mean absolute error {checked['mean_absolute_error']:.0f} µg/m³.",
    )]  # fmt: skip
