"""Measurements of a past window and the tags of the same hours, for the correction of emissions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from flows.case import IDEALISED, load_case
from flows.emissions import emissions_of
from flows.measurements import arrange, average
from flows.plan import DayPlan
from flows.weather import weather_of
from foundation.errors import InputError
from foundation.times import HOUR, now, parse_reference_time, shown

__all__ = ["inversion_plan", "measured_window", "tagged_window"]


def inversion_plan(case_name: str, reference_time: str | None, store: str) -> DayPlan:
    """The case and the end of the window: as given, else the case's own, else now.

    Raises:
        ConfigurationError: when there is no such case or the time is none.
    """
    case, folder = load_case(case_name)
    given = case.reference_time if reference_time is None else reference_time
    end = now() if given is None else parse_reference_time(given)
    return DayPlan(case, folder, np.datetime64(end.astype("datetime64[h]"), "ns"), store)


def measured_window(plan: DayPlan, hours: int) -> xr.Dataset:
    """Hourly means of places in the hours before the reference time, (time, place), kg m-3.

    Raises:
        InputError: when the case has no hourly measurements or none in the window.
    """
    measured = arrange(average(plan), plan).hourly
    where = f"case {plan.case.name}"
    if measured is None:
        raise InputError(
            "its measurements are daily", where=where, remedy="Emissions are corrected by hourly measurements"
        )
    begin = plan.reference_time - hours * HOUR
    chosen = measured.sel(time=(measured["time"] > begin) & (measured["time"] <= plan.reference_time))
    if not chosen.sizes["time"]:
        raise InputError(
            f"no hourly measurement from {shown(begin)} to {shown(plan.reference_time)} Beijing time",
            where=where, remedy="Give another --reference-time or more --hours",
        )  # fmt: skip
    return chosen


def tagged_window(
    plan: DayPlan,
    hours: int,
    progress: Callable[[int, int], None],
    factors: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Hourly contributions in the hours before the reference time, from a run without any measurement.

    Args:
        plan: the case and the end of the window.
        hours: length of the window.
        progress: told hours done and hours of the run.
        factors: by source, with which the emissions are multiplied first.

    Returns:
        A data set that keeps `CONTRIBUTIONS`, its reference time the beginning of the window.

    Raises:
        InputError: when the case has no weather and emissions, or they do not hold the window.
    """
    from atmosphere.transport.species import load_species
    from forecast.physical.configuration import physical_config
    from forecast.physical.simulation import simulate
    from sources.inversion.rescaling import rescaled

    if plan.case.weather is None:
        raise InputError("no weather and no emissions", where=f"case {plan.case.name}",
                         remedy="Add weather, emissions and physical to the case")  # fmt: skip
    choices = {"domain": str(plan.case.physical), "lead_hours": hours}
    config = physical_config().model_copy(update=choices)
    grid, begin = config.grid(), plan.reference_time - hours * HOUR
    first = begin - config.spin_up_hours * HOUR
    past = replace(plan, reference_time=begin)
    if plan.case.weather.provider == IDEALISED:
        weather = weather_of(plan, first, 0)
    else:
        weather = weather_of(past, first, hours)
    times = np.arange(max(first, weather["time"].values[0]), plan.reference_time, HOUR)
    carried = load_species().select(config.species).names
    emissions = emissions_of(past, grid, carried, times, weather).dataset
    if factors:
        emissions = rescaled(emissions, factors)
    return simulate(weather, grid, emissions, None, begin, config, None, progress).tags
