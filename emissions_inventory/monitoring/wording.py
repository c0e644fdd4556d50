"""Lines for people: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Mapping

from emissions_inventory.monitoring.quality import CHECKS

__all__ = ["chinese_line", "english_line"]

_CHINESE = {
    "so2": "二氧化硫", "nox": "氮氧化物", "pm": "颗粒物", "so2_folded": "二氧化硫（折算）",
    "nox_folded": "氮氧化物（折算）", "pm_folded": "颗粒物（折算）", "oxygen": "氧含量", "flow": "流量",
    "temperature": "烟气温度", "": "监测数据",
}  # fmt: skip
_ENGLISH = {
    "so2": "SO2", "nox": "NOx", "pm": "particles", "so2_folded": "folded SO2", "nox_folded": "folded NOx",
    "pm_folded": "folded particles", "oxygen": "oxygen", "flow": "flow", "temperature": "gas temperature",
    "": "monitoring",
}  # fmt: skip
_UNITS = {"oxygen": "%", "flow": "m³/h", "temperature": "℃"}

Span = tuple[str, str, int]
Evidence = Mapping[str, float | str]


def chinese_line(kind: str, quantity: str, who: str, span: Span, evidence: Evidence) -> str:
    """An alarm in Chinese.

    Args:
        kind: of the alarm.
        quantity: concerned, empty for the whole stack.
        who: enterprise and stack.
        span: begin, end (Beijing time) and hours.
        evidence: of the alarm.
    """
    what, unit = _CHINESE[quantity], _UNITS.get(quantity, "mg/m³")
    said = {
        "exceeded": lambda: (
            f"{what}超标，最高折算浓度{evidence['highest']:g} {unit}，限值{evidence['limit']:g} {unit}"
        ),
        "frozen": lambda: f"{what}恒值，一直为{evidence['value']:g} {unit}",
        "silent": lambda: "运行期间无数据" + ("（无记录）" if evidence["rows"] == "none" else "（记录为空）"),
        "implausible": lambda: (
            f"{what}异常，{CHECKS[str(evidence['check'])][0]}：{evidence['value']:g} {unit}"
        ),
    }[kind]()
    return f"{who}：{span[0]} 至 {span[1]}，{said}，共{span[2]}小时"


def english_line(kind: str, quantity: str, who: str, span: Span, evidence: Evidence) -> str:
    """An alarm in English; see `chinese_line`."""
    what, unit = _ENGLISH[quantity], _UNITS.get(quantity, "mg/m³")
    said = {
        "exceeded": lambda: (
            f"{what} over the limit, folded up to {evidence['highest']:g} {unit}, "
            f"limit {evidence['limit']:g} {unit}"
        ),
        "frozen": lambda: f"{what} frozen at {evidence['value']:g} {unit}",
        "silent": lambda: (
            "no data while running" + (" (no rows)" if evidence["rows"] == "none" else " (empty rows)")
        ),
        "implausible": lambda: (
            f"{what} implausible, {CHECKS[str(evidence['check'])][1]}: {evidence['value']:g} {unit}"
        ),
    }[kind]()
    return f"{who}: {span[0]} to {span[1]} Beijing time, {said}, {span[2]} h"
