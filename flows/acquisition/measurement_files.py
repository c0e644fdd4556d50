"""Measurements that others put into a folder or on a server, such as the bureau's own stations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival, Failure
from flows.acquisition.configuration import MeasurementFilesConfig
from flows.acquisition.cycles import absent_since
from flows.acquisition.inbox import Inbox
from flows.acquisition.measured_checks import check_measured
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.receiving import held_files
from flows.acquisition.shelf_files import ShelfFiles, shelf_of
from flows.acquisition.shelves import settled
from foundation.times import HOUR, shown

__all__ = ["MeasurementFiles"]


class MeasurementFiles:
    """Files of any hours; complete when the newest hour wanted is among them."""

    def __init__(self, config: MeasurementFilesConfig, inbox: Path) -> None:
        """Open; nothing is looked at."""
        self.config, self.name, self.provider = config, config.name, config.provider
        self.inbox = Inbox(inbox / config.name)
        self._shelf = shelf_of(config, config.path, config.bounds)
        self._files = ShelfFiles(config, self.inbox, self._shelf)

    def held(self, hours: np.ndarray) -> Arrival:
        """What is here already; nobody is called."""
        return self._arrival(hours, ())

    def fetch(self, hours: np.ndarray, allowance: Allowance) -> Arrival:
        """Take files that have settled and are not here yet, or are others than those here."""
        largest, failures = self.config.bounds.largest_mib, list[Failure]()

        def check(path: Path) -> np.datetime64:
            newest = check_measured(path, self.provider, largest)
            if newest > allowance.moment + HOUR:
                raise NotArrivedError(
                    "wrong-time",
                    f"文件内时间为 {shown(newest)}，晚于现在",
                    f"speaks of {shown(newest)} Beijing time, to come",
                )
            return newest

        try:
            with self._shelf.opened(allowance.ends):
                ready, unsettled, there = settled(
                    self._shelf, self.config.pattern, self.config, allowance.ends
                )
                wait = NotArrivedError("late", "文件仍在写入", "the file is still being written")
                failures += [failure_of(self.name, (name, name), wait) for name in unsettled]
                for name, seen in sorted(ready.items()):
                    try:
                        self._files.take((name, seen, there), self._folder / name, check, allowance)
                    except NotArrivedError as error:
                        failures.append(failure_of(self.name, (name, name), error))
        except NotArrivedError as error:
            failures.append(failure_of(self.name, (self.config.path, self.config.chinese), error))
        arrival = self._arrival(hours, failures)
        if not failures and not arrival.complete:
            arrival = self._arrival(hours, (self._behind(hours, allowance),))
        self.inbox.prune(self.config.keep, arrival.files)
        return arrival

    @property
    def _folder(self) -> Path:
        return self.inbox.folder / "files"

    def _arrival(self, hours: np.ndarray, failures: Sequence[Failure]) -> Arrival:
        found = dict(Inbox(self._folder).files())
        held = held_files(self.name, self._folder, found, failures, len(found))
        wanted = np.asarray(hours, "datetime64[ns]")
        complete = not failures and held.newest is not None and bool((held.newest >= wanted).all())
        return Arrival(self.name, self._folder, held.files, tuple(failures), complete, held.newest)

    def _behind(self, hours: np.ndarray, allowance: Allowance) -> Failure:
        last = np.datetime64(np.asarray(hours, "datetime64[ns]").max(), "ns")
        fault = NotArrivedError("missing", "没有该时次的数据", "no values of this hour")
        told = absent_since(fault, last, self.config.late_within_h, allowance.moment)
        return failure_of(self.name, (str(last), f"{shown(last)}（北京时）监测"), told)
