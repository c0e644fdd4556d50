"""The panel of city days, with the weather of Urumqi where it is wanted, and days of other stations.

One station's weather cannot speak for a land a thousand kilometres wide: it is given to the cities within
`WEATHER_REACH_KM` of it, and marked as unknown for the others.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from forecast.learned.panel import Panel, PerfectAhead
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.times import HOUR, beijing_day
from training.panels import panel_of_means

WEATHER_OF = "urumqi"
WEATHER_REACH_KM = 150.0
"""Distance from the weather station's city to which its weather is believed, km."""

WEATHER_NAMES = ("inversion", "range", "warmest", "precipitation")
"""Columns of `observations.daily_weather.read_inversion_features`."""

_LONGEST_GAP = 3
"""Days of missing weather that are bridged, as in the line `perfect weather` of the backtest."""

_EARTH_RADIUS_KM = 6371.0
_STEPS_AHEAD = 7


def city_panel(
    path: str | Path, weather: str | Path | None = None, *, perfect_weather: bool = False,
    until: np.datetime64 | None = None,
) -> Panel:  # fmt: skip
    """The daily means of cities as a panel.

    Args:
        path: folder of one file for each city, or one file.
        weather: table of `observations.daily_weather`; the panel has no weather when None.
        perfect_weather: whether the weather of the days ahead is given as it was measured in the end;
            every score with it says so.
        until: last issue, UTC, a midnight in Beijing; after the last day measured when None.

    Raises:
        InputError: when files are absent or unusable, or perfect weather is asked for without weather.
    """
    from observations.daily_weather import read_inversion_features
    from observations.means import place_means
    from observations.providers import read
    from observations.quality_control import quality_controlled

    if perfect_weather and weather is None:
        raise InputError("perfect weather of no file", remedy="Name the file of daily weather too")
    places = place_means(quality_controlled(read(path).dataset))
    panel = day_panel(places, until)
    if weather is None:
        return panel
    return with_weather(panel, read_inversion_features(weather), perfect=perfect_weather)


def day_panel(
    places: xr.Dataset, until: np.datetime64 | None = None, positions: np.ndarray | None = None
) -> Panel:
    """Daily means as a panel; what is missing stays missing.

    Args:
        places: keeps `place_observations('day')`.
        until: last issue, UTC; after the last day measured when None.
        positions: (place, 2) longitude and latitude, degrees; of the gazetteer when None.

    Raises:
        InputError: when the measurements are not daily.
    """
    if places.attrs["averaging"] != "day":
        raise InputError("these are hourly measurements", remedy="Give daily means of cities")
    return panel_of_means(places, until, positions)


def with_weather(panel: Panel, table: pd.DataFrame, *, perfect: bool) -> Panel:
    """The same panel with the daily weather of one city.

    Args:
        panel: of days.
        table: by Beijing day, the columns `WEATHER_NAMES`; NaN where a part is missing.
        perfect: whether the days ahead are given as they were measured in the end.
    """
    first = beijing_day(panel.times[:1] - HOUR)[0]
    days = first + np.arange(len(panel.times) + _STEPS_AHEAD)
    wanted = table.reindex(pd.DatetimeIndex(days.astype("datetime64[ns]")), columns=list(WEATHER_NAMES))
    known = wanted.interpolate(limit=_LONGEST_GAP, limit_area="inside").to_numpy()
    of_places = np.where(_within_reach(panel.positions)[:, None], known[:, None, :], np.nan)
    at_issue = np.concatenate([np.full((panel.delay, *of_places.shape[1:]), np.nan), of_places])
    return replace(
        panel, weather=at_issue[: len(panel.times)], weather_names=WEATHER_NAMES,
        ahead=PerfectAhead(of_places, WEATHER_NAMES) if perfect else None,
    )  # fmt: skip


def beijing_days(path: str | Path, until: np.datetime64 | None = None) -> Panel:
    """Daily means of stations measured by the hour, to train on before city days.

    Args:
        path: folder of the files of a provider whose stations have coordinates.
        until: last issue, UTC, a midnight in Beijing; after the last day measured when None.
    """
    from observations.means import daily_means
    from observations.providers import read
    from observations.quality_control import quality_controlled

    stations = daily_means(quality_controlled(read(path).dataset))
    positions = np.column_stack([stations["lon"].values, stations["lat"].values])
    extra = [name for name in stations.coords if name not in ("time", "station")]
    return day_panel(stations.drop_vars(extra).rename(station="place"), until, positions)


def without_weather(panel: Panel, names: tuple[str, ...]) -> Panel:
    """The same panel with weather variables of which nothing is known, for a network that expects them."""
    shape = (*panel.recent.shape[:2], len(names))
    return replace(panel, weather=np.full(shape, np.nan), weather_names=names, ahead=None)


def _within_reach(positions: np.ndarray) -> np.ndarray:
    """Which places (place,) are near enough to the weather station, by the haversine formula."""
    centre = gazetteer().place(WEATHER_OF)
    lon, lat = np.deg2rad(positions).T
    lon0, lat0 = np.deg2rad([centre.lon, centre.lat])
    chord = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    return np.asarray(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord)) <= WEATHER_REACH_KM)
