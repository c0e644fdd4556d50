"""OpenAQ's public archive: one file for each location and day, asked for again until it is final."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from flows.acquisition.addresses import filled
from flows.acquisition.arrival import Allowance
from flows.acquisition.configuration import OpenaqConfig
from flows.acquisition.inbox import Record
from flows.acquisition.measured_checks import check_day
from flows.acquisition.measured_parts import MeasuredParts
from foundation.times import DAY, day_of_hour, instant_of_day

__all__ = ["OpenaqSource"]

Part = tuple[int, np.datetime64]
"""A location and a day."""


class OpenaqSource(MeasuredParts[Part, OpenaqConfig]):
    """Locations of OpenAQ that the site names."""

    provider, shelf = "openaq", "days"

    def parts(self, hours: np.ndarray) -> dict[Part, Record | None]:
        """The days that hold some hours, at every location."""
        days = [np.datetime64(str(day), "D") for day in np.unique(day_of_hour(hours))]
        parts = [(location, day) for day in days for location in self.config.locations]
        return {part: self.inbox.record(self.path(part)) for part in parts}

    def path(self, part: Part) -> Path:
        """Its file."""
        return self.folder / f"{part[1]}-{part[0]}.csv.gz"

    def wants(self, part: Part, record: Record | None, moment: np.datetime64) -> bool:  # noqa: ARG002
        """Whether a day is not here, or came before it was final."""
        settled = np.timedelta64(round(3600 * self.config.final_after_h), "s")
        return record is None or bool(record.arrived < self.due(part) + settled)

    def due(self, part: Part) -> np.datetime64:
        """The end of the day."""
        return instant_of_day(part[1] + DAY)

    def told(self, part: Part) -> tuple[str, str]:
        """What it is called in a failure."""
        return f"{part[0]} {part[1]}", f"站点 {part[0]} {part[1]} 监测"

    def fetched(self, part: Part, allowance: Allowance) -> Record:
        """Fetch a day of a location."""
        location, day = part
        date = dt.date.fromisoformat(str(day))
        urls = [filled(one, {"location": location, "day": date}) for one in self.config.urls]
        largest = self.config.bounds.largest_mib
        return self.receiver.receive(
            urls, self.path(part), lambda path: check_day(path, day, largest), allowance
        )
