"""The published benchmark of UCI data set 501: twelve stations of Beijing, hourly, 2013-03-01 to 2017-02-28.

Zhang et al. (2017), Cautionary tales on air-quality improvement in Beijing, doi:10.1098/rspa.2017.0457. The
protocol: 70 % of the hours to train on, the next 15 % to stop and choose by, the last 15 % judged; every hour
of them is an issue, PM2.5 is judged where it was measured, and issue and valid time both lie in that part.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from forecast.history import History, last_known
from forecast.learned.panel import Panel, PerfectAhead
from forecast.series import logarithm
from foundation.errors import InputError
from foundation.pollutants import HOURLY
from foundation.times import HOUR
from observations.providers import read
from observations.station_weather import read_station_weather

LEADS = np.array([1, 6, 12, 24, 48, 72])
"""Leads of the benchmark, h."""

TRAIN, VALIDATE = 0.70, 0.15
"""Shares of the hours."""

PRECIPITATION = "precipitation_logarithm"
"""ln(1 + millimetres in the hour): rain is mostly none, and a downpour is not a hundred drizzles."""

WEATHER = (
    "air_temperature_2m", "surface_pressure", "dew_point_2m", PRECIPITATION, "wind_speed_10m",
    "eastward_wind_10m", "northward_wind_10m",
)  # fmt: skip
_SECONDS_PER_HOUR = 3600.0


def beijing_panel(path: str | Path, *, perfect_weather: bool = False) -> Panel:
    """The hours of all stations as a panel.

    Args:
        path: folder of the files of UCI data set 501, or some of them.
        perfect_weather: whether the weather of the hours ahead is given as it was measured in the end; every
            score with it says so.

    Raises:
        InputError: when files are absent or cannot be used; names file, row and column.
    """
    try:
        measured = read(path, "uci").dataset
    except InputError as error:
        raise InputError(
            f"not files of UCI data set 501: {error.what}", where=error.where,
            remedy="Name the folder of its twelve files PRSA_Data_*.csv",
        ) from error  # fmt: skip
    weather = read_station_weather(path).dataset
    return panel_of_hours(measured, weather, perfect_weather=perfect_weather)


def panel_of_hours(measured: xr.Dataset, weather: xr.Dataset, *, perfect_weather: bool) -> Panel:
    """Hours of stations and their weather as a panel; hours that no file holds are missing.

    Args:
        measured: keeps `foundation.contracts.observations('hour')`.
        weather: of `observations.station_weather`, at any of the same stations and times.
        perfect_weather: as in `beijing_panel`.
    """
    times = np.arange(measured["time"].values[0], measured["time"].values[-1] + HOUR, HOUR)
    even = measured.reindex(time=times)
    values = np.stack(
        [logarithm(even[name].transpose("time", "station").values, name) for name in HOURLY], axis=-1
    )
    seen = weather.reindex(time=times, station=even["station"].values)
    rain = np.log1p(seen["precipitation_rate"] * _SECONDS_PER_HOUR)
    columns = seen.assign({PRECIPITATION: rain})
    weather_values = np.stack(
        [columns[name].transpose("time", "station").values for name in WEATHER], axis=-1
    )
    return Panel(
        values, values, times, 24, HOURLY, tuple(even["station"].values.astype(str).tolist()),
        np.column_stack([even["lon"].values, even["lat"].values]), weather_values, WEATHER,
        ahead=PerfectAhead(weather_values, WEATHER) if perfect_weather else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Protocol:
    """Which forecasts are judged.

    Attributes:
        panel: the series.
        leads: (lead,) hours ahead.
        train_end: first row after the training part.
        judged_from: first row of the judged part.
    """

    panel: Panel
    leads: np.ndarray
    train_end: int
    judged_from: int

    @property
    def issues(self) -> np.ndarray:
        """Rows of the issues judged."""
        return np.arange(self.judged_from, len(self.panel.times))

    def observed(self) -> np.ndarray:
        """PM2.5 (issue, lead, station), µg m-3; NaN where not measured or beyond the record."""
        return np.asarray(np.exp(self.panel.targets(self.issues, self.leads)[..., 0]))


def protocol_of(panel: Panel, leads: np.ndarray = LEADS) -> Protocol:
    """The protocol on a panel.

    Raises:
        InputError: for a record too short to be cut in three parts that hold the longest lead.
    """
    hours = len(panel.times)
    shortest = hours * min(VALIDATE, 1 - TRAIN - VALIDATE)
    if shortest <= int(leads.max()):
        raise InputError(
            f"{hours} hours of measurements; a seventh of them must exceed the longest lead, {leads.max()} h",
            remedy="Give the whole data set",
        )
    return Protocol(panel, np.asarray(leads), int(hours * TRAIN), int(hours * (TRAIN + VALIDATE)))


def pm25_history(panel: Panel) -> History:
    """PM2.5 of a panel for models of single series; the last value measured stands in for missing ones."""
    recent = last_known(panel.recent[..., 0])
    return History(recent, panel.target[..., 0], panel.times, panel.steps_per_day, panel.delay)
