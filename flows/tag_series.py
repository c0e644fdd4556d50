"""Hourly contributions over many days from the transport model running on its own, to learn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from flows.case import IDEALISED
from flows.emissions import emissions_of
from flows.plan import DayPlan
from flows.weather import grid_config, story_fronts, weather_of
from foundation.contracts import CONTRIBUTIONS
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import DAY, HOUR

if TYPE_CHECKING:
    from forecast.physical.configuration import PhysicalConfig
    from forecast.physical.restart import Restart
    from forecast.physical.simulation import PhysicalForecast

__all__ = ["DAYS_AT_ONCE", "SeriesRequest", "tag_series"]

DAYS_AT_ONCE = 16
"""Longest piece of a run: the longest forecast that the model makes at once."""

Changed = Callable[[xr.Dataset], xr.Dataset]


@dataclass(frozen=True)
class SeriesRequest:
    """What is run.

    Attributes:
        plan: the case, and the end of the series.
        days: length of the series, before the end.
        grid: the model's grid; that of the case when None.
        changed: what is done to the emissions first.
    """

    plan: DayPlan
    days: int
    grid: Grid | None = None
    changed: Changed | None = None

    @property
    def begin(self) -> np.datetime64:
        """Begin of the series, UTC."""
        return self.plan.reference_time - self.days * DAY


def tag_series(request: SeriesRequest, progress: Callable[[int, int], None] | None = None) -> xr.Dataset:
    """Contributions of every source at places, hour by hour, without any measurement.

    The run is cut into pieces, each of which goes on from the state that the one before it left. Weather of
    the whole series is held at once: 0.1 MB an hour for a thousand columns.

    Args:
        request: what is run.
        progress: told hours done and hours of the series.

    Returns:
        A data set that keeps `CONTRIBUTIONS`; its only reference time is the begin of the series.

    Raises:
        InputError: when the case has no weather and emissions, or less than a day is asked for.
    """
    plan, days = request.plan, request.days
    if plan.case.weather is None:
        raise InputError("no weather and no emissions", where=f"case {plan.case.name}",
                         remedy="Add weather, emissions and physical to the case")  # fmt: skip
    if days < 1:
        raise InputError(f"days: expected 1 or more, got {days}")
    told = progress or (lambda _done, _of: None)
    driven = _driven(request)
    pieces: list[xr.Dataset] = []
    restart: Restart | None = None
    for first in range(0, days, DAYS_AT_ONCE):
        length = min(DAYS_AT_ONCE, days - first)

        def watched(done: int, hours: int, end: int = 24 * (first + length)) -> None:
            told(max(end - hours + done, 0), 24 * days)

        forecast = driven.piece(request.begin + first * DAY, length, restart, watched)
        restart = forecast.restart[-1]
        pieces.append(forecast.tags[["contribution"]])
    return CONTRIBUTIONS.check(_joined(pieces, request.begin), "series of tags")


@dataclass(frozen=True)
class _Driven:
    """Weather and emissions of the whole series: heating follows the temperatures of all its days."""

    config: PhysicalConfig
    grid: Grid
    weather: xr.Dataset
    emissions: xr.Dataset

    def piece(
        self, begin: np.datetime64, days: int, restart: Restart | None, progress: Callable[[int, int], None]
    ) -> PhysicalForecast:
        """Some days of the series; the first begins cold, after a spin-up."""
        from forecast.physical.simulation import simulate

        config = self.config.model_copy(update={"lead_hours": 24 * days, "restart_every_hours": 24})
        return simulate(self.weather, self.grid, self.emissions, None, begin, config, restart, progress)


def _driven(request: SeriesRequest) -> _Driven:
    from atmosphere.transport.species import load_species
    from forecast.physical.configuration import physical_config

    config = physical_config()
    grid = request.grid or grid_config(request.plan).grid()
    first, end = request.begin - config.spin_up_hours * HOUR, request.plan.reference_time
    weather = _weather(request, grid, first, end)
    carried = load_species().select(config.species).names
    plan = replace(request.plan, reference_time=request.begin)
    emissions = emissions_of(plan, grid, carried, np.arange(first, end, HOUR), weather).dataset
    if request.changed is not None:
        emissions = request.changed(emissions)
    return _Driven(config, grid, weather, emissions)


def _weather(request: SeriesRequest, grid: Grid, first: np.datetime64, last: np.datetime64) -> xr.Dataset:
    """Weather of the series: made up about its fronts, or from the case's files."""
    plan = request.plan
    if plan.case.weather is None or plan.case.weather.provider != IDEALISED:
        return weather_of(replace(plan, reference_time=last), first, 0)
    from atmosphere.meteorology.idealised import idealised_winter_weather

    return idealised_winter_weather(
        grid, np.arange(first, last + HOUR, HOUR), story_fronts(plan.reference_time)
    )


def _joined(pieces: list[xr.Dataset], begin: np.datetime64) -> xr.Dataset:
    """One forecast out of pieces that follow one another."""
    start = np.array([begin], "datetime64[ns]")
    parts = [piece["contribution"].isel(reference_time=0, drop=True) for piece in pieces]
    alone = [part.drop_vars("valid_time") for part in parts]
    values = xr.concat(alone, "lead_time", coords="minimal", compat="override")
    leads = (np.arange(1, values.sizes["lead_time"] + 1) * HOUR).astype("timedelta64[ns]")
    kept = values.assign_coords(lead_time=leads)
    made = kept.expand_dims(reference_time=start).assign_coords(
        valid_time=(("reference_time", "lead_time"), (start[0] + leads)[None])
    )
    return made.to_dataset(name="contribution").assign_attrs(pieces[0].attrs)
