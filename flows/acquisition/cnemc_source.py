"""Hourly measurements in CNEMC's layout, one file an hour, kept in an archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from flows.acquisition.addresses import filled, times_of_hour
from flows.acquisition.arrival import Allowance, Arrival
from flows.acquisition.configuration import CnemcConfig
from flows.acquisition.cycles import absent_since
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.measured_checks import check_hour
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.receiving import STOPS, gathered, held_files
from flows.acquisition.whole_files import Receiver
from foundation.times import shown, stamp

__all__ = ["CnemcSource"]


class CnemcSource:
    """Hours of the national network from an address that the site names."""

    provider = "cnemc"

    def __init__(self, config: CnemcConfig, inbox: Path) -> None:
        """Open; nobody is called."""
        self.config, self.name = config, config.name
        self.inbox = Inbox(inbox / config.name)
        self._receiver = Receiver(config, self.inbox)

    def held(self, hours: np.ndarray) -> Arrival:
        """What is here already; nobody is called."""
        held = self._held(hours)
        found = {self._path(hour): one for hour, one in held.items() if one is not None}
        return held_files(self.name, self._folder, found, (), len(held))

    def fetch(self, hours: np.ndarray, allowance: Allowance) -> Arrival:
        """Fetch the hours that are not here yet, the newest first."""
        held = self._held(hours)
        wanted = [hour for hour, one in reversed(held.items()) if one is None and hour <= allowance.moment]

        def work(hour: np.datetime64) -> Record:
            try:
                return self._fetched(hour, allowance)
            except NotArrivedError as error:
                raise absent_since(error, hour, self.config.late_within_h, allowance.moment) from error

        came, faults = gathered(work, wanted, self.config.at_once, STOPS)
        found = {self._path(hour): one for hour, one in (held | came).items() if one is not None}
        failures = [
            failure_of(self.name, (stamp(hour), f"{shown(hour)}（北京时）监测"), fault)
            for hour, fault in faults.items()
        ]
        self.inbox.prune(self.config.keep, tuple(found))
        return held_files(self.name, self._folder, found, failures, len(held))

    @property
    def _folder(self) -> Path:
        return self.inbox.folder / "hours"

    def _path(self, hour: np.datetime64) -> Path:
        return self._folder / f"{stamp(hour)}.csv"

    def _held(self, hours: np.ndarray) -> dict[np.datetime64, Record | None]:
        asked = [
            np.datetime64(int(hour), "ns")
            for hour in np.unique(np.asarray(hours, "datetime64[ns]")).astype(int)
        ]
        return {hour: self.inbox.record(self._path(hour)) for hour in asked}

    def _fetched(self, hour: np.datetime64, allowance: Allowance) -> Record:
        urls = [filled(template, times_of_hour(hour)) for template in self.config.urls]
        least, largest = self.config.least_stations, self.config.bounds.largest_mib
        return self._receiver.receive(
            urls, self._path(hour), lambda path: check_hour(path, hour, least, largest), allowance
        )
