"""One attempt of a slot: begun, seen through, judged by what lies in the store, and written down."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.operations import disk
from flows.operations.arrivals import newest_of_sources
from flows.operations.clock import BEIJING, Clock, written
from flows.operations.events import EVENTS, RUN
from flows.operations.journal import Journal
from flows.operations.register import Register, read_json
from flows.operations.rungs import Step
from flows.operations.slots import Slot
from flows.operations.station import Station
from flows.operations.worker import Ended, Order, supervise
from foundation.errors import BogdaError
from foundation.leftovers import start_of

_KEPT_EVENTS = 200


@dataclass(frozen=True)
class Bench:
    """What an attempt is made with."""

    station: Station
    clock: Clock
    register: Register
    journal: Journal


def make(
    bench: Bench, slot: Slot, step: Step, update: str = "", watch: Callable[[], bool] = lambda: False
) -> dict[str, Any]:
    """Make a run of a slot; what was made before stands where this fails.

    Args:
        bench: with what.
        slot: which.
        step: rung and time.
        update: why a slot that has a product is made again; empty for its first.
        watch: called while it works; asks it to end by True.

    Returns:
        The attempt as it stands in the register.

    Raises:
        OSError: when the register cannot be written.
    """
    document = _described(bench.register.slot(slot.key), slot)
    attempt = _begun(bench, slot, step, update)
    document["attempts"].append(attempt)
    if not update:
        document["state"] = "running"
    bench.register.keep(document)
    bench.journal.say("begun", attempt["id"], slot=slot.key, rung=step.rung, update=update)
    try:
        ended = _worked(bench, document, attempt, step, watch)
        _judge(attempt, ended, bench.station.store)
    except BogdaError as error:
        attempt |= {"outcome": "failed", "reason": str(error)}
    attempt["ended"] = written(bench.clock.now())
    attempt["inbox"] = newest_of_sources(bench.station.inbox)
    _settle(document, attempt)
    _tell(bench, attempt)
    bench.register.keep(document)
    return attempt


def _described(document: dict[str, Any], slot: Slot) -> dict[str, Any]:
    return document | {
        "day": slot.day.isoformat(), "name": slot.name, "chinese": slot.chinese, "english": slot.english,
        "start": written(slot.start), "done_by": written(slot.done_by), "deadline": written(slot.deadline),
    }  # fmt: skip


def _begun(bench: Bench, slot: Slot, step: Step, update: str) -> dict[str, Any]:
    now = bench.clock.now().astimezone(BEIJING)
    issued = (
        max(now.replace(minute=0, second=0, microsecond=0), slot.reference_time)
        if update
        else slot.reference_time
    )
    return {
        "id": f"{slot.key}-{uuid.uuid4().hex[:8]}", "rung": step.rung, "limit_s": round(step.limit_s),
        "reference_time": written(issued), "begun": written(now), "ended": None, "update": update,
    }  # fmt: skip


def _worked(
    bench: Bench, document: dict[str, Any], attempt: dict[str, Any], step: Step, watch: Callable[[], bool]
) -> Ended:
    station = bench.station
    events = events_file(bench.register.folder, attempt["id"])
    with contextlib.suppress(OSError):
        events.parent.mkdir(parents=True, exist_ok=True)
    options = (
        "--site", str(station.file), "--store", str(station.store), "--rung", step.rung, "--json",
        "--reference-time", attempt["reference_time"], "--minutes", f"{step.limit_s / 60:.2f}",
    )  # fmt: skip
    order = Order(
        (*station.worker, *options), step.limit_s, station.schedule.grace_s,
        {EVENTS: str(events), RUN: attempt["id"]},
    )  # fmt: skip

    def note(process: int) -> None:
        attempt["process"], attempt["process_start"] = process, start_of(process)
        bench.register.keep(document)

    return supervise(order, bench.clock, note, watch)


def events_file(folder: Path, attempt: str) -> Path:
    """Where the events of an attempt are told while it works."""
    return folder / "events" / f"{attempt}.jsonl"


def _judge(attempt: dict[str, Any], ended: Ended, store: Path) -> None:
    """A run counts as made when the worker says so and it lies whole in the store."""
    attempt["exit"] = ended.code
    answer = _answer(ended.out) if ended.outcome == "ended" and ended.code == 0 else {}
    run = Path(str(answer.get("run", "")))
    if answer and (read_json(run / "manifest.json") or {}).get("products"):
        relative = run.resolve()
        inside = relative.is_relative_to(store.resolve())
        told = str(relative.relative_to(store.resolve())) if inside else str(run)
        attempt |= {
            "outcome": "made",
            "run": told,
            "new": bool(answer.get("made")),
            "taken": answer.get("rung"),
        }
        return
    outcome = "failed" if ended.outcome == "ended" else ended.outcome
    said = "the worker named no whole run" if ended.code == 0 and ended.outcome == "ended" else ended.reason
    attempt |= {"outcome": outcome, "reason": said}


def _answer(out: str) -> dict[str, Any]:
    """The JSON that the worker printed, whether on one line or several."""
    for text in (out, *reversed(out.splitlines())):
        with contextlib.suppress(ValueError):
            found = json.loads(text)
            if isinstance(found, dict):
                return found
    return {}


def _settle(document: dict[str, Any], attempt: dict[str, Any]) -> None:
    if attempt["outcome"] == "made":
        document |= {
            "state": "made", "run": attempt["run"], "rung": attempt["rung"], "made_at": attempt["ended"],
            "taken": attempt["taken"],
        }  # fmt: skip
    elif not attempt["update"]:
        document["state"] = "waiting"


def _tell(bench: Bench, attempt: dict[str, Any]) -> None:
    """Move the events of the run into the log, and say how it went; a full disk is told and relieved."""
    file = events_file(bench.register.folder, attempt["id"])
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in file.read_text(encoding="utf-8").splitlines()[-_KEPT_EVENTS:]:
            with contextlib.suppress(ValueError):
                told = json.loads(line)
                bench.journal.say("worker", attempt["id"], told=told)
        file.unlink(missing_ok=True)
    if attempt["outcome"] != "made":
        with contextlib.suppress(OSError):
            if disk.free_mib(bench.station.store) < bench.station.retention.ballast_mib:
                freed = disk.give_up_ballast(bench.station.store)
                bench.journal.say("disk-full", attempt["id"], ballast_given_up=freed)
    facts = {name: attempt.get(name) for name in ("rung", "outcome", "reason")}
    bench.journal.say("ended", attempt["id"], folder=attempt.get("run"), **facts)
