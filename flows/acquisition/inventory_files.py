"""Updates of the inventory that others put into a folder or on a server: the newest is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival, Failure
from flows.acquisition.configuration import InventoryFilesConfig
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.inventory_checks import check_inventory
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.shelf_files import ShelfFiles, shelf_of
from flows.acquisition.shelves import settled

__all__ = ["InventoryFiles"]


class InventoryFiles:
    """A folder into which its owner puts one update after the other."""

    def __init__(self, config: InventoryFilesConfig, inbox: Path) -> None:
        """Open; nothing is looked at."""
        self.config, self.name, self.holds = config, config.name, config.holds
        self.inbox = Inbox(inbox / config.name)
        self._shelf = shelf_of(config, config.path, config.bounds)
        self._files = ShelfFiles(config, self.inbox, self._shelf)

    def held(self) -> Arrival:
        """What is here already; nobody is called."""
        return self._arrival(())

    def fetch(self, allowance: Allowance) -> Arrival:
        """Take the newest that has settled; an older one is used while it does not pass its checks."""
        failures, largest = list[Failure](), self.config.bounds.largest_mib
        try:
            with self._shelf.opened(allowance.ends):
                ready, _, there = settled(self._shelf, self.config.pattern, self.config, allowance.ends)
                for name, seen in sorted(ready.items(), key=lambda one: one[1].changed, reverse=True):
                    try:
                        self._files.take(
                            (name, seen, there), self.inbox.folder / name,
                            lambda path: check_inventory(path, self.holds, largest), allowance,
                        )  # fmt: skip
                        break
                    except NotArrivedError as error:
                        failures.append(failure_of(self.name, (name, name), error))
                if not ready:
                    raise NotArrivedError("missing", "目录中没有清单文件", "there is no such file")
        except NotArrivedError as error:
            failures.append(failure_of(self.name, (self.holds, self.config.chinese), error))
        arrival = self._arrival(failures)
        self.inbox.prune(self.config.keep, arrival.files)
        return arrival

    def _arrival(self, failures: Sequence[Failure]) -> Arrival:
        found = sorted(self.inbox.files(), key=lambda one: _changed(one[1]))
        if not found:
            return Arrival(self.name, self.inbox.folder, (), tuple(failures), complete=False, newest=None)
        path, record = found[-1]
        newest = np.datetime64(round(_changed(record)) * 10**9, "ns")
        return Arrival(self.name, self.inbox.folder, (path,), tuple(failures), not failures, newest)


def _changed(record: Record) -> float:
    """When its owner changed it, seconds since 1970."""
    return float(record.facts["what"].rpartition("-")[2])
