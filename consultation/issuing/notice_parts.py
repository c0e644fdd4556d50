"""What a notice of warning says on paper: scope, period, situation, the three blocks of measures, effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from consultation.documents.forecast_part import chinese_day
from consultation.documents.parts import Line, Part, Table, TableCell
from consultation.exchange.notice import Notice
from consultation.issuing.releases import Released
from consultation.record.notice_texts import notice_texts
from consultation.warnings.wording import chinese_hour
from foundation.times import instant_of_iso, shown

_SECTIONS = "一二三四五六七八九"
_COUNTY_COLUMNS = 3


def notice_parts(one: Released, notice: Notice) -> tuple[Part, ...]:
    """The sections of a notice that puts a warning in force or changes it.

    Args:
        one: the step that went out.
        notice: what it announces.
    """
    told, payload = one.entry.payload["notice"], one.entry.payload
    body = Line(told["text"]["chinese"].replace("~", "～"))
    sections = (
        ("预警等级和范围", (*_changed(notice), _level(told, changes=bool(notice.references)), *_scope(told))),
        ("预警时段和提前量", (_period(told), _lead(payload.get("lead") or {}))),
        ("分级依据", tuple(_grounds(told, notice))),
        ("应对措施", tuple(_measures(told))),
        ("预期效果", tuple(_effect(told.get("expected_effect") or {}))),
    )
    filled = [(heading, parts) for heading, parts in sections if parts]
    return body, *(
        part
        for number, (heading, parts) in enumerate(filled)
        for part in (Line(f"{_SECTIONS[number]}、{heading}", "heading"), *parts)
    )


def ending_parts(one: Released, notice: Notice) -> tuple[Part, ...]:
    """The sections of a notice that lifts or cancels a warning."""
    told = one.entry.payload["notice"]
    return (
        *_changed(notice),
        Line(notice.description.chinese),
        Line(f"发布时间：{shown(notice.sent)}（北京时）。"),
        Line("原预警所列各项应对措施同时终止。"),
        *_scope(told),
    )


def _changed(notice: Notice) -> tuple[Line, ...]:
    """Which notice it takes the place of."""
    return tuple(
        Line(f"本通知变更{chinese_hour(one.sent)}发布的预警（编号{one.identifier}），原通知同时废止。")
        for one in notice.references
    )


def _level(told: dict[str, Any], *, changes: bool) -> Line:
    level, kind = told["level"], told["kind"]
    response = f"，{'执行' if changes else '启动'}{level['response']}" if level["response"] else ""
    return Line(f"预警等级：{level['chinese']}预警（{kind['chinese']}）{response}。")


def _scope(told: dict[str, Any]) -> tuple[Part, ...]:
    """The counties, with their codes."""
    counties = told["counties"]
    cells = [(TableCell(county["chinese"]), TableCell(county["adcode"] or "—")) for county in counties]
    empty = (TableCell("—"), TableCell("—"))
    rows = tuple(
        tuple(cell for pair in (*row, *[empty] * (_COUNTY_COLUMNS - len(row))) for cell in pair)
        for row in (cells[n : n + _COUNTY_COLUMNS] for n in range(0, len(cells), _COUNTY_COLUMNS))
    )
    heads = (("县（市）", "行政区划代码") * _COUNTY_COLUMNS,)
    return (
        Line(f"预警范围：{told['area']['chinese']}，共{len(counties)}个县（市），见下表。"),
        Table("预警范围", heads, rows, (1.2, 1.4) * _COUNTY_COLUMNS),
    )


def _period(told: dict[str, Any]) -> Line:
    begins, ends = (chinese_hour(instant_of_iso(told[name])) for name in ("onset", "end"))
    return Line(f"预警时段：{begins}至{ends}（北京时）。")


def _lead(lead: dict[str, Any]) -> Line:
    """How long before its begin the warning went out; said where that is less than the rule asks."""
    if not lead:
        return Line("提前量：未记录。")
    if lead["hours"] <= 0:
        return Line(f"提前量：发布时预警时段已经开始，不足规定的{lead['required']}小时。")
    short = "" if lead["sufficient"] else f"，不足规定的{lead['required']}小时"
    return Line(f"提前量：发布时距预警时段开始{lead['hours']:.0f}小时{short}。")


def _grounds(told: dict[str, Any], notice: Notice) -> Iterator[Line]:
    """The rules that the level rests on, and how likely it is; nothing where they did not judge the area."""
    detail = told["evidence"].get("detail") or {}
    rules = (detail.get("rules_title") or {}).get("chinese")
    if rules:
        unsure = "" if detail.get("rules_verified") else "（阈值待核实）"
        yield Line(f"分级标准：{rules}{unsure}。")
    if notice.probability is not None and "概率" not in told["text"]["chinese"]:
        yield Line(f"预报显示达到该等级的概率为{notice.probability:.0%}。")


def _measures(told: dict[str, Any]) -> Iterator[Line]:
    """The three blocks, each measure a numbered paragraph."""
    for number, block in enumerate(told["blocks"]):
        yield Line(f"（{_SECTIONS[number]}）{block['chinese']}", "second")
        for place, measure in enumerate(block["measures"], start=1):
            yield Line(f"{place}．{measure['chinese']}。")
    if not notice_texts().verified:
        yield Line("注：措施为程序所附的通用文本，未经核对；与当地现行应急预案不一致的，以预案为准。", "note")


def _effect(effect: dict[str, Any]) -> Iterator[Part]:
    """What the cuts would change by day, or why that is not known."""
    if not effect.get("known"):
        reason = (effect.get("reason") or {}).get("chinese") or "未作估算"
        yield Line(f"{reason}。")
        return
    yield Line(f"{effect['basis']['chinese'].replace('（线性，见注意事项）', '')}，预期变化见下表。")
    heads = (
        ("日期", "PM2.5日均浓度（µg/m³）", None, None, "AQI", None),
        ("", "不采取措施", "采取措施", "下降（80%区间）", "不采取措施", "采取措施"),
    )
    yield Table("预期效果", heads, tuple(_day(day) for day in effect["days"]), (1.1, 1.2, 1.1, 1.7, 1.2, 1.1))
    cautions = [str(one["chinese"]).rstrip("。") for one in effect.get("cautions", ()) if "chinese" in one]
    if cautions:
        yield Line(f"注：{'；'.join(cautions)}。", "note")


def _day(day: dict[str, Any]) -> tuple[TableCell, ...]:
    before, after, span = day["pm25_before"], day["pm25_after"], day["pm25_decrease_range"]
    fall = "—" if before is None or after is None else f"{before - after:.1f}"
    if fall != "—" and span:
        fall += f"（{span[0]:.1f}~{span[1]:.1f}）"
    return (
        TableCell(chinese_day(str(day["day"]))), TableCell(_number(before)), TableCell(_number(after)),
        TableCell(fall), TableCell(_number(day["aqi_before"])), TableCell(_number(day["aqi_after"])),
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"
