"""`bogda status`; with the standard library alone, so that it answers at once while a run goes."""

from __future__ import annotations

from typing import Any

from flows.operations.clock import MachineClock
from flows.operations.status import status_of
from flows.output import print_json, print_line

_STATES = {"made": "已生成", "waiting": "待做", "running": "进行中", "missed": "错过",
           "interrupted": "已中断"}  # fmt: skip


def run(store: str, *, as_json: bool) -> None:
    """Say how the schedule of a store stands."""
    told = status_of(store, MachineClock().now())
    if as_json:
        print_json(told)
        return
    for line in lines(told):
        print_line(line)


def lines(told: dict[str, Any]) -> list[str]:
    """The document for people."""
    scheduler, following, disk = told["scheduler"], told["next"], told["disk"]
    timer = (
        f"{scheduler['timer']} 自 since {scheduler['since']}" if scheduler["alive"] else "未运行 not running"
    )
    found = [f"站点 site      {told['site'] or '—'}  {told['store']}", f"调度 schedule  {timer}"]
    found += [f"! {one['chinese']} · {one['english']}" for one in told["problems"]]
    running = told["running"]
    if running:
        spent = f"{running['seconds']} / {running['limit_s']} s"
        word = "进行中 running" if running["alive"] else "已中断 interrupted"
        found.append(f"{word} {running['slot']} {running['rung']} {spent}  {running['step'] or ''}")
    if following:
        found.append(
            f"下一时段 next  {following['chinese']} {following['start']} → {following['done_by']}，"
            f"截止 deadline {following['deadline'][11:16]}"
        )
    found += [_run(one) for one in told["last_runs"]]
    found += [f"资料 input     {one['source']}  {one['age_h']:.1f} h" for one in told["inputs"]]
    if disk:
        found.append(f"磁盘 disk      {disk['free_mib']} MiB")
    alarm = told["last_alarm"]
    if alarm:
        found.append(f"最近告警 alarm {alarm['time']} {alarm['chinese']}")
    found += [f"降级 degraded  {text}" for text in told["degraded"]]
    return found


def _run(one: dict[str, Any]) -> str:
    state = _STATES.get(one["state"], one["state"])
    sent = {None: "", True: "  已送达 delivered", False: "  未送达 not delivered"}[one["delivered"]]
    return f"{state}  {one['slot']}  {one['rung'] or ''}  {one['run'] or one['reason'] or ''}{sent}"
