"""The index of 24 h windows that the rules of warnings are applied to, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from consultation.products import at_median
from consultation.warnings.windows import window_index, without_gaps
from foundation.times import DAY, HOUR
from standards.warning_chance import escalates, ozone_alone

Basis = Literal["sliding-24h", "calendar-days"]
Members = Literal["scenarios", "quantiles"]

_PARTICLES = ("pm25", "pm10")


@dataclass(frozen=True)
class Courses:
    """Windows of 24 hours for every place; `time` as `standards.warning_rules.explain` wants it.

    Attributes:
        basis: `calendar-days` (time is the start of the day) or `sliding-24h` (the end of the window).
        step_hours: hours from one window to the next.
        published: index of the median course, dims (time, place), NaN where missing.
        counted: the same, NaN also where dust or ozone alone makes the index.
        members: index of each scenario or quantile that counts, dims (member, time, place).
        members_are: what the members are.
        dust: whether dust is expected within the window, dims (time, place).
    """

    basis: Basis
    step_hours: int
    published: xr.DataArray
    counted: xr.DataArray
    members: xr.DataArray
    members_are: Members
    dust: xr.DataArray


def _timed(forecast: xr.Dataset, name: str) -> xr.DataArray:
    """A variable of the one reference time, on `time` in place of lead time."""
    single = forecast[name].isel(reference_time=0, drop=True)
    times = forecast["valid_time"].isel(reference_time=0).values.astype("datetime64[ns]")
    dropped = single.drop_vars(["lead_time", "valid_time"], errors="ignore")
    return dropped.rename(lead_time="time").assign_coords(time=times)


def daily_courses(forecast: xr.Dataset) -> Courses:
    """Calendar days of a daily forecast. Days with dust, and days of ozone alone, do not count.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, averaging `day`, one reference time.
    """
    spread = without_gaps(_timed(forecast, "aqi"), DAY)
    published = at_median(spread)
    dust = without_gaps(_timed(forecast, "dust").astype(float), DAY) > 0
    counts = escalates(dust, without_gaps(_timed(forecast, "primary").astype(float), DAY))
    scenarios = "aqi_scenario" in forecast
    members = (
        without_gaps(_timed(forecast, "aqi_scenario"), DAY).rename(scenario="member")
        if scenarios
        else spread.rename(quantile="member")
    )
    return Courses(
        basis="calendar-days",
        step_hours=24,
        published=published,
        counted=published.where(counts),
        members=members.where(counts).transpose("member", "time", "place"),
        members_are="scenarios" if scenarios else "quantiles",
        dust=dust,
    )


def sliding_courses(forecast: xr.Dataset) -> Courses | None:
    """Every consecutive 24 hours of an hourly forecast; None when it is shorter than that.

    Particles of hours with dust are left out of the means that count; a window in which fewer than 20
    hours are left has no index that counts.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, averaging `hour`, one reference time.
    """
    concentration = without_gaps(_timed(forecast, "concentration"), HOUR)
    dusty = without_gaps(_timed(forecast, "dust").astype(float), HOUR) > 0
    if concentration.sizes["time"] < 24:
        return None
    particle = concentration["pollutant"].isin(_PARTICLES)
    clean = concentration.where(~(dusty & particle))
    counted = window_index(clean)
    members = counted["aqi"].where(~ozone_alone(counted["primary"]) & _particles_present(clean, counted))
    hours = np.lib.stride_tricks.sliding_window_view(dusty.transpose("time", "place").values, 24, axis=0)
    published = window_index(at_median(concentration))["aqi"]
    return Courses(
        basis="sliding-24h",
        step_hours=1,
        published=published.transpose("time", "place"),
        counted=at_median(members).transpose("time", "place"),
        members=members.rename(quantile="member").transpose("member", "time", "place"),
        members_are="quantiles",
        dust=xr.DataArray(hours.any(axis=-1), dims=("time", "place"), coords=published.coords).astype(bool),
    )


def _particles_present(clean: xr.DataArray, counted: xr.Dataset) -> xr.DataArray:
    """Whether the window kept an index of PM2.5, where the forecast has PM2.5 at all."""
    if "pm25" not in clean["pollutant"].values:
        return xr.ones_like(counted["aqi"], dtype=bool)
    return counted["iaqi"].sel(pollutant="pm25", drop=True).notnull()
