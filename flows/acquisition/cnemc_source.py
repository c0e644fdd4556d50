"""Hourly measurements in CNEMC's layout, one file an hour, kept in an archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from flows.acquisition.addresses import filled, times_of_hour
from flows.acquisition.arrival import Allowance
from flows.acquisition.configuration import CnemcConfig
from flows.acquisition.inbox import Record
from flows.acquisition.measured_checks import check_hour
from flows.acquisition.measured_parts import MeasuredParts
from foundation.times import shown, stamp

__all__ = ["CnemcSource"]


class CnemcSource(MeasuredParts[np.datetime64, CnemcConfig]):
    """Hours of the national network from an address that the site names."""

    provider, shelf = "cnemc", "hours"

    def parts(self, hours: np.ndarray) -> dict[np.datetime64, Record | None]:
        """The hours themselves, by their ends."""
        asked = [
            np.datetime64(int(hour), "ns")
            for hour in np.unique(np.asarray(hours, "datetime64[ns]")).astype(int)
        ]
        return {hour: self.inbox.record(self.path(hour)) for hour in asked}

    def path(self, part: np.datetime64) -> Path:
        """Its file."""
        return self.folder / f"{stamp(part)}.csv"

    def wants(self, part: np.datetime64, record: Record | None, moment: np.datetime64) -> bool:
        """Whether an hour is over and not here."""
        return record is None and bool(part <= moment)

    def due(self, part: np.datetime64) -> np.datetime64:
        """The end of the hour."""
        return part

    def told(self, part: np.datetime64) -> tuple[str, str]:
        """What it is called in a failure."""
        return stamp(part), f"{shown(part)}（北京时）监测"

    def fetched(self, part: np.datetime64, allowance: Allowance) -> Record:
        """Fetch an hour."""
        urls = [filled(template, times_of_hour(part)) for template in self.config.urls]
        least, largest = self.config.least_stations, self.config.bounds.largest_mib
        return self.receiver.receive(
            urls, self.path(part), lambda path: check_hour(path, part, least, largest), allowance
        )
