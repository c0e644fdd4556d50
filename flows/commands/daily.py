"""`bogda daily`."""

from __future__ import annotations

import time

import numpy as np

from flows.case import load_case
from flows.daily import STEPS, make_day
from flows.output import print_json, print_line, progress_bar
from flows.plan import DayPlan, run_manifest
from foundation.times import now, parse_reference_time, shown


def run(case_name: str, reference_time: str | None, store: str, *, again: bool, as_json: bool) -> None:
    """Make the run of a day and say where it lies.

    Raises:
        BogdaError: when it cannot be made.
    """
    begun = time.monotonic()
    case, folder = load_case(case_name)
    given = case.reference_time if reference_time is None else reference_time
    issued = now() if given is None else parse_reference_time(given)
    plan = DayPlan(case, folder, _full_hour(issued), store)
    with progress_bar(f"bogda daily {case.name}", len(STEPS) + 1) as progress:
        path, made = make_day(plan, progress, again=again)
    manifest = run_manifest(plan)
    if as_json:
        print_json({"run": str(path), "made": made, "manifest": manifest})
        return
    print_line(
        f"运行目录 run      {path}" + ("" if made else "  （输入未变，未重做 unchanged, not made again）")
    )
    print_line(f"起报时间 issued   {shown(plan.reference_time)} 北京时间 Beijing time")
    for record in manifest["inputs"]:
        print_line(f"输入     input    {record['path']}  sha256 {record['sha256'][:12]}")
    for lacking in manifest["degradations"]:
        print_line(f"降级     degraded {lacking['chinese']} {lacking['english']}")
    print_line(f"会商材料 bulletin {path / 'bulletin.html'}")
    print_line(f"用时     took     {time.monotonic() - begun:.0f} s")


def _full_hour(time_of_issue: np.datetime64) -> np.datetime64:
    """The full hour at or before a time; measurements come by the hour."""
    return np.datetime64(time_of_issue.astype("datetime64[h]"), "ns")
