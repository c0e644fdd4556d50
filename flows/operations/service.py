"""The service that stays: looks at what is due again and again, answers for its state, and ends in order."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from flows.operations.attend import Attendant
from flows.operations.clock import Clock, written
from flows.operations.endpoint import serve_status
from flows.operations.lock import SERVICE, alone, holder
from flows.operations.register import operations_folder, read_json, write_json
from flows.operations.slots import due, following
from flows.operations.station import Station
from flows.operations.status import SITE, status_of
from foundation.errors import RunError

_LATE = dt.timedelta(seconds=90)
"""So long a timer may take to begin a slot; then the service begins it itself."""


class Timer(Protocol):
    """What calls the attendant at the hours of the schedule, beside this service."""

    name: str

    def fault(self) -> str:
        """Why it does not work; empty where it does."""
        ...


class ClockTimer:
    """No timer beside: the service's own clock does all."""

    name = "clock"

    def fault(self) -> str:
        """Nothing can be wrong with it."""
        return ""

    def close(self) -> None:
        """Nothing is to be ended."""


class Service:
    """Attends until told to end.

    Args:
        station: whose forecasts.
        clock: time.
        timer: who else begins the slots.
    """

    def __init__(self, station: Station, clock: Clock, timer: Timer) -> None:
        """Begin nothing yet."""
        self._station, self._clock, self._timer = station, clock, timer
        self._over = threading.Event()
        self._folder = operations_folder(station.store)
        self._told: dict[str, Any] = {}
        self.attendant = Attendant(station, clock, self._over.is_set)

    def run(self, looks: int | None = None) -> None:
        """Attend until told to end.

        Args:
            looks: so many looks at most; None without end.

        Raises:
            RunError: when the schedule of this store runs already, or its folder cannot be written.
        """
        with self._only_one(), self._listening(), ending_in_order(self._over):
            self._begin()
            count = 0
            while not self._over.is_set() and (looks is None or count < looks):
                self._look()
                count += 1
        self.attendant.bench.journal.say("service-ended")

    def end(self) -> None:
        """Stop after what is under way was asked to end."""
        self._over.set()

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        try:
            with alone(self._folder, SERVICE) as taken:
                if not taken:
                    raise RunError(
                        f"the schedule runs already, in process {holder(self._folder, SERVICE)}",
                        where=str(self._station.store),
                        remedy="One schedule serves a store; end the other first",
                    )  # fmt: skip
                yield
        except OSError as error:
            raise RunError(
                f"cannot write: {error.strerror or error}", where=str(self._folder),
                remedy="Check that the store is there, may be written and has space",
            ) from error  # fmt: skip

    @contextmanager
    def _listening(self) -> Iterator[None]:
        status = self._station.status
        if status.port == 0:
            yield
            return
        store = self._station.store
        server = serve_status(status.host, status.port, lambda: status_of(store, self._clock.now()))
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()

    def _begin(self) -> None:
        now = self._clock.now()
        self._told = {"since": written(now), "timer": self._timer.name, "degraded": ""}
        write_json(self._folder / SITE, site_document(self._station, now, self._folder))
        self.attendant.bench.journal.say("service-began", timer=self._timer.name, process=os.getpid())

    def _look(self) -> None:
        fault = self._timer.fault()
        if fault != self._told["degraded"]:
            self.attendant.bench.journal.say("timer", degraded=fault)
            self._told["degraded"] = fault
        looked = None
        if fault or self._timer.name == "clock" or not self._left_to_timer():
            looked = self.attendant.attend()
        self._told["looked"] = written(self._clock.now())
        with contextlib.suppress(OSError):
            write_json(self._folder / "service.json", self._told)
        if looked is None or looked.state != "worked":
            self._pause()

    def _left_to_timer(self) -> bool:
        """Whether a slot has just begun, which the timer is about to take."""
        now = self._clock.now()
        return any(now - slot.start < _LATE for slot in due(self._station.schedule, now)[:1])

    def _pause(self) -> None:
        """Until the next look, and no longer than until the next slot begins."""
        now = self._clock.now()
        until = (following(self._station.schedule, now).start - now).total_seconds()
        left = max(min(self._station.schedule.every_s, until), 0.5)
        while left > 0 and not self._over.is_set():
            self._clock.sleep(min(left, 1.0))
            left -= 1.0


def site_document(station: Station, now: dt.datetime, folder: Path) -> dict[str, Any]:
    """What `bogda status` must know of the site without its file."""
    deadline = station.schedule.deadline
    slots = [
        slot.model_dump(include={"name", "start", "done_by", "chinese", "english"})
        for slot in station.schedule.slots
    ]
    before = read_json(folder / SITE) or {}
    return {
        "name": station.name, "chinese": station.chinese, "english": station.english,
        "file": station.file, "inbox": str(station.inbox),
        "free_mib": station.alarms.free_mib, "since": before.get("since") or written(now),
        "slots": [slot | {"deadline": deadline} for slot in slots],
    }  # fmt: skip


@contextmanager
def ending_in_order(over: threading.Event) -> Iterator[None]:
    """SIGTERM, SIGHUP and SIGINT set an event, by which the worker is ended first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {kind: signal.signal(kind, lambda *_: over.set()) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
