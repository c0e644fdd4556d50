"""What is due now is done, one thing at a time; to be called again and again, by anybody, safely."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flows.ladder.circumstances import RUNGS
from flows.operations import dangers, disk, jobs, slots
from flows.operations.alarms import Alarms
from flows.operations.arrivals import newest_of_sources
from flows.operations.attempt import Bench, make
from flows.operations.clock import Clock, written
from flows.operations.handing_on import hand_on
from flows.operations.journal import Journal
from flows.operations.lock import alone, holder
from flows.operations.looking import look
from flows.operations.register import Register
from flows.operations.rungs import Step, may_update, next_step
from flows.operations.slots import Slot
from flows.operations.station import Station
from flows.operations.worker import end_left_over
from foundation.leftovers import is_alive

_WATCH_S = 10.0


@dataclass(frozen=True)
class Looked:
    """What a look came to.

    Attributes:
        state: `worked`; `idle` where nothing was due; `busy` where another process is at it; `out-of-reach`
            where the store is.
        detail: one line.
    """

    state: str
    detail: str = ""


class Attendant:
    """Attends to the forecasts of a site.

    Args:
        station: whose.
        clock: time.
        told_to_end: asked while work is under way; True ends it.
    """

    def __init__(
        self, station: Station, clock: Clock, told_to_end: Callable[[], bool] = lambda: False
    ) -> None:
        """Read nothing yet."""
        self.register = Register(station.store)
        journal = Journal(self.register.folder, clock)
        self.bench = Bench(station, clock, self.register, journal)
        self.alarms = Alarms(station, clock, journal)
        self._station, self._clock, self._told_to_end = station, clock, told_to_end
        self._watched_at = clock.now()

    def attend(self) -> Looked:
        """Do the most urgent thing that is due, if anything is."""
        try:
            if not self._station.store.is_dir():
                raise FileNotFoundError(2, "No such file or directory", str(self._station.store))
            with alone(self.register.folder) as taken:
                if not taken:
                    other = holder(self.register.folder) or 0
                    return Looked("busy", f"another process ({other}) is at work on {self._station.store}")
                looked = self._looked()
                self.watch()
                return looked
        except OSError as error:
            return self._out_of_reach(error)

    def until_idle(self, told: Callable[[str], None]) -> Looked:
        """Look until nothing more is due, and wait for alarms under way; each thing done is told."""
        looked = self.attend()
        while looked.state == "worked" and not self._told_to_end():
            told(looked.detail)
            looked = self.attend()
        self.alarms.wait(60.0)
        return looked

    def watch(self) -> None:
        """Raise what alarms there are to raise; cheap, and safe while work is under way."""
        for alarm in dangers.found(self._station, self.register, self._clock.now()):
            self.alarms.raise_once(alarm)

    def _looked(self) -> Looked:
        self._recover()
        now = self._clock.now()
        for slot in slots.due(self._station.schedule, now):
            document = self.register.slot(slot.key)
            if document["state"] != "made":
                step = next_step(slot, document["attempts"], self._station.schedule, now)
                if step.not_before is None or step.not_before <= now:
                    return self._made(slot, step)
        return self._afterwards(now)

    def _afterwards(self, now: dt.datetime) -> Looked:
        """Products stand: hand them on, make them again from what arrived, then the work of other hours."""
        for slot in slots.due(self._station.schedule, now):
            document = self.register.slot(slot.key)
            if hand_on(self.bench, self.alarms, slot, document):
                return Looked("worked", f"{slot.key} handed on")
            reason = self._reason_to_update(slot, document)
            if reason:
                left = (slot.done_by - now).total_seconds()
                return self._made(slot, Step(RUNGS[0], left), reason)
        if look(self.bench, self._told_to_end):
            return Looked("worked", "sources were asked")
        done = jobs.do_next(self.bench, self._told_to_end)
        if done:
            return Looked("worked", done)
        station = self._station
        disk.keep_ballast(station.store, station.retention.ballast_mib, station.alarms.free_mib)
        return Looked("idle")

    def _reason_to_update(self, slot: Slot, document: dict[str, Any]) -> str:
        if not may_update(document, slot, self._station.schedule, self._clock.now()):
            return ""
        seen: dict[str, float] = document["attempts"][-1].get("inbox", {})
        held = newest_of_sources(self._station.inbox)
        arrived = [name for name, time in held.items() if time > seen.get(name, 0.0)]
        if arrived:
            return f"arrived: {', '.join(arrived)}"
        return "" if document["rung"] == RUNGS[0] else f"made at rung {document['rung']}"

    def _made(self, slot: Slot, step: Step, update: str = "") -> Looked:
        attempt = make(self.bench, slot, step, update, self._watched)
        if attempt["outcome"] != "made":
            self.bench.journal.say("swept", attempt["id"], names=disk.sweep(self._station.store))
        if attempt["outcome"] != "made" and not self._told_to_end():
            self.alarms.raise_once(dangers.failed_attempt(slot, attempt))
        return Looked("worked", f"{slot.key} {attempt['rung']} {attempt['outcome']}")

    def _watched(self) -> bool:
        """Called often while work is under way; alarms need a look every few seconds only."""
        if (self._clock.now() - self._watched_at).total_seconds() >= _WATCH_S:
            self._watched_at = self._clock.now()
            with contextlib.suppress(OSError):
                self.watch()
        return self._told_to_end()

    def _recover(self) -> None:
        """End what a dead scheduler left running, write it down as lost, clear half-written runs."""
        lost = False
        for document in self.register.running():
            attempt = document["attempts"][-1]
            process = int(attempt.get("process", 0))
            if process and is_alive(process, str(attempt.get("process_start"))):
                end_left_over(process, self._station.schedule.grace_s, self._clock)
            attempt |= {
                "ended": written(self._clock.now()), "outcome": "lost",
                "reason": "the scheduler ended while it worked",
            }  # fmt: skip
            if document["state"] == "running":
                document["state"] = "waiting"
            self.bench.journal.say("lost", attempt["id"], slot=document["slot"])
            self.register.keep(document)
            lost = True
        if lost:
            self.bench.journal.say("swept", names=disk.sweep(self._station.store))
        self._miss()

    def _miss(self) -> None:
        """Write down which of the last days' slots went by without a product."""
        now, first = self._clock.now(), self._first_day()
        for slot in slots.begun(self._station.schedule, now):
            document = self.register.slot(slot.key)
            if slot.useful_until <= now and document["state"] == "waiting" and slot.day >= first:
                told = document | {"state": "missed", "day": slot.day.isoformat(), "name": slot.name}
                self.register.keep(told | {"start": written(slot.start), "ended": written(now)})
                self.bench.journal.say("missed", slot=slot.key)

    def _first_day(self) -> dt.date:
        """The day on which this store was first attended to; slots before it were not missed."""
        file = self.register.folder / "since"
        with contextlib.suppress(OSError, ValueError):
            return dt.date.fromisoformat(file.read_text(encoding="ascii").strip())
        today = self._clock.now().date()
        file.write_text(today.isoformat(), encoding="ascii")
        return today

    def _out_of_reach(self, error: OSError) -> Looked:
        """The store went away, cannot be written, or is full; then the ballast goes, for the next look."""
        detail = f"{self._station.store}: {error.strerror or error}"
        if error.errno == errno.ENOSPC:
            freed = disk.give_up_ballast(self._station.store)
            self.bench.journal.say("disk-full", ballast_given_up=freed)
        self.alarms.raise_once(dangers.out_of_reach(self._clock.now(), detail))
        return Looked("out-of-reach", detail)
