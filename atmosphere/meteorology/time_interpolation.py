"""Weather between the times of a file."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.errors import InputError

__all__ = ["LONGEST_GAP", "check_times", "in_time"]

LONGEST_GAP = np.timedelta64(6, "h")
"""Longest gap across which weather is interpolated unless told otherwise."""

_MEANS = ("precipitation_rate",)
_LOGARITHMIC = ("air_pressure", "surface_pressure")


def in_time(weather: xr.Dataset, times: np.ndarray, longest_gap: np.timedelta64 = LONGEST_GAP) -> xr.Dataset:
    """Weather at other times.

    Everything is linear in time, pressure in its logarithm, winds by component. A precipitation rate is the
    mean over the interval that ends at its time, and stays so: every time within the interval gets it, so
    that the sum is kept when the times asked for divide the interval evenly.

    Args:
        weather: keeps `METEOROLOGY`.
        times: UTC, growing, shape (time,), within the times of the weather.
        longest_gap: longest gap between two times of the weather that is bridged.

    Raises:
        InputError: when times lie outside, do not grow, or fall into a longer gap.
    """
    known, wanted = weather["time"].values, np.asarray(times).astype("datetime64[ns]")
    check_times(known, wanted, longest_gap)
    upper = np.clip(np.searchsorted(known, wanted, side="left"), min(1, len(known) - 1), len(known) - 1)
    lower = np.maximum(upper - 1, 0)
    gap = np.maximum((known[upper] - known[lower]) / np.timedelta64(1, "ns"), 1.0)
    share = (wanted - known[lower]) / np.timedelta64(1, "ns") / gap
    label = np.searchsorted(known, wanted, side="left")
    made = weather.drop_vars([name for name in weather.variables if "time" in weather[name].dims])
    for name, array in weather.data_vars.items():
        if "time" not in array.dims:
            continue
        if name in _MEANS:
            values = array.values[label]
        else:
            values = _linear(array.values, lower, upper, share, name in _LOGARITHMIC)
        made[name] = (array.dims, values, array.attrs)
    return made.assign_coords(time=wanted)[list(weather.data_vars)]


def check_times(known: np.ndarray, wanted: np.ndarray, longest_gap: np.timedelta64 = LONGEST_GAP) -> None:
    """Refuse times that the weather cannot give.

    Args:
        known: times of the weather, growing.
        wanted: times asked for.
        longest_gap: longest gap that is bridged.

    Raises:
        InputError: saying which time, and why.
    """
    if wanted.ndim != 1 or not wanted.size or np.isnat(wanted).any():
        raise InputError(f"times: expected one or more instants, got {wanted.shape}")
    if (np.diff(wanted) <= np.timedelta64(0, "ns")).any():
        raise InputError("times: expected growing instants, got others")
    for time, lies in ((wanted[0], wanted[0] < known[0]), (wanted[-1], wanted[-1] > known[-1])):
        if lies:
            span = f"{_text(known[0])} to {_text(known[-1])} UTC"
            raise InputError(f"no weather at {_text(time)} UTC, only from {span}", where="weather",
                             remedy="Get the missing times, or forecast fewer hours")  # fmt: skip
    upper = np.searchsorted(known, wanted, side="left")
    off = known[upper] != wanted
    gaps = np.where(off, known[upper] - known[np.maximum(upper - 1, 0)], np.timedelta64(0, "ns"))
    if (gaps > longest_gap).any():
        worst = int(np.argmax(gaps > longest_gap))
        first, last = known[upper[worst] - 1], known[upper[worst]]
        hours, most = (gap / np.timedelta64(1, "h") for gap in (gaps[worst], longest_gap))
        what = (
            f"no weather for {hours:g} h between {_text(first)} and {_text(last)} UTC; {most:g} h are bridged"
        )
        raise InputError(what, where="weather", remedy="Get the missing times")


def _linear(
    values: np.ndarray, lower: np.ndarray, upper: np.ndarray, share: np.ndarray, logarithmic: bool
) -> np.ndarray:
    made = np.empty((len(share), *values.shape[1:]), values.dtype)
    for number, (low, high, part) in enumerate(zip(lower, upper, share.tolist(), strict=True)):
        if part in (0.0, 1.0):
            made[number] = values[low if part == 0.0 else high]
        elif logarithmic:
            made[number] = values[low] * (values[high] / values[low]) ** part
        else:
            made[number] = (1.0 - part) * values[low] + part * values[high]
    return made


def _text(time: np.datetime64) -> str:
    return str(np.datetime_as_string(time, unit="m"))
