"""`bogda inventory import monitoring`."""

from __future__ import annotations

from dataclasses import dataclass

from flows.inventory_request import check_out
from flows.output import print_json, print_line, progress_bar


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
    counts = ", ".join(f"{kind} {count}" for kind, count in report["alarm_counts"].items()) or "0"
    print_line(f"{report['rows']} 行 rows，{report['stacks']} 个排口 stacks")
    print_line(f"报警 alarms: {counts}")
    for alarm in report["alarms"]:
        print_line(f"{alarm['chinese']}  {alarm['english']}")
    replaced = len(report["profiles"]["replaced"])
    print_line(f"更新时间廓线 weeks replaced: {replaced}；未匹配 unmatched: {len(report['unmatched'])}")
    for line in (*report["problems"], *report["notes"]):
        print_line(line)
    print_line(f"写入 written {request.out}")
