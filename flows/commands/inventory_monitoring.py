"""`bogda inventory import monitoring`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.inventory_request import check_out
from flows.output import print_json, print_line, progress_bar

_MOST_UNMATCHED, _MOST_AMOUNTS = 20, 60
"""Stacks and amounts that are shown one by one."""


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    path: str
    out: str
    inventory: str
    month: str
    replace_amounts: bool
    accept_good_rows: bool


def run(request: Request, *, as_json: bool) -> None:
    """Let continuous monitoring correct an inventory, write it, and print the alarms.

    Raises:
        BogdaError: when a file cannot be read, has bad rows that are not to be left out, or does not fit.
    """
    check_out(request.out)
    from emissions_inventory.monitoring import MonitoringOptions, apply_monitoring
    from emissions_inventory.storage import read_inventory, write_inventory

    inventory = read_inventory(request.inventory)
    with progress_bar("inventory import monitoring", 2) as advance:
        advance("reading")
        options = MonitoringOptions(
            skip_bad=request.accept_good_rows, progress=lambda rows: advance(f"reading · {rows:,} rows")
        )
        made, report = apply_monitoring(
            inventory, request.path, month=request.month, replace_amounts=request.replace_amounts,
            options=options,
        )  # fmt: skip
        advance("writing")
        write_inventory(made, request.out)
    if as_json:
        print_json({"file": request.out, **report})
        return
    for line in (*_lines(report), *(_amount_lines(report["amounts"]) if request.replace_amounts else ())):
        print_line(line)
    for line in (*report["problems"], *report["notes"]):
        print_line(line)
    print_line(f"写入 written {request.out}")


def _lines(report: Mapping[str, Any]) -> list[str]:
    """Alarms, weeks and stacks without a point."""
    counts = ", ".join(f"{kind} {count}" for kind, count in report["alarm_counts"].items()) or "0"
    unmatched, weeks = report["unmatched"], report["profiles"]
    lines = [
        f"{report['rows']} 行 rows，{report['stacks']} 个排口 stacks",
        f"报警 alarms: {counts}",
        *(f"{alarm['chinese']}  {alarm['english']}" for alarm in report["alarms"]),
        f"更新时间廓线 weeks replaced: {len(weeks['replaced'])}；未匹配 unmatched: {len(unmatched)}",
    ]
    if unmatched:
        lines.append(f"未匹配排口 unmatched stacks: {', '.join(unmatched[:_MOST_UNMATCHED])}"
                     + _rest(len(unmatched), _MOST_UNMATCHED))  # fmt: skip
    return lines


def _amount_lines(amounts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Amounts before and after, and why others stay."""
    from emissions_inventory.scenarios.summary_text import SPECIES_SHOWN
    from emissions_inventory.scenarios.text_table import number, table_lines

    rows = [
        [one["stack"], SPECIES_SHOWN[one["species"]], number(one["old_kg"]), number(one["new_kg"]),
         number(100 * one["valid_share"])]
        for one in amounts
        if "new_kg" in one
    ]  # fmt: skip
    head = ["排口 stack", "物种 species", "原 old", "新 new", "有效 valid %"]
    kept = [
        f"{one['stack']} {SPECIES_SHOWN[one['species']]}: {one['reason']}"
        for one in amounts
        if "reason" in one
    ]
    lines = [f"替换排放量 amounts replaced: {len(rows)}，kg" + _rest(len(rows), _MOST_AMOUNTS)]
    if rows:
        lines += table_lines(head, rows[:_MOST_AMOUNTS], texts=2)
    if kept:
        lines.append(f"未替换 amounts kept: {len(kept)}" + _rest(len(kept), _MOST_AMOUNTS))
    return [*lines, *kept[:_MOST_AMOUNTS]]


def _rest(number: int, shown: int) -> str:
    """Says that not all are shown."""
    return f"（前 {shown} 个，全部见 first {shown}, all with --json）" if number > shown else ""
