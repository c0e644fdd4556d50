"""Measurements that come in parts of fixed extent, such as hours, each from an address of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival
from flows.acquisition.configuration import CnemcConfig, OpenaqConfig
from flows.acquisition.cycles import absent_since
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.receiving import STOPS, gathered, held_files
from flows.acquisition.whole_files import Receiver

__all__ = ["MeasuredParts"]

Part = TypeVar("Part")
Of = TypeVar("Of", CnemcConfig, OpenaqConfig)


class MeasuredParts(ABC, Generic[Part, Of]):
    """A source whose archive has one file for each part."""

    shelf: str
    """Folder of its files in the inbox."""

    def __init__(self, config: Of, inbox: Path) -> None:
        """Open; nobody is called."""
        self.config: Of = config
        self.name = config.name
        self.inbox = Inbox(inbox / config.name)
        self.receiver = Receiver(config, self.inbox)

    def held(self, hours: np.ndarray) -> Arrival:
        """What is here already; nobody is called."""
        held = self.parts(hours)
        return held_files(self.name, self.folder, self._found(held), (), len(held))

    def fetch(self, hours: np.ndarray, allowance: Allowance) -> Arrival:
        """Fetch the parts of these hours that are not here or not final yet, the newest first."""
        held = self.parts(hours)
        wanted = [part for part, one in reversed(held.items()) if self.wants(part, one, allowance.moment)]

        def work(part: Part) -> Record:
            try:
                return self.fetched(part, allowance)
            except NotArrivedError as error:
                late = self.config.late_within_h
                raise absent_since(error, self.due(part), late, allowance.moment) from error

        came, faults = gathered(work, wanted, self.config.at_once, STOPS)
        found = self._found(held | came)
        failures = [failure_of(self.name, self.told(part), fault) for part, fault in faults.items()]
        self.inbox.prune(self.config.keep, tuple(found))
        return held_files(self.name, self.folder, found, failures, len(held))

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.inbox.folder / self.shelf

    def _found(self, held: Mapping[Part, Record | None]) -> dict[Path, Record]:
        return {self.path(part): one for part, one in held.items() if one is not None}

    @abstractmethod
    def parts(self, hours: np.ndarray) -> dict[Part, Record | None]:
        """The parts that hold some hours, the oldest first, with the record of what is here of each."""

    @abstractmethod
    def path(self, part: Part) -> Path:
        """Its file."""

    @abstractmethod
    def wants(self, part: Part, record: Record | None, moment: np.datetime64) -> bool:
        """Whether a part is to be fetched at a moment, UTC."""

    @abstractmethod
    def due(self, part: Part) -> np.datetime64:
        """When it can be there at the earliest, UTC."""

    @abstractmethod
    def told(self, part: Part) -> tuple[str, str]:
        """What it is called in a failure, in English and in Chinese."""

    @abstractmethod
    def fetched(self, part: Part, allowance: Allowance) -> Record:
        """Fetch it.

        Raises:
            NotArrivedError: when it did not come whole.
        """
