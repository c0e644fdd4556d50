"""Weather files that others put into a folder or on a server, such as WRF output."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from flows.acquisition.addresses import filled, times_of_cycle
from flows.acquisition.arrival import Allowance, Arrival, Failure, WeatherWish
from flows.acquisition.configuration import WeatherFilesConfig
from flows.acquisition.cycles import cycles_before, late_or_missing, shown_cycle
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.receiving import held_files
from flows.acquisition.shelf_files import ShelfFiles, shelf_of
from flows.acquisition.shelves import settled
from flows.acquisition.weather_times import check_weather_file
from foundation.times import HOUR, stamp

__all__ = ["WeatherFiles"]


class WeatherFiles:
    """Cycles whose files others write; each cycle's are copied into a folder of the inbox."""

    def __init__(self, config: WeatherFilesConfig, inbox: Path) -> None:
        """Open; nothing is looked at."""
        self.config, self.name, self.kind = config, config.name, config.holds
        self.inbox = Inbox(inbox / config.name)

    def cycles(self, before: np.datetime64, count: int) -> tuple[np.datetime64, ...]:
        """Beginnings of the cycles that should be there by a time, UTC, newest first."""
        return cycles_before(self.config, before, count)

    def held(self, cycle: np.datetime64, wish: WeatherWish) -> Arrival:
        """What is here already; nobody is called."""
        return self._arrival(cycle, wish, ())

    def fetch(self, cycle: np.datetime64, wish: WeatherWish, allowance: Allowance) -> Arrival:
        """Take the files of a cycle that have settled and are not here yet."""
        failures: list[Failure] = []

        def fail(item: str, error: NotArrivedError) -> None:
            told = late_or_missing(error, cycle, self.config, allowance.moment)
            utc, beijing = shown_cycle(cycle)
            failures.append(
                failure_of(self.name, (f"{utc} {item}".strip(), f"{beijing} {item}".strip()), told)
            )

        times = times_of_cycle(cycle)
        shelf = shelf_of(self.config, filled(self.config.path, times), self.config.bounds)
        files = ShelfFiles(self.config, self.inbox, shelf)
        try:
            with shelf.opened(allowance.ends):
                ready, unsettled, there = settled(
                    shelf, filled(self.config.pattern, times), self.config, allowance.ends
                )
                for name in unsettled:
                    fail(name, NotArrivedError("late", "文件仍在写入", "the file is still being written"))
                for name, seen in sorted(ready.items()):
                    try:
                        files.take(
                            (name, seen, there), self._folder(cycle) / name,
                            lambda path: check_weather_file(path, self.kind, cycle), allowance,
                        )  # fmt: skip
                    except NotArrivedError as error:
                        fail(name, error)
        except NotArrivedError as error:
            no_folder = error.code == "unreachable" and "{" in self.config.path
            fail("", error.again("missing") if no_folder else error)
        arrival = self._arrival(cycle, wish, failures)
        if not failures and not arrival.complete:
            fail("", _short(arrival))
            arrival = self._arrival(cycle, wish, failures)
        self.inbox.prune(self.config.keep, arrival.files)
        return arrival

    def _folder(self, cycle: np.datetime64) -> Path:
        return self.inbox.folder / stamp(cycle)

    def _arrival(self, cycle: np.datetime64, wish: WeatherWish, failures: Sequence[Failure]) -> Arrival:
        """What is here of a cycle; it is complete when it reaches to the last lead time wanted."""
        folder, pattern = self._folder(cycle), filled(self.config.pattern, times_of_cycle(cycle))
        found: dict[Path, Record] = {
            path: one for path, one in Inbox(folder).files() if fnmatch.fnmatchcase(path.name, pattern)
        }
        held = held_files(self.name, folder, found, failures, len(found))
        last = cycle + max(wish.leads_h, default=0) * HOUR
        complete = not failures and held.newest is not None and bool(held.newest >= last)
        return Arrival(self.name, folder, held.files, tuple(failures), complete, held.newest)


def _short(arrival: Arrival) -> NotArrivedError:
    if arrival.newest is None:
        return NotArrivedError("missing", "没有该时次的文件", "no file of this cycle")
    return NotArrivedError(
        "missing", f"只到 {stamp(arrival.newest)}", f"reaches to {stamp(arrival.newest)} only"
    )
