"""What a regression sees of a station and of the stations around it, in display units; NaN where missing.

The same inputs as the network of `forecast.learned`: all pollutants at all stations in the last hours and the
means before them, the weather up to the issue, the calendar, and where the stations lie. Trees add nothing up
by themselves, so that differences, means and slopes in space are given as columns.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.history import day_of_year, last_known, mean_of_known
from forecast.learned.normalisation import east_and_north
from forecast.learned.panel import Panel
from forecast.statistical.shifts import changed, earlier, extreme, trailing_mean
from foundation.times import beijing_from_utc

OWN_LAGS = (0, 1, 2, 3, 4, 5, 6, 8, 11, 14, 17, 20, 22, 23, 47)
OWN_MEANS = (3, 6, 12, 24, 48, 240)
BLOCK, BLOCKS, BEFORE = 6, 16, 24
OTHER_LAGS = (0, 1, 3, 6, 23)
OTHER_MEANS = (6, 24, 72)
CHANGES = (1, 3, 6)
WEATHER_MEANS = (3, 6, 24)
WEATHER_CHANGES = (3, 24)
AHEAD_MEANS = (3, 6, 12, 24)
"""Lags, lengths of means and of changes, in steps of the panel."""

_ISSUES_AT_ONCE = 500

WIND = ("eastward_wind_10m", "northward_wind_10m")
"""Names of the wind among the weather of a panel."""

Column = tuple[str, np.ndarray]


def surroundings(panel: Panel) -> tuple[tuple[str, ...], np.ndarray]:
    """Columns of every row and station.

    Args:
        panel: the series; the first pollutant is the one to be forecast.

    Returns:
        Names, and values (time, station, column) as float32. Row `i` holds nothing after `panel.times[i]`.
    """
    values = np.exp(panel.recent)
    columns = [*_own(values[..., 0]), *_others(values, panel), *_neighbours(values, panel)]
    columns += [*_weather(panel), *_calendar(panel)]
    shape = values.shape[:2]
    table = np.empty((*shape, len(columns)), np.float32)
    for number, (_, column) in enumerate(columns):
        table[..., number] = column
    return tuple(name for name, _ in columns), table


def weather_ahead(panel: Panel, issues: np.ndarray, lead: int) -> np.ndarray:
    """Weather foreseen: at the valid step, means that end there, and the mean since the issue.

    Args:
        panel: the series.
        issues: (issue,) rows.
        lead: steps ahead.

    Returns:
        (issue, station, column) as float32; without columns where nothing is foreseen.
    """
    if panel.ahead is None:
        return np.empty((len(issues), len(panel.stations), 0), np.float32)
    every = np.arange(1, lead + 1)
    lengths = sorted({min(length, lead) for length in (1, *AHEAD_MEANS, lead)})
    parts = []
    for first in range(0, len(issues), _ISSUES_AT_ONCE):
        foreseen = panel.ahead.of(issues[first : first + _ISSUES_AT_ONCE], every)
        means = [mean_of_known(foreseen[:, -length:], axis=1) for length in lengths]
        parts.append(np.concatenate(means, axis=-1).astype(np.float32))
    return np.concatenate(parts)


def _own(values: np.ndarray) -> Iterator[Column]:
    for lag in OWN_LAGS:
        yield f"own_{lag}", earlier(values, lag)
    for steps in CHANGES:
        yield f"own_change_{steps}", changed(values, steps)
    for length in OWN_MEANS:
        yield f"own_mean_{length}", trailing_mean(values, length)
    for number in range(BLOCKS):
        back = BEFORE + number * BLOCK
        yield f"own_block_{number}", earlier(trailing_mean(values, BLOCK), back)
    yield "own_smallest", extreme(values, 24, np.fmin)
    yield "own_largest", extreme(values, 24, np.fmax)
    square = trailing_mean(values**2, 24) - trailing_mean(values, 24) ** 2
    yield "own_deviation", np.sqrt(np.maximum(square, 0))


def _others(values: np.ndarray, panel: Panel) -> Iterator[Column]:
    for number, name in enumerate(panel.pollutants[1:], 1):
        series = values[..., number]
        for lag in OTHER_LAGS:
            yield f"{name}_{lag}", earlier(series, lag)
        for length in OTHER_MEANS:
            yield f"{name}_mean_{length}", trailing_mean(series, length)
        yield f"{name}_everywhere", _everywhere(series)
        yield f"{name}_everywhere_change", _everywhere(changed(series, 1))


def _neighbours(values: np.ndarray, panel: Panel) -> Iterator[Column]:
    own = values[..., 0]
    last = last_known(own)
    nearest = _nearest(panel.positions)
    changes = {steps: changed(own, steps) for steps in CHANGES}
    for rank in range(1, len(panel.stations)):
        there = nearest[:, rank]
        yield f"neighbour_{rank}_more", last[:, there] - last
        yield f"neighbour_{rank}_change_1", changes[1][:, there]
        if rank <= 5:
            yield f"neighbour_{rank}_change_3", changes[3][:, there]
    for number, name in enumerate(panel.stations):
        yield f"at_{name}", own[:, number : number + 1]
        yield f"at_{name}_change_1", changes[1][:, number : number + 1]
    yield "everywhere", _everywhere(own)
    yield "more_than_everywhere", last - _everywhere(last)
    yield "everywhere_mean_24", _everywhere(trailing_mean(own, 24))
    for steps, change in changes.items():
        yield f"everywhere_change_{steps}", _everywhere(change)
    yield from _slopes(last, panel)


def _slopes(values: np.ndarray, panel: Panel) -> Iterator[Column]:
    """Plane through all stations by least squares, per 100 km, and what the wind brings along it."""
    middle = panel.positions.mean(axis=0)
    plane = np.column_stack([np.ones(len(panel.stations)), east_and_north(panel.positions, middle)])
    fitted = np.nan_to_num(values) @ np.linalg.pinv(plane).T
    fitted[np.isnan(values).any(axis=1)] = np.nan
    yield "slope_east", fitted[:, 1:2]
    yield "slope_north", fitted[:, 2:3]
    yield "off_plane", values - fitted @ plane.T
    if set(WIND) <= set(panel.weather_names):
        east, north = (_everywhere(panel.weather[..., panel.weather_names.index(name)]) for name in WIND)
        yield "brought", -(east * fitted[:, 1:2] + north * fitted[:, 2:3])


def _weather(panel: Panel) -> Iterator[Column]:
    for number, name in enumerate(panel.weather_names):
        series = panel.weather[..., number]
        yield name, series
        yield f"{name}_everywhere", _everywhere(series)
        for length in WEATHER_MEANS:
            yield f"{name}_mean_{length}", trailing_mean(series, length)
        for steps in WEATHER_CHANGES:
            yield f"{name}_change_{steps}", changed(series, steps)


def _calendar(panel: Panel) -> Iterator[Column]:
    local = beijing_from_utc(panel.times - np.timedelta64(1, "s"))
    day = local.astype("datetime64[D]")
    year = 2 * np.pi * day_of_year(panel.times) / 365.25
    weekday = (day.astype(int) + 3) % 7
    clock = (local.astype("datetime64[h]") - day).astype(int)
    waves = {"season_cosine": np.cos(year), "season_sine": np.sin(year)}
    for name, column in {"clock": clock, "weekday": weekday, **waves}.items():
        yield name, column[:, None]
    yield "longitude", panel.positions[:, 0]
    yield "latitude", panel.positions[:, 1]


def _everywhere(values: np.ndarray) -> np.ndarray:
    """Mean over the stations of what is there (time, 1)."""
    return mean_of_known(values, axis=1)[:, None]


def _nearest(positions: np.ndarray) -> np.ndarray:
    """Stations by distance from each (station, rank); itself first."""
    apart = (positions[:, None] - positions[None]) * [np.cos(np.deg2rad(positions[:, 1].mean())), 1.0]
    return np.argsort((apart**2).sum(axis=-1), axis=1, kind="stable")
