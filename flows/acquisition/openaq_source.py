"""OpenAQ's public archive: one file for each location and day, asked for again until it is final."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from flows.acquisition.addresses import filled
from flows.acquisition.arrival import Allowance, Arrival
from flows.acquisition.configuration import OpenaqConfig
from flows.acquisition.cycles import absent_since
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.measured_checks import check_day
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.receiving import STOPS, gathered, held_files
from flows.acquisition.whole_files import Receiver
from foundation.times import DAY, day_of_hour, instant_of_day

__all__ = ["OpenaqSource"]

Part = tuple[int, np.datetime64]
"""A location and a day."""


class OpenaqSource:
    """Locations of OpenAQ that the site names."""

    provider = "openaq"

    def __init__(self, config: OpenaqConfig, inbox: Path) -> None:
        """Open; nobody is called."""
        self.config, self.name = config, config.name
        self.inbox = Inbox(inbox / config.name)
        self._receiver = Receiver(config, self.inbox)

    def held(self, hours: np.ndarray) -> Arrival:
        """What is here already; nobody is called."""
        held = self._held(hours)
        found = {self._path(part): one for part, one in held.items() if one is not None}
        return held_files(self.name, self._folder, found, (), len(held))

    def fetch(self, hours: np.ndarray, allowance: Allowance) -> Arrival:
        """Fetch the days of these hours that are not here or not final yet, the newest first."""
        held = self._held(hours)
        wanted = [part for part, one in reversed(held.items()) if one is None or not self._final(part, one)]

        def work(part: Part) -> Record:
            try:
                return self._fetched(part, allowance)
            except NotArrivedError as error:
                due = instant_of_day(part[1] + DAY)
                raise absent_since(error, due, self.config.late_within_h, allowance.moment) from error

        came, faults = gathered(work, wanted, self.config.at_once, STOPS)
        found = {self._path(part): one for part, one in (held | came).items() if one is not None}
        failures = [
            failure_of(self.name, (f"{part[0]} {part[1]}", f"站点 {part[0]} {part[1]} 监测"), fault)
            for part, fault in faults.items()
        ]
        self.inbox.prune(self.config.keep, tuple(found))
        return held_files(self.name, self._folder, found, failures, len(held))

    @property
    def _folder(self) -> Path:
        return self.inbox.folder / "days"

    def _path(self, part: Part) -> Path:
        return self._folder / f"{part[1]}-{part[0]}.csv.gz"

    def _held(self, hours: np.ndarray) -> dict[Part, Record | None]:
        days = [np.datetime64(str(day), "D") for day in np.unique(day_of_hour(hours))]
        parts = [(location, day) for day in days for location in self.config.locations]
        return {part: self.inbox.record(self._path(part)) for part in parts}

    def _final(self, part: Part, record: Record) -> bool:
        settled = np.timedelta64(round(3600 * self.config.final_after_h), "s")
        return bool(record.arrived >= instant_of_day(part[1] + DAY) + settled)

    def _fetched(self, part: Part, allowance: Allowance) -> Record:
        location, day = part
        date = dt.date.fromisoformat(str(day))
        urls = [filled(one, {"location": location, "day": date}) for one in self.config.urls]
        largest = self.config.bounds.largest_mib
        return self._receiver.receive(
            urls, self._path(part), lambda path: check_day(path, day, largest), allowance
        )
