"""Updates of the inventory under one address: the newest is asked for by its validator."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from pathlib import Path

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival, Failure
from flows.acquisition.configuration import InventoryHttpConfig
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.inventory_checks import check_inventory
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.whole_files import Receiver

__all__ = ["InventoryHttp"]

_NAMES = {"inventory": "inventory.nc", "monitoring": "monitoring.csv"}


class InventoryHttp:
    """One file that its owner replaces from time to time."""

    def __init__(self, config: InventoryHttpConfig, inbox: Path) -> None:
        """Open; nobody is called."""
        self.config, self.name, self.holds = config, config.name, config.holds
        self.inbox = Inbox(inbox / config.name)
        self._receiver = Receiver(config, self.inbox)
        self._path = self.inbox.folder / _NAMES[config.holds]

    def held(self) -> Arrival:
        """What is here already; nobody is called."""
        return self._arrival(self.inbox.record(self._path), ())

    def fetch(self, allowance: Allowance) -> Arrival:
        """Fetch it if it is another one than that which is here; that one stays when it does not come."""
        largest = self.config.bounds.largest_mib
        try:
            record = self._receiver.receive(
                [self.config.url],
                self._path,
                lambda path: check_inventory(path, self.holds, largest),
                allowance,
            )
        except NotArrivedError as error:
            told = failure_of(self.name, (self.holds, self.config.chinese), error)
            return self._arrival(self.inbox.record(self._path), (told,))
        return self._arrival(record, ())

    def _arrival(self, record: Record | None, failures: tuple[Failure, ...]) -> Arrival:
        if record is None:
            return Arrival(self.name, self.inbox.folder, (), failures, complete=False, newest=None)
        newest = _changed(record)
        return Arrival(
            self.name, self.inbox.folder, (self._path,), failures, complete=not failures, newest=newest
        )


def _changed(record: Record) -> np.datetime64:
    """When its owner changed it; when it came where that is not known."""
    try:
        moment = parsedate_to_datetime(record.facts.get("modified", ""))
    except ValueError:
        return record.arrived
    return np.datetime64(int(moment.timestamp() * 10**9), "ns")
