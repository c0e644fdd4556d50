"""ERA5 for hindcasts: days of analyses from the Climate Data Store, in GRIB; it is never live."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from flows.acquisition.addresses import host_of
from flows.acquisition.arrival import Allowance, Arrival, WeatherWish
from flows.acquisition.climate_store import made_ready
from flows.acquisition.configuration import Era5Config
from flows.acquisition.cycles import shown_cycle
from flows.acquisition.gridded_fields import fields_config
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.receiving import STOPS, gathered, held_files
from flows.acquisition.weather_times import times_of_file
from flows.acquisition.whole_files import Receiver
from foundation.errors import InputError
from foundation.store import fingerprint
from foundation.times import HOUR

__all__ = ["Era5Source"]

Piece = tuple[np.datetime64, str]
"""A day (UTC) and `pressure-levels` or `single-levels`."""


class Era5Source:
    """Days of ERA5 in a folder for each request; a cycle is a past time of issue."""

    kind = "ECMWF"
    """Its files are ECMWF's GRIB, which that reader reads."""

    def __init__(self, config: Era5Config, inbox: Path) -> None:
        """Open; nobody is called."""
        self.config, self.name = config, config.name
        self.inbox = Inbox(inbox / config.name)
        self._receiver = Receiver(config, self.inbox)

    def cycles(self, before: np.datetime64, count: int) -> tuple[np.datetime64, ...]:  # noqa: ARG002
        """None: analyses come days later and are no forecast."""
        return ()

    def held(self, cycle: np.datetime64, wish: WeatherWish) -> Arrival:
        """What is here already; nobody is called."""
        held = {piece: self.inbox.record(self._path(piece)) for piece in _pieces(cycle, wish)}
        found = {self._path(piece): one for piece, one in held.items() if one is not None}
        return held_files(self.name, self._folder, found, (), len(held))

    def fetch(self, cycle: np.datetime64, wish: WeatherWish, allowance: Allowance) -> Arrival:
        """Have the days made that are not here yet, and fetch them."""
        held = {piece: self.inbox.record(self._path(piece)) for piece in _pieces(cycle, wish)}
        wanted = [piece for piece, one in held.items() if one is None]
        came, faults = gathered(lambda piece: self._fetched(piece, allowance), wanted, 1, STOPS)
        found = {self._path(piece): one for piece, one in (held | came).items() if one is not None}
        failures = [
            failure_of(self.name, (f"{day} {part}", f"{shown_cycle(cycle)[1]} {day} {part}"), fault)
            for (day, part), fault in faults.items()
        ]
        self.inbox.prune(self.config.keep, tuple(found))
        return held_files(self.name, self._folder, found, failures, len(held))

    @property
    def _folder(self) -> Path:
        """Another folder for another area or other hours."""
        return (
            self.inbox.folder
            / fingerprint([self.config.area, self.config.every_h, self.config.levels_hpa])[:12]
        )

    def _path(self, piece: Piece) -> Path:
        return self._folder / f"{piece[0]}-{piece[1]}.grib"

    def _fetched(self, piece: Piece, allowance: Allowance) -> Record:
        day, part = piece
        location = made_ready(self.config, f"reanalysis-era5-{part}", self._request(piece), allowance)
        if host_of(location) not in {host_of(self.config.url), *self.config.hosts}:
            raise NotArrivedError(
                "refused", f"数据位于未列入配置的地址 {host_of(location)}",
                f"the file lies at {host_of(location)}, which is not named in `hosts`",
            )  # fmt: skip
        return self._receiver.receive(
            [location], self._path(piece), lambda path: _check(path, day, self.config.every_h), allowance
        )

    def _request(self, piece: Piece) -> dict[str, Any]:
        day, part = dt.date.fromisoformat(str(piece[0])), piece[1]
        west, east, south, north = self.config.area
        fields = fields_config().era5
        wanted: dict[str, Any] = {
            "product_type": ["reanalysis"], "year": [f"{day:%Y}"], "month": [f"{day:%m}"],
            "day": [f"{day:%d}"], "time": [f"{hour:02d}:00" for hour in range(0, 24, self.config.every_h)],
            "area": [north, west, south, east], "data_format": "grib", "download_format": "unarchived",
        }  # fmt: skip
        if part == "single-levels":
            return wanted | {"variable": list(fields.surfaces)}
        levels = self.config.levels_hpa or fields.levels_hpa
        return wanted | {"variable": list(fields.volumes), "pressure_level": [str(level) for level in levels]}


def _pieces(cycle: np.datetime64, wish: WeatherWish) -> list[Piece]:
    valid = [cycle + lead * HOUR for lead in wish.leads_h]
    days = np.unique(np.array(valid, "datetime64[D]"))
    return [
        (np.datetime64(str(day), "D"), part) for day in days for part in ("pressure-levels", "single-levels")
    ]


def _check(path: Path, day: np.datetime64, every_h: int) -> np.datetime64:
    """Newest time of a day's file that holds all its hours and no other's."""
    try:
        _, times = times_of_file(path, "ECMWF")
    except InputError as error:
        raise NotArrivedError(
            "not-data", f"文件不能使用：{error.what}", f"cannot be used: {error.what}"
        ) from error
    wanted = [day.astype("datetime64[ns]") + hour * HOUR for hour in range(0, 24, every_h)]
    if not np.array_equal(times, np.array(wanted, "datetime64[ns]")):
        raise NotArrivedError(
            "wrong-time", "文件内时间与所求不符", f"holds {times.size} times, not those of {day}"
        )
    return np.datetime64(times.max(), "ns")
