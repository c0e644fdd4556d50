"""`bogda runs`: list, resume, prune, deliver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.output import print_json, print_line
from foundation.errors import ConfigurationError, RunError

_MIB = 1 << 20


@dataclass(frozen=True)
class Bounds:
    """What is kept: not older, not more, not larger."""

    days: float | None
    runs: int | None
    gib: float | None


def _folder(store: str) -> Path:
    if "://" in store or not Path(store).is_dir():
        raise RunError("no such folder", where=store, remedy="Give the folder of a store by --store")
    return Path(store)


def show(store: str, *, as_json: bool) -> None:
    """List the runs of a store, latest first, with the slot that made each.

    Raises:
        RunError: when there is no such store.
    """
    from flows.operations.register import Register
    from flows.operations.retention import stored_runs

    home = _folder(store)
    slots = {one.get("run"): one for one in Register(home).latest(400)}
    rows: list[dict[str, Any]] = []
    for run in stored_runs(home):
        slot: dict[str, Any] = slots.get(f"runs/{run.name}") or {}
        rows.append({
            "run": run.name, "state": "whole" if run.whole else "broken", "slot": slot.get("slot"),
            "rung": slot.get("rung"), "ladder": run.rung, "bytes": run.bytes, "created": run.created,
            "degradations": run.degradations,
        })  # fmt: skip
    if as_json:
        print_json({"runs": rows})
        return
    for row in rows:
        state = "完整" if row["state"] == "whole" else "不完整 broken"
        size = f"{row['bytes'] / _MIB:.1f} MiB"
        print_line(f"{row['run']:40} {state}  {row['slot'] or '—'}  {row['rung'] or '—'}  {size}")
    if not rows:
        print_line("没有运行 no runs")


def resume(site: str, store: str, *, as_json: bool) -> None:
    """Clear what dead processes left, then do what is due.

    Raises:
        ConfigurationError: when the site's file cannot be used.
        RunError: when another process is at work, or the store is out of reach.
    """
    from flows.operations import disk
    from flows.operations.once import do_what_is_due
    from flows.operations.opening import station_of

    station = station_of(site, str(_folder(store)))
    swept = disk.sweep(station.store)
    done: list[str] = []
    looked = do_what_is_due(station, done.append)
    if as_json:
        print_json({"swept": swept, "done": done, "state": looked.state, "detail": looked.detail})
    else:
        for name in swept:
            print_line(f"清除残留 cleared {name}")
        for detail in done:
            print_line(detail)
        if not swept and not done:
            print_line("没有中断的运行 nothing was interrupted")
    if looked.state != "idle":
        raise RunError(looked.detail, remedy="Try again when it is done; see bogda status")


def prune(store: str, bounds: Bounds, settings: str | None, *, really: bool, as_json: bool) -> None:
    """Say which runs go by the bounds, and remove them where that is asked for.

    Raises:
        ConfigurationError: when no bound is given.
        RunError: when the record cannot be read; nothing is removed then.
    """
    from flows.operations.retention import leaving, named_in_record, remove, stored_runs
    from flows.site.parts import RetentionConfig

    if bounds == Bounds(None, None, None):
        raise ConfigurationError("no bound is given", remedy="Give --days, --keep or --gib")
    home = _folder(store)
    retention = RetentionConfig(days=bounds.days, runs=bounds.runs, gib=bounds.gib)
    held = named_in_record(home, None if settings is None else Path(settings))
    found = leaving(stored_runs(home), retention, held, datetime.now(UTC))
    if really:
        for one in found:
            remove(one)
    if as_json:
        rows = [{"run": one.run.name, "bytes": one.run.bytes, "why": one.english} for one in found]
        print_json({"removed": really, "runs": rows})
        return
    word = "已删除 removed" if really else "将删除 would go"
    for one in found:
        print_line(f"{word}  {one.run.name}  {one.run.bytes / _MIB:.1f} MiB  {one.chinese} {one.english}")
    if not found:
        print_line("没有可清理的运行 nothing goes")
    elif not really:
        print_line("加 --yes 才会删除 add --yes to remove")


def hand_on(run: str, site: str, store: str, slot: str) -> None:
    """Deliver a run for its slot.

    Raises:
        ConfigurationError: when the site's file cannot be used.
        RunError: when a target was not reached; it is taken up again later.
    """
    from flows.operations.opening import station_of
    from flows.operations.unsigned import hand_on_run

    station = station_of(site, str(_folder(store)))
    outcomes = hand_on_run(station.store, run.removeprefix("runs/"), slot, station.deliver)
    for one in outcomes:
        print_line(f"{one.status}  {one.key}  {one.detail}")
    failed = [one for one in outcomes if one.status == "failed"]
    if failed:
        raise RunError(f"{len(failed)} deliveries failed, first {failed[0].key}: {failed[0].detail}")
