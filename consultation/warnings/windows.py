"""The index of every consecutive 24 hours of an hourly forecast."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.pollutants import HOURLY
from foundation.times import DAY, HOUR
from foundation.units import CONCENTRATION
from standards.aqi import air_quality_index

_HOURS = 24
_VALID_HOURS = 20
_OZONE_HOURS, _OZONE_VALID, _OZONE_MEANS = 8, 6, 14
"""GB 3095: a day needs 20 hourly means; an 8 h mean 6 hours; its daily maximum 14 valid 8 h means."""


def trailing_mean(values: np.ndarray, hours: int, valid_hours: int) -> np.ndarray:
    """Mean of each run of hours, NaN where too few are valid.

    Args:
        values: hourly means, time first.
        hours: length of the run.
        valid_hours: how many must be present.

    Returns:
        Time first, shorter by `hours - 1`; element i is the run that begins at i.
    """
    present = np.isfinite(values)
    count = _running_sum(present.astype(float), hours)
    total = _running_sum(np.where(present, values, 0.0), hours)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count >= valid_hours, total / count, np.nan)


def _running_sum(values: np.ndarray, hours: int) -> np.ndarray:
    if values.shape[0] < hours:
        return values[:0]
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, hours, axis=0).sum(axis=-1))


def highest_eight_hour_mean(ozone: np.ndarray) -> np.ndarray:
    """Largest 8 h mean within each run of 24 hours, NaN where fewer than 14 of the 17 are valid.

    Args:
        ozone: hourly means, time first.

    Returns:
        Time first, shorter by 23.
    """
    means = trailing_mean(ozone, _OZONE_HOURS, _OZONE_VALID)
    inside = _HOURS - _OZONE_HOURS + 1
    if means.shape[0] < inside:
        return means[:0]
    runs = np.lib.stride_tricks.sliding_window_view(means, inside, axis=0)
    enough = np.isfinite(runs).sum(axis=-1) >= _OZONE_MEANS
    return np.where(enough, np.where(np.isfinite(runs), runs, -np.inf).max(axis=-1), np.nan)


def window_index(concentration: xr.DataArray) -> xr.Dataset:
    """Index of each 24 h window of hourly concentrations.

    Args:
        concentration: kg m-3, first dimension `time` (end of each hour, UTC, without gaps), a
            dimension `pollutant`, and others.

    Returns:
        `aqi` and `primary` as `standards.aqi.air_quality_index` gives them for days; `time` is the end
        of each window. The rules are those of the day in which the window begins.
    """
    rest = [dim for dim in concentration.dims if dim not in ("time", "pollutant")]
    arranged = concentration.transpose("time", *rest, "pollutant")
    held = [name for name in HOURLY if name in arranged["pollutant"].values]
    ends = arranged["time"].values[_HOURS - 1 :]
    variables = {}
    for name in held:
        hours = arranged.sel(pollutant=name).values
        mean = highest_eight_hour_mean(hours) if name == "o3" else trailing_mean(hours, _HOURS, _VALID_HOURS)
        variables["o3_8h" if name == "o3" else name] = (("time", *rest), mean, {"units": CONCENTRATION})
    coords = {dim: arranged[dim].values for dim in rest}
    if ends.size == 0:
        shape = (0, *(arranged.sizes[dim] for dim in rest))
        return xr.Dataset({"aqi": (("time", *rest), np.empty(shape))}, coords={"time": ends, **coords})
    begins = xr.Dataset(variables, coords={"time": ends - DAY, **coords})
    return air_quality_index(begins, None, "day").assign_coords(time=ends)


def without_gaps(array: xr.DataArray, step: np.timedelta64) -> xr.DataArray:
    """The array on a regular axis `time`, NaN where a step was missing."""
    times = array["time"].values
    regular = np.arange(times[0], times[-1] + HOUR, step) if times.size else times
    return array if np.array_equal(regular, times) else array.reindex(time=regular)
