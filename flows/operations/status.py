"""How the schedule stands: last runs, ages of inputs, disk, next deadline; standard library alone."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

from flows.operations import disk
from flows.operations.arrivals import newest_of_sources
from flows.operations.clock import read, written
from flows.operations.journal import last_line
from flows.operations.lock import SERVICE, holder
from flows.operations.register import Register, operations_folder, read_json
from foundation.leftovers import is_alive

SITE = "site.json"
_LAST = 8


def status_of(store: str | Path, now: dt.datetime) -> dict[str, Any]:
    """Everything that an operator asks first.

    Args:
        store: folder of the store.
        now: this instant.

    Returns:
        A document for JSON: `healthy`, `problems`, `scheduler`, `running`, `next`, `last_runs`, `inputs`,
        `disk`, `last_alarm`, `degraded`.
    """
    folder, register = operations_folder(store), Register(store)
    site = read_json(folder / SITE) or {}
    told: dict[str, Any] = {"time": written(now), "store": str(store), "site": site.get("name")}
    told["scheduler"] = _scheduler(folder)
    told["running"] = _running(register, now)
    told["next"] = _next(site, now)
    told["last_runs"] = [_last(document, told["running"]) for document in register.latest(_LAST)]
    told["inputs"] = _inputs(Path(site.get("inbox") or Path(store) / "inbox"))
    told["disk"] = _disk(store, site)
    told["last_alarm"] = _last_alarm(folder)
    told["degraded"] = _degraded(Path(store), told["last_runs"])
    told["problems"] = problems(told, site, now)
    told["healthy"] = not told["problems"]
    return told


def problems(told: dict[str, Any], site: dict[str, Any], now: dt.datetime) -> list[dict[str, str]]:
    """Why the schedule is not healthy; nothing where it is."""
    found = []
    if told["disk"] is None:
        found.append(_problem("store-out-of-reach", "产品库无法读取", "the store cannot be read"))
    elif told["disk"]["low"]:
        found.append(_problem("disk-low", "磁盘空间不足", "the disk is nearly full"))
    if not told["scheduler"]["alive"]:
        found.append(_problem("no-scheduler", "调度未在运行", "the schedule is not running"))
    elif told["scheduler"]["degraded"]:
        found.append(_problem("timer", "Prefect未能启动，由内置时钟调度", str(told["scheduler"]["degraded"])))
    if told["running"] and not told["running"]["alive"]:
        found.append(_problem(
            "interrupted", f"{told['running']['slot']}已中断，调度或 bogda runs resume 会重做",
            f"{told['running']['slot']} was interrupted; the schedule or bogda runs resume makes it again",
        ))  # fmt: skip
    product = _product_due(site, told["last_runs"], now)
    return found if product is None else [*found, product]


def _product_due(site: dict[str, Any], last: list[dict[str, Any]], now: dt.datetime) -> dict[str, str] | None:
    """The last slot whose `done_by` has passed, if it has no product; none before the schedule began."""
    made = {one["slot"] for one in last if one["state"] == "made"}
    since = str(site.get("since", ""))
    slots = [slot for slot in _slots(site, now, range(-1, 1)) if slot["start"] > since]
    past = [slot for slot in slots if read(slot["done_by"]) <= now]
    if not past or past[-1]["slot"] in made:
        return None
    name = past[-1]["slot"]
    return _problem("no-product", f"{name}产品逾时未生成", f"no product of {name} by its time")


def _problem(code: str, chinese: str, english: str) -> dict[str, str]:
    return {"code": code, "chinese": chinese, "english": english}


def _scheduler(folder: Path) -> dict[str, Any]:
    process = holder(folder, SERVICE)
    service = read_json(folder / "service.json") or {}
    return {
        "alive": process is not None, "process": process, "since": service.get("since"),
        "timer": service.get("timer"), "degraded": service.get("degraded"), "looked": service.get("looked"),
    }  # fmt: skip


def _running(register: Register, now: dt.datetime) -> dict[str, Any] | None:
    for document in register.running():
        attempt = document["attempts"][-1]
        event = last_line(register.folder / "events" / f"{attempt['id']}.jsonl") or {}
        begun = read(attempt["begun"])
        return {
            "run": attempt["id"], "slot": document["slot"], "rung": attempt["rung"],
            "since": attempt["begun"], "seconds": round((now - begun).total_seconds()),
            "limit_s": attempt["limit_s"],
            "step": event.get("step") or event.get("event"), "process": attempt.get("process"),
            "alive": _is_at_work(attempt),
        }  # fmt: skip
    return None


def _is_at_work(attempt: dict[str, Any]) -> bool:
    """Whether its worker lives; one that was not written down yet is being started."""
    process = attempt.get("process")
    return process is None or is_alive(process, str(attempt.get("process_start")))


def _slots(site: dict[str, Any], now: dt.datetime, days: range) -> list[dict[str, Any]]:
    """Slots of the days around an instant, by their start, from what the scheduler left in `site.json`."""
    found = []
    for offset in days:
        day = (now + dt.timedelta(days=offset)).date()
        for slot in site.get("slots", ()):
            times = {name: _at(day, str(slot[name])) for name in ("start", "done_by", "deadline")}
            found.append({"slot": f"{day}-{slot['name']}", "chinese": slot["chinese"], **times})
    return found


def _at(day: dt.date, time_of_day: str) -> str:
    from flows.operations.slots import at

    return written(at(day, time_of_day))


def _next(site: dict[str, Any], now: dt.datetime) -> dict[str, Any] | None:
    coming = [slot for slot in _slots(site, now, range(2)) if read(slot["start"]) > now]
    return coming[0] if coming else None


def _last(document: dict[str, Any], running: dict[str, Any] | None) -> dict[str, Any]:
    names = ("slot", "state", "run", "rung", "made_at", "start", "done_by")
    attempts = document["attempts"]
    told = {name: document.get(name) for name in names}
    delivered = document.get("delivered")
    if (
        running
        and running["slot"] == document["slot"]
        and told["state"] == "running"
        and not running["alive"]
    ):
        told["state"] = "interrupted"
    return told | {
        "attempts": len(attempts), "delivered": None if delivered is None else delivered["done"],
        "outcomes": [f"{one['rung']} {one.get('outcome') or 'running'}" for one in attempts],
        "reason": next((one["reason"] for one in reversed(attempts) if one.get("reason")), None),
    }  # fmt: skip


def _inputs(inbox: Path) -> list[dict[str, Any]]:
    now = time.time()
    return [
        {"source": name, "age_h": round((now - newest) / 3600, 2)}
        for name, newest in newest_of_sources(inbox).items()
    ]


def _disk(store: str | Path, site: dict[str, Any]) -> dict[str, Any] | None:
    try:
        free = disk.free_mib(Path(store))
    except OSError:
        return None
    return {"free_mib": round(free), "low": free < float(site.get("free_mib", 0))}


def _last_alarm(folder: Path) -> dict[str, Any] | None:
    files = sorted((folder / "alarms").glob("*.json"), reverse=True)[:40]
    found = [document for document in map(read_json, files) if document is not None]
    return max(found, key=lambda one: str(one.get("time", "")), default=None)


def _degraded(store: Path, last: list[dict[str, Any]]) -> list[str]:
    """What the last product had to do without, in its own words."""
    run = next((one["run"] for one in last if one["state"] == "made" and one["run"]), None)
    manifest = read_json(store / run / "manifest.json") if run else None
    return [str(one.get("chinese")) for one in (manifest or {}).get("degradations", ())]
