"""The weather of a run on the grid of its transport model: read from files, or made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from flows.budget import daily_config
from flows.case import IDEALISED, weather_path
from foundation.configuration import load_shipped
from foundation.errors import InputError
from foundation.grids import Grid, GridConfig
from foundation.times import DAY, HOUR, day_of_hour, instant_of_day, shown

if TYPE_CHECKING:
    from atmosphere.meteorology.idealised import Front
    from flows.plan import DayPlan

_DUST_OF_A_STORM = 1000.0
"""PM10 of dust, µg m-3, that stands for the driest and windiest front."""

_EPISODE_ENDS_H = 102
"""Hours from the end of the reference day to the front that ends the episode: the fifth day."""

_FRONTS_SPAN_H = 60.0 * 24
_SEED = 1
_PIECE_HOURS = 24


def grid_config(plan: DayPlan, domain: str | None = None) -> GridConfig:
    """A domain by name; without a name that of the transport model, which the case names."""
    return load_shipped(GridConfig, f"domains/{domain or plan.case.physical}.yaml")


def weather_of(plan: DayPlan, start: np.datetime64, horizon_h: int, domain: str | None = None) -> xr.Dataset:
    """Weather from before the reference time to the end of the forecast.

    Made up, it lies on the model's grid; from files, on their own grid and at their own times, which the
    model brings onto its own.

    Args:
        plan: the run; its case must have weather.
        start: when the model should start, UTC; files may begin later.
        horizon_h: hours of forecast wanted; files may hold fewer.
        domain: for which; that of the transport model when not named.

    Returns:
        A data set that keeps `METEOROLOGY`.

    Raises:
        BogdaError: when files are missing or broken, or do not cover the domain or the time.
    """
    grid = grid_config(plan, domain).grid()
    end = plan.reference_time + horizon_h * HOUR
    if plan.case.weather is not None and plan.case.weather.provider == IDEALISED:
        return _idealised(
            grid, np.arange(start, end + HOUR, HOUR), plan.reference_time, plan.case.weather.storm_after_h
        )
    return _from_files(plan, grid, start, end)


def _idealised(
    grid: Grid, times: np.ndarray, reference_time: np.datetime64, storm_after_h: float | None
) -> xr.Dataset:
    from atmosphere.meteorology.idealised import idealised_winter_weather

    if storm_after_h is not None:
        return storm_weather(grid, times, story_fronts(reference_time, storm_after_h))
    return idealised_winter_weather(grid, times, story_fronts(reference_time))


def storm_weather(grid: Grid, times: np.ndarray, fronts: Sequence[Front]) -> xr.Dataset:
    """Invented weather of a dry spring with these fronts."""
    from atmosphere.meteorology.idealised import idealised_winter_weather, over_spring_ground

    return over_spring_ground(idealised_winter_weather(grid, times, fronts))


def story_fronts(reference_time: np.datetime64, storm_after_h: float | None = None) -> list[Front]:
    """The fronts behind the idealised measurements, and one to come that ends the episode.

    The measurements end in a stagnation of several days; it goes on until a front comes on the fifth day, or
    a dry one that raises dust.

    Args:
        reference_time: UTC.
        storm_after_h: hours to that one, in place of the other.
    """
    from atmosphere.meteorology.idealised import Front
    from observations.idealised_weather import idealised_fronts

    end = instant_of_day(np.datetime64(day_of_hour(np.asarray(reference_time)).item(), "D")) + DAY
    told = idealised_fronts(end, _FRONTS_SPAN_H, _SEED)
    past = [
        Front(end - np.timedelta64(round(3600 * hours), "s"), strength, min(dust / _DUST_OF_A_STORM, 1.0))
        for hours, strength, dust in zip(
            told.hours_before_end.tolist(), told.strength.tolist(), told.dust.tolist(), strict=True
        )
    ]
    if storm_after_h is not None:
        return [*past, storm_front(reference_time, storm_after_h)]
    return [*past, Front(end + _EPISODE_ENDS_H * HOUR, strength=0.4)]


def storm_front(reference_time: np.datetime64, after_h: float) -> Front:
    """A dry front that raises dust, so many hours after the issue."""
    from atmosphere.meteorology.idealised import Front

    return Front(reference_time + np.timedelta64(round(3600 * after_h), "s"), strength=0.85, dust=3.5)


def _from_files(plan: DayPlan, grid: Grid, start: np.datetime64, end: np.datetime64) -> xr.Dataset:
    from atmosphere.meteorology.readers.area import around
    from atmosphere.meteorology.readers.files import files_of
    from atmosphere.meteorology.reading import kind_of, read_weather

    files = files_of(weather_path(plan.case, plan.folder))
    wanted = None if plan.case.weather is None else plan.case.weather.kind
    for file in files:
        if wanted is not None and kind_of(file) != wanted:
            raise InputError(
                f"expected weather of kind {wanted}, got {kind_of(file)}", where=str(file),
                remedy="Correct weather.kind or weather.path",
            )  # fmt: skip
    weather = read_weather(files, around(grid))
    _check_span(weather, plan.reference_time)
    known = weather["time"].values
    begin = max(int(np.searchsorted(known, start, side="right")) - 1, 0)
    return weather.isel(time=slice(begin, int(np.searchsorted(known, end)) + 1))


def _check_span(weather: xr.Dataset, reference_time: np.datetime64) -> None:
    """Refuse weather that holds too little of the forecast."""
    first, last = weather["time"].values[0], weather["time"].values[-1]
    least = reference_time + daily_config().shortest_forecast_h * HOUR
    if first > reference_time or last < least:
        raise InputError(
            f"the weather covers {shown(first)} to {shown(last)} Beijing time; the run needs "
            f"{shown(reference_time)} to {shown(least)} at least",
            remedy="Give the weather forecast that was issued for this time",
        )


def pieces_on_grid(weather: xr.Dataset, grid: Grid, times: np.ndarray) -> Iterator[xr.Dataset]:
    """The weather on a grid, a day at a time."""
    from atmosphere.meteorology.regridding import on_grid

    if _lies_on(weather, grid) and np.isin(times, weather["time"].values).all():
        for first in range(0, len(times), _PIECE_HOURS):
            yield weather.sel(time=times[first : first + _PIECE_HOURS]).load()
        return
    for first in range(0, len(times), _PIECE_HOURS):
        yield on_grid(weather, grid, times[first : first + _PIECE_HOURS])


def _lies_on(weather: xr.Dataset, grid: Grid) -> bool:
    """Whether weather is on the grid already; if it is not, regridding says what it lacks."""
    from atmosphere.meteorology.grid_fit import check_on_grid

    try:
        check_on_grid(weather.isel(time=[0]), grid)
    except InputError:
        return False
    return True
