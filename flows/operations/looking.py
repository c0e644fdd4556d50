"""Asking the sources between runs whether something came, so that a late cycle can make an update."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flows.operations import slots
from flows.operations.attempt import Bench
from flows.operations.clock import read, written
from flows.operations.commands import ran
from flows.operations.register import read_json, write_json
from flows.operations.rungs import may_update

_LONGEST = dt.timedelta(minutes=10)
_MARGIN = dt.timedelta(minutes=2)
_LOOK = "look.json"


def look(bench: Bench, told_to_end: Callable[[], bool]) -> bool:
    """Fetch what the site names, where a slot could be made again from it; whether it was tried.

    What it fetches lies in the inbox; the next look of the attendant finds it there.
    """
    now, station = bench.clock.now(), bench.station
    every = station.schedule.look_every_minutes
    begins = slots.following(station.schedule, now).start - _MARGIN
    if not station.asks or every == 0 or begins <= now or not _of_use(bench, now):
        return False
    file = bench.register.folder / _LOOK
    last = read_json(file)
    if last is not None and now - read(last["begun"]) < dt.timedelta(minutes=every):
        return False
    write_json(file, {"begun": written(now)})
    words = ("fetch", "--site", station.file, "--store", str(station.store), "--json")
    reason = ran(bench, words, min(_LONGEST, begins - now).total_seconds(), told_to_end)
    bench.journal.say("looked", reason=reason)
    return True


def _of_use(bench: Bench, now: dt.datetime) -> bool:
    schedule = bench.station.schedule
    found = slots.due(schedule, now)
    return any(may_update(bench.register.slot(slot.key), slot, schedule, now) for slot in found)
