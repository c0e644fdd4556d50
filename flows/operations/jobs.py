"""Retraining and verification in their own hours, out of the way of every forecast."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from flows.operations import slots
from flows.operations.attempt import Bench
from flows.operations.clock import BEIJING, read, written
from flows.operations.commands import ran
from flows.operations.register import read_json, write_json
from flows.operations.station import Station
from flows.site.timetable import JobConfig

_MARGIN = dt.timedelta(minutes=5)
_AGAIN = dt.timedelta(minutes=20)
_TRIES, _NICE = 3, 10
_PLACES = re.compile(r"\{(store|today|day-(\d{1,4}))\}")


def do_next(bench: Bench, told_to_end: Callable[[], bool]) -> str:
    """Do the next job whose hour has come; says what was done, nothing where none is due.

    A job ends five minutes before the next forecast begins, wherever it is; it is tried three times a day.
    """
    schedule, retention = bench.station.schedule, retention_job(bench.station)
    for name, job in (
        ("verification", schedule.verification),
        ("learning", schedule.learning),
        ("retention", retention),
    ):
        if job is not None and (ends := _until(bench, job)) is not None and _is_open(bench, name):
            return _done(bench, name, job, ends, told_to_end)
    return ""


def retention_job(station: Station) -> JobConfig | None:
    """Pruning once a day, where the site's file asks for it."""
    asked = station.retention
    bounds = (("--days", asked.days), ("--keep", asked.runs), ("--gib", asked.gib))
    given = [word for name, bound in bounds if bound is not None for word in (name, str(bound))]
    if not asked.automatic or not given:
        return None
    settings = station.deliver.settings
    record = () if settings is None else ("--settings", str(settings))
    words = ("runs", "prune", "--store", "{store}", *given, *record, "--yes")
    return JobConfig(start="00:00", done_by="23:59", commands=(words,))


def _until(bench: Bench, job: JobConfig) -> dt.datetime | None:
    now = bench.clock.now()
    window = slots.job_window(job, now)
    if window is None:
        return None
    ends = min(window[1], slots.following(bench.station.schedule, now).start - _MARGIN)
    return ends if ends - now >= _MARGIN else None


def _document(bench: Bench, name: str) -> dict[str, Any]:
    day = bench.clock.now().astimezone(BEIJING).date().isoformat()
    file = bench.register.folder / "jobs" / f"{day}-{name}.json"
    return read_json(file) or {"job": f"{day}-{name}", "day": day, "tries": 0, "done": False}


def _is_open(bench: Bench, name: str) -> bool:
    document = _document(bench, name)
    if document["done"] or document["tries"] >= _TRIES:
        return False
    ended = document.get("ended") or document.get("begun")
    return ended is None or bench.clock.now() - read(ended) >= _AGAIN


def _done(bench: Bench, name: str, job: JobConfig, ends: dt.datetime, told_to_end: Callable[[], bool]) -> str:
    document = _document(bench, name)
    file = bench.register.folder / "jobs" / f"{document['job']}.json"
    now = bench.clock.now()
    document |= {"tries": document["tries"] + 1, "begun": written(now), "ended": None, "reason": ""}
    write_json(file, document)
    for words in job.commands:
        left = (ends - bench.clock.now()).total_seconds()
        command = filled(words, str(bench.station.store), now.date())
        reason = ran(bench, command, left, told_to_end, niceness=_NICE)
        if reason:
            document["reason"] = f"{' '.join(words[:2])}: {reason}"
            break
    document |= {"ended": written(bench.clock.now()), "done": not document["reason"]}
    write_json(file, document)
    bench.journal.say("job", job=document["job"], done=document["done"], reason=document["reason"])
    return f"{document['job']} {'done' if document['done'] else document['reason']}"


def filled(words: tuple[str, ...], store: str, today: dt.date) -> tuple[str, ...]:
    """A command with `{store}`, `{today}` and `{day-N}` filled in."""

    def place(found: re.Match[str]) -> str:
        if found[1] == "store":
            return store
        return (today - dt.timedelta(days=int(found[2] or 0))).isoformat()

    return tuple(_PLACES.sub(place, word) for word in words)
