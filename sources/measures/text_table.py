"""The answer to a question about measures as lines for people, Chinese first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from foundation.pollutants import POLLUTANTS

__all__ = ["answer_lines"]

_SHOWN = ("pm25", "pm10")
_STILL = 0.5
_HEAD = (
    "地点 Place",
    "日期 Day",
    "PM2.5",
    "减少 Less",
    "PM10",
    "减少 Less",
    "AQI",
    "减少 Less",
    "首要污染物 Primary",
)
_SYNTHETIC = "演示数据，非实测 Demonstration, not measured"


def answer_lines(document: dict[str, Any]) -> list[str]:
    """Lines for people.

    Args:
        document: what `analysis.answer` returns.
    """
    lines = [f"措施起始 Begins {document['begins_shown']}（北京时 Beijing time）"]
    if document["synthetic"]:
        lines.append(_SYNTHETIC)
    if document["approximate_beginning"]:
        lines.append(
            "措施晚于起报时间：起报后、措施前排放的残留按同一时刻的存留比例估计，为近似，区间已放宽。 "
            "It begins after the reference time: what is left of earlier emissions is estimated; "
            "the intervals are wider."
        )
    if "cuts" in document:
        lines += _cut_lines(document["cuts"])
        percent = _percent(document["interval"])
        lines += ["", f"括号内为{percent}区间；µg/m³。 In brackets: {percent} interval; µg/m³."]
        told, still = _moving([*document["places"], *document.get("regions", [])])
        lines += _aligned([_HEAD, *_rows(told)]) if told else []
        if still:
            lines.append(f"各污染物变化均不到{_STILL:g} µg/m³ Changes below that: {'、'.join(still)}")
        lines += [f"! {one['chinese']} {one['english']}" for one in document["cautions"]]
    if "target" in document:
        lines += ["", *_target_lines(document["target"])]
    return lines


def _cut_lines(cuts: dict[str, Any]) -> Iterator[str]:
    yield "减排 Cut: " + "; ".join(cuts["texts"])
    for tag in cuts["tags"]:
        shares = sorted({share for share in tag["share"].values() if share})
        span = " – ".join(f"{100 * share:.3g} %" for share in dict.fromkeys((shares[0], shares[-1])))
        yield f"  {tag['chinese']} {tag['english']}: {span}"
    whole = ", ".join(f"{name} {100 * share:.1f} %" for name, share in cuts["share_of_all"].items() if share)
    yield f"  占模式区域全部排放 Of all that the area emits: {whole}"
    yield from (f"  {note}" for note in cuts["notes"])


def _moving(places: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Places where something happens on some day, and the names of the others."""
    moving, still = [], []
    for place in places:
        changes = [one["decrease"] or 0.0 for day in place["days"] for one in day["concentrations"].values()]
        if max(changes, default=0.0) >= _STILL:
            moving.append(place)
        else:
            still.append(place["chinese"])
    return moving, still


def _rows(places: Sequence[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for place in places:
        for day in place["days"]:
            parts = [place["chinese"], day["day"]]
            for name in _SHOWN:
                if name in day["concentrations"]:
                    one = day["concentrations"][name]
                    parts += [
                        _arrow(one["before"], one["after"]),
                        _less(one["decrease"], one["decrease_range"], 1),
                    ]
                else:
                    parts += ["–", "–"]
            aqi = day["aqi"]
            parts += [_arrow(aqi["before"], aqi["after"]), _less(aqi["decrease"], aqi["decrease_range"], 0)]
            yield (*parts, _arrow_words(day["primary"]["before"], day["primary"]["after"]))


def _arrow(before: float | None, after: float | None) -> str:
    return "–" if before is None or after is None else f"{before:.0f} → {after:.0f}"


def _less(value: float | None, span: Sequence[float | None], digits: int) -> str:
    if value is None or span[0] is None or span[1] is None:
        return "–"
    return f"{value:.{digits}f} ({span[0]:.{digits}f}–{span[1]:.{digits}f})"


def _arrow_words(before: Sequence[str], after: Sequence[str]) -> str:
    was, now = (" ".join(POLLUTANTS[name].label for name in names) or "–" for names in (before, after))
    return was if was == now else f"{was} → {now}"


_NOT_JUDGED = {
    "not_judged": "没有模式结果，未判断： Not judged, no tags",
    "before_the_measure": "措施开始前，未判断： Before the measure, not judged",
}


def _target_lines(target: dict[str, Any]) -> Iterator[str]:
    region, aqi = target["region"], target["aqi"]
    yield f"目标 Target: {region['chinese']} {region['english']} AQI ≤ {aqi}"
    if target["places_without_forecast"]:
        yield f"  无预报 without forecast: {', '.join(target['places_without_forecast'])}"
    for key, words in _NOT_JUDGED.items():
        if target[key]:
            yield f"  {words}: {', '.join(dict.fromkeys(one['day'] for one in target[key]))}"
    if not target["above"]:
        yield from ["  无需减排即可达到。 It is kept without any cut."] * (target["reachable"] is not None)
        return
    for level in target["levels"]:
        yield from _level_lines(level)
    if not target["reachable"]:
        yield from _unmet_lines(target["levels"][-1], aqi)
    if not target["verified"]:
        yield "  可减比例和成本为本程序的选择，未经核实。 Shares and costs are choices, not verified."


def _level_lines(level: dict[str, Any]) -> Iterator[str]:
    name, largest = f"  {level['chinese']} {level['english']}", f"{level['largest_aqi']:.0f}"
    if level["feasible"]:
        yield f"{name}: 可达到，最高AQI {largest}；最小减排： Reachable, least cut:"
        yield from _least_lines(level)
    else:
        yield f"{name}: 按允许的最大减排，最高AQI仍为{largest}。 Not reachable with the largest cut."


def _least_lines(level: dict[str, Any]) -> Iterator[str]:
    for cut in level["cuts"]:
        share, permitted = 100 * cut["share"], 100 * cut["permitted"]
        mark = " !" if cut["beyond_range"] else ""
        yield f"    {cut['chinese']} {cut['english']}: {share:.1f} % (允许 permitted {permitted:.0f} %){mark}"
    if any(cut["beyond_range"] for cut in level["cuts"]):
        yield "    !: 超出与重算比对过的范围。 Beyond the range compared with full re-runs."
    whole = ", ".join(f"{name} {100 * share:.1f} %" for name, share in level["share_of_all"].items() if share)
    yield f"    占模式区域全部排放 Of all that the area emits: {whole}"


def _unmet_lines(level: dict[str, Any], aqi: int) -> Iterator[str]:
    yield "  达不到的日期、地点和污染物： Days, places and pollutants that cannot be met:"
    for one in level["unmet"]:
        carried = "" if one["carried_by_model"] else "（模式未输送 no tag carries it）"
        label, reached = POLLUTANTS[one["pollutant"]].label, f"{one['index_after']:.0f}"
        yield f"    {one['day']} {one['chinese']} {one['english']} {label} {reached} > {aqi}{carried}"


def _percent(span: Sequence[float]) -> str:
    return f"{100 * (span[1] - span[0]):.0f} %"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal: wide signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
