"""Contributions and matrices as lines for a terminal: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emissions_inventory.scenarios.text_table import number, table_lines
from foundation.pollutants import POLLUTANTS
from sources.tagging.published import UNATTRIBUTED

__all__ = ["contribution_lines", "matrix_lines"]

_SHOWN_PERCENT = 0.05
_DAY_COLUMNS = 7


def contribution_lines(document: Mapping[str, Any]) -> list[str]:
    """What `contributions_document` returns, as lines: a table for one place, an overview for many."""
    lines, places = _head(document), document["places"]
    if _nobodys(document):
        lines.append(
            "模式不输送该污染物，或没有结果：全部未解析。 The model does not carry it or gave nothing."
        )
    if len(places) == 1:
        return [*lines, *_one_place(document, places[0])]
    lines += [
        "",
        "占比 Shares, %（各行合计100 each row sums to 100）",
        *_overview(document, "mean", document["groups"]),
    ]
    return [*lines, "", "本地与输入 Local and transported, %", *_nearness(places)]


def _head(document: Mapping[str, Any]) -> list[str]:
    label, period = POLLUTANTS[document["pollutant"]].label, document["period"]
    lines = [
        f"来源贡献 contributions · {label} · 发布预报的中位值 of the published median",
        f"时段 period  {period['from']} ~ {period['to']}（北京时 Beijing time，{period['steps']} 步 steps）",
    ]
    if document.get("synthetic"):
        lines.insert(0, "合成数据 SYNTHETIC")
    return lines


def _nobodys(document: Mapping[str, Any]) -> bool:
    """Whether nothing at all is attributed."""
    means = [one for place in document["places"] for one in place["mean"]]
    return not any(one["value"] for one in means if one["id"] != UNATTRIBUTED)


def _one_place(document: Mapping[str, Any], place: Mapping[str, Any]) -> list[str]:
    names = {group["id"]: group for group in document["groups"]}
    series = place["series"]
    steps = series[:_DAY_COLUMNS] if document["averaging"] == "day" else []
    share = f"{100 * (document['interval']['upper'] - document['interval']['lower']):.0f} % 区间 interval"
    head = ["来源 source", document["unit"], "%", share, *(step["from"][5:10] for step in steps)]
    rows = []
    order = {group["id"]: n for n, group in enumerate(document["groups"])}
    for one in sorted(place["mean"], key=lambda one: -(one["value"] or 0.0)):
        if (one["percent"] or 0.0) < _SHOWN_PERCENT:
            continue
        name = names[one["id"]]
        values = [number(step["contributions"][order[one["id"]]]) for step in steps]
        rows.append([f"{name['chinese']} {name['english']}", number(one["value"]), _percent(one["percent"]),
                     _range(one), *values])  # fmt: skip
    rows.append(["合计（发布值） published", number(place["published"]), "100", "",
                 *(number(step["published"]) for step in steps)])  # fmt: skip
    table = table_lines(head, rows)
    title = f"{place['chinese']} {place['english']}"
    near = "，".join(
        f"{label} {_percent(one['percent'])} % ({_range(one)})"
        for label, one in zip(_near_names(), place["nearness"], strict=True)
        if (one["percent"] or 0.0) >= _SHOWN_PERCENT
    )
    return ["", title, *table, "", f"本地与输入 local and transported: {near}"]


def _near_names() -> list[str]:
    from sources.tagging.groups import NEARNESS

    return [f"{group.chinese} {group.english}" for group in NEARNESS]


def _range(one: Mapping[str, Any]) -> str:
    if one["percent_lower"] is None:
        return "-"
    return f"{one['percent_lower']:.0f}~{one['percent_upper']:.0f} %"


def _share(one: Mapping[str, Any]) -> str:
    """A share with its interval; a dot where it rounds to nothing."""
    return "·" if (one["percent"] or 0.0) < _SHOWN_PERCENT else f"{_percent(one['percent'])} ({_range(one)})"


def _percent(value: float | None) -> str:
    if value is not None and value < _SHOWN_PERCENT:
        return "·"
    return "-" if value is None else f"{value:.0f}" if value >= 1 else f"{value:.1f}"


def _overview(document: Mapping[str, Any], key: str, groups: Sequence[Mapping[str, str]]) -> list[str]:
    places = document["places"]
    kept = [
        n for n in range(len(groups)) if any((p[key][n]["percent"] or 0) >= _SHOWN_PERCENT for p in places)
    ]
    head = ["地点 place", document["unit"], *(groups[n]["chinese"] for n in kept)]
    rows = [
        [f"{place['chinese']} {place['english']}", number(place["published"]),
         *(_percent(place[key][n]["percent"]) for n in kept)]
        for place in places
    ]  # fmt: skip
    return table_lines(head, rows)


def _nearness(places: Sequence[Mapping[str, Any]]) -> list[str]:
    names = _near_names()
    kept = [
        n
        for n in range(len(names))
        if any((p["nearness"][n]["percent"] or 0) >= _SHOWN_PERCENT for p in places)
    ]
    rows = [
        [f"{place['chinese']} {place['english']}",
         *(_share(place["nearness"][n]) for n in kept)]
        for place in places
    ]  # fmt: skip
    return table_lines(["地点 place", *(names[n] for n in kept)], rows)


def matrix_lines(document: Mapping[str, Any]) -> list[str]:
    """What `Matrix.document` returns, as lines: shares, with the published value of each row."""
    lines = _head(document)
    lines[-2] = lines[-2].replace("来源贡献 contributions", "传输矩阵 transmission matrix")
    names = [source["chinese"] for source in document["sources"]]
    head = ["受体 receptor", document["unit"], *names]
    rows = [
        [
            f"{one['chinese']} {one['english']}",
            number(one["published"]),
            *(_percent(v) for v in one["percent"]),
        ]
        for one in document["receptors"]
    ]
    english = "，".join(f"{source['chinese']} {source['english']}" for source in document["sources"])
    return [*lines, "", "各来源地占比 Shares of source regions, %", *table_lines(head, rows), "", english]
