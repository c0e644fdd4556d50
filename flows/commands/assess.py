"""`bogda assess`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.commands.dust_detect import judge, measured, rule_facts
from flows.output import print_json, print_line
from flows.stores import check_store
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Request:
    """Which measurements and which year, up to which day, by which rule of dust."""

    observations: str
    provider: str | None
    year: int
    until: str | None = None
    dust_rule: str | None = None
    store: str | None = None
    name: str | None = None


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MEASURES = {
    "pm25_mean": "PM2.5年均", "pm10_mean": "PM10年均", "good_days": "优良天数比例",
    "heavy_days": "重污染天数",
}  # fmt: skip


def run(request: Request, *, as_json: bool) -> None:
    """Print how a year stands against limits and targets.

    Raises:
        BogdaError: when the files cannot be read, hold no day of the year, or the rule does not apply to
        them.
    """
    from observations.dust.deduction import days_with_and_without_dust
    from standards.assessment import assessment_document

    until, name = _until(request), _name(request)
    if request.store is not None:
        check_store(request.store)
    dataset, problems = measured(request.observations, request.provider, "place")
    judged = judge(dataset, request.dust_rule)
    whole, without = days_with_and_without_dust(dataset, judged.mask)
    document = assessment_document(whole, without, request.year, rule_facts(request.dust_rule), until=until)
    document["problems"] = problems
    if request.store is not None:
        _keep(document, request.store, name)
    if as_json:
        print_json(document)
    else:
        _print(document)


def _name(request: Request) -> str:
    name = request.name or str(request.year)
    if request.name is not None and request.store is None:
        raise ConfigurationError("--name: names what is kept in a store", remedy="Give --store too")
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"--name: expected letters, digits, - and _, got {name[:90]!r}",
            remedy="Such as 2015 or 2015-to-june",
        )
    return name


def _keep(document: dict[str, Any], store: str, name: str) -> None:
    """Put it where the page finds it: a reader sees the old one or the new one."""
    from foundation.kept_documents import keep_json
    from foundation.store import RunStore

    keep_json(RunStore(store), f"assessments/{name}.json", document)


def _until(request: Request) -> np.datetime64 | None:
    import numpy as np

    if request.until is None:
        return None
    try:
        day = np.datetime64(request.until, "D")
    except ValueError as error:
        raise ConfigurationError(
            f"--until: {request.until!r} is no day", remedy="Write 2015-06-30"
        ) from error
    if str(day)[:4] != str(request.year):
        raise ConfigurationError(
            f"--until: {day} lies outside {request.year}", remedy="Write a day of that year"
        )
    return day


def _print(document: dict[str, Any]) -> None:
    period, rule = document["period"], document["dust_rule"]
    print_line(f"{period['from']} 至 {period['to']}，{period['days']} 天；{document['rules']}")
    unsure = "" if rule["verified"] else "（未经核实 not verified）"
    print_line(f"沙尘扣除 dust: {rule['chinese']} {rule['english']}{unsure}")
    print_line("地点          有效  优良（扣沙尘后）     重污染   PM2.5（扣后）  PM10（扣后）  沙尘日")
    for one in [*document["places"], *document["regions"]]:
        print_line(_row(one))
    for one in document["targets"]:
        met = {True: "达到 met", False: "未达到 missed", None: "无数据 no data"}[one["met"]]
        print_line(
            f"目标 {one['chinese']} {_MEASURES[one['measure']]} {one['target_year']}年 "
            f"{one['target']:g}{one['unit']}："
            f"{_text(one['measured'])}（扣沙尘后 {_text(one['without_dust'])}） {met}"
        )
    for one in document["published"]:
        print_line(
            f"公布值 {one['chinese']} {_MEASURES[one['measure']]} {one['published']:g}{one['unit']}："
            f"本次 {_text(one['measured'])}（差 {_text(one['difference'])}）"
        )


def _row(one: dict[str, Any]) -> str:
    whole, without = one["measured"], one["without_dust"]
    days, kept = whole["days"], without["days"]
    fine, coarse = (
        _both(*(part["means"].get(name, {}).get("mean") for part in (whole, without)))
        for name in ("pm25", "pm10")
    )
    return (
        f"{one['chinese']:12} {_text(days['valid']):>5}  "
        f"{_both(days['good_share'], kept['good_share'])}%  {_both(days['heavy'], kept['heavy'])}  "
        f"{fine}  {coarse}  {one.get('dust_days', '')}"
    )


def _both(whole: float | None, without: float | None) -> str:
    """As measured, and without dust."""
    return f"{_text(whole)}（{_text(without)}）"


def _text(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
