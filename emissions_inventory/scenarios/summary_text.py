"""Summaries, cuts and verdicts as lines for people: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emissions_inventory.labels import source_labels
from emissions_inventory.scenarios.text_table import number, table_lines

__all__ = ["comparison_lines", "cut_lines", "response_lines", "summary_lines"]

SPECIES_SHOWN = {
    "so2": "SO2", "nox": "NOx", "pm25": "PM2.5", "pm10": "PM10", "bc": "BC", "oc": "OC", "co": "CO",
    "voc": "VOC", "nh3": "NH3",
}  # fmt: skip
"""Species as people write them."""

_LEVELS = {"yellow": "黄色 yellow", "orange": "橙色 orange", "red": "红色 red"}


def summary_lines(document: Mapping[str, Any]) -> list[str]:
    """What `summary` returns, as lines."""
    species = [record["species"] for record in document["species"]]
    points = document["points"]
    months = [record["month"] for record in document["months"]]
    lines = [
        f"清单 inventory  {document['version']}  {document['title']}".rstrip(),
        f"月份 months  {', '.join(months)}",
        f"点源 points {points['number']}，面源 area sources {document['area_sources']}",
    ]
    if points["stack_not_known"] or points["beyond_grid"]:
        lines.append(
            f"烟囱参数不全 stacks not known {points['stack_not_known']}；"
            f"网格外 beyond the grid {points['beyond_grid']}"
        )
    rows = [
        [SPECIES_SHOWN[record["species"]], number(record["t"]), _percent(record["point_percent"]),
         _span(record["range_68_t"]), _span(record["range_95_t"])]
        for record in document["species"]
    ]  # fmt: skip
    head = ["物种 species", "t", "点源 points %", "68 % 区间 range, t", "95 % 区间 range, t"]
    lines += ["", "合计 Totals", *table_lines(head, rows)]
    for title, key in (
        ("分部门 By sector, t", "sectors"),
        ("分地区组 By group of regions, t", "region_groups"),
        ("分地区 By region, t", "regions"),
    ):
        lines += ["", title, *_matrix(document[key], species)]
    lines += ["", "最大点源 Largest points, t", *_points(document["largest_points"], species)]
    return [*lines, "", "来历 Trail", *_trail(document["mass_budget"])]


def cut_lines(report: Mapping[str, Any]) -> list[str]:
    """What `cut_report` returns, as lines."""
    rows = [
        [SPECIES_SHOWN[one["species"]], number(one["before_t"]), number(one["after_t"]), number(one["cut_t"]),
         _percent(one["cut_percent"])]
        for one in report["species"]
    ]  # fmt: skip
    head = ["物种 species", "减排前 before, t", "减排后 after, t", "削减 cut, t", "%"]
    lines = [f"减排情景 Scenario  {report['before']} → {report['after']}", *table_lines(head, rows)]
    return lines + [f"  {note}" for note in report["notes"]]


def response_lines(verdict: Mapping[str, Any]) -> list[str]:
    """What `check_response` returns, as lines."""
    regions = "、".join(source_labels().region(name).chinese for name in verdict["regions"])
    unconfirmed = "" if verdict["verified"] else "（未核对原文 not confirmed against the text）"
    lines = [f"响应核算 Check of the response  {regions}", f"依据 rules  {verdict['rules']}{unconfirmed}"]
    pollutants = verdict["levels"][0]["pollutants"]
    head = [
        "级别 level",
        *(f"{one['chinese']} {one['pollutant']} %" for one in pollutants),
        "达到 met",
        "概率 chance",
    ]
    rows = []
    for level in verdict["levels"]:
        cells = [
            f"{one['cut_percent']:.1f}"
            if one["met"]
            else f"{one['cut_percent']:.1f} (-{one['lacking_percent']:.1f})"
            for one in level["pollutants"]
        ]
        name = f"{_LEVELS[level['level']]} ≥{level['required_percent']:g} %"
        rows.append(
            [name, *cells, "是 yes" if level["met"] else "否 no", f"{100 * level['probability']:.0f} %"]
        )
    lines += table_lines(head, rows)
    beside = [
        f"{SPECIES_SHOWN[name]} {other['cut_percent']:.1f} %"
        for one in pollutants
        for name, other in one["beside"].items()
    ]
    highest = _LEVELS[verdict["highest"]] if verdict["highest"] else "无 none"
    return [
        *lines,
        f"括号内为差额 in brackets: lacking；参考 beside  {', '.join(beside)}",
        f"达到的最高级别 Highest level met  {highest}",
    ]


def comparison_lines(report: Mapping[str, Any]) -> list[str]:
    """What `compare` returns, as lines."""
    counts = report["points"]["counts"]
    head = ["物种 species", "前 before, t", "后 after, t", "差 difference, t", "%"]
    lines = [
        f"清单对比 Comparison  {report['a']['version']} → {report['b']['version']}",
        f"共同月份 months of both  {', '.join(report['months'])}",
        *table_lines(head, [_change(one, [SPECIES_SHOWN[one["species"]]]) for one in report["species"]]),
    ]
    for key, kind, title in (
        ("sectors", "sector", "分部门之差 Difference by sector, t"),
        ("regions", "region", "分地区之差 Difference by region, t"),
    ):
        species = [one["species"] for one in report["species"]]
        changes: dict[str, dict[str, float]] = {}
        for one in report[key]:
            changes.setdefault(one[kind], dict.fromkeys(species, 0.0))[one["species"]] = one["change_t"]
        records = [{**_label(kind, name), "t": t} for name, t in changes.items() if any(t.values())]
        if records:
            lines += ["", title, *_matrix(records, species)]
    lines += ["", "点源 points  " + "，".join(f"{_COUNTS[name]} {name} {counts[name]}" for name in _COUNTS)]
    return lines


_COUNTS = {"added": "新增", "removed": "减少", "changed": "改变", "same": "不变"}


def _change(record: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    numbers = [number(record[key]) for key in ("before_t", "after_t", "change_t")]
    return [*names, *numbers, _percent(record["change_percent"])]


def _label(kind: str, name: str) -> dict[str, str]:
    label = source_labels().sector(name) if kind == "sector" else source_labels().region(name)
    return {"chinese": label.chinese, "english": label.english}


def _matrix(records: Sequence[Mapping[str, Any]], species: Sequence[str]) -> list[str]:
    rows = [
        [f"{one['chinese']} {one['english']}", *(number(one["t"][name]) for name in species)]
        for one in records
    ]
    return table_lines(["", *(SPECIES_SHOWN[name] for name in species)], rows)


def _points(records: Sequence[Mapping[str, Any]], species: Sequence[str]) -> list[str]:
    rows = [[one["id"], one["name"], *(number(one["t"][name]) for name in species)] for one in records]
    return table_lines(["编号 id", "名称 name", *(SPECIES_SHOWN[name] for name in species)], rows, 2)


def _trail(budget: Mapping[str, Any]) -> list[str]:
    lines = [f"{place}. {step['action']}: {step['detail']}" for place, step in enumerate(budget["steps"], 1)]
    agrees = "一致 agrees" if budget["agrees"] else "不一致 DOES NOT AGREE"
    return [*lines, f"质量收支与内容 mass budget and contents: {agrees}"]


def _span(bounds: Sequence[float]) -> str:
    return f"{number(bounds[0])} - {number(bounds[1])}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
