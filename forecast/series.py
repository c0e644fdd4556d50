"""From place means to the history of one pollutant that models look at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from forecast.history import FLOOR, History
from foundation.errors import InputError
from foundation.times import DAY, HOUR, beijing_day, shown, start_of_day
from foundation.units import to_display

_STEP = {"day": DAY, "hour": HOUR}
_CO_FLOOR_SHARE = 0.1


def logarithm(concentration: np.ndarray, pollutant: str) -> np.ndarray:
    """Natural logarithm of kg m-3 in display units, with a floor under what networks can detect."""
    floor = FLOOR * (_CO_FLOOR_SHARE if pollutant == "co" else 1.0)
    return np.asarray(np.log(np.maximum(to_display(concentration, pollutant), floor)))


def known_before(dataset: xr.Dataset, reference_time: np.datetime64) -> xr.Dataset:
    """The measurements known at an issue: days that have ended, hours that have ended.

    Raises:
        InputError: when nothing was measured by then.
    """
    step = DAY if dataset.attrs["averaging"] == "day" else np.timedelta64(0, "h")
    known = dataset.isel(time=dataset["time"].values + step <= reference_time)
    if known.sizes["time"] == 0:
        raise InputError(
            f"no measurement is known at {shown(reference_time)} Beijing time; "
            f"the first is of {shown(dataset['time'].values[0])}",
            remedy="Choose a later reference time or give earlier measurements",
        )
    return known


def day_history(
    daily: xr.Dataset, pollutant: str, reference_time: np.datetime64,
    *, carry: int, trailing: xr.Dataset | None = None,
) -> History:  # fmt: skip
    """The history of daily means for issues at the clock time of a reference time.

    Args:
        daily: keeps `place_observations('day')`, time is the start of the Beijing day.
        pollutant: its name.
        reference_time: last issue, UTC.
        carry: days for which a last value stands in for a missing one.
        trailing: hourly 24 h means, used for what is recent when the issue is not at midnight.

    Returns:
        One row a day; the last belongs to `reference_time`. Lead `k` is the Beijing day `k` days after
        the one that holds the last hour before the issue.
    """
    last_day = beijing_day(reference_time - HOUR)
    first_day = beijing_day(daily["time"].values[0])
    days = first_day + np.arange((last_day - first_day).astype(int) + 1)
    issue_offset = reference_time - start_of_day(last_day)
    measured = daily[pollutant].reindex(time=start_of_day(days)).transpose("time", "place").values
    target = logarithm(measured, pollutant)
    delay = 0 if issue_offset == DAY else 1
    recent = _shifted(target, delay)
    if trailing is not None and delay and pollutant in trailing:
        means = trailing[pollutant].reindex(time=start_of_day(days) + issue_offset)
        latest = logarithm(means.transpose("time", "place").values, pollutant)
        recent = np.where(np.isfinite(latest), latest, recent)
    return History(carried(recent, carry), target, start_of_day(days) + issue_offset, 1, delay)


def hour_history(hourly: xr.Dataset, pollutant: str, reference_time: np.datetime64, *, carry: int) -> History:
    """The history of hourly means; the last row belongs to the hour that ends at `reference_time`.

    Args:
        hourly: keeps `place_observations('hour')`.
        pollutant: its name.
        reference_time: last issue, a full hour, UTC.
        carry: days for which a last value stands in for a missing one.
    """
    hours = np.arange(hourly["time"].values[0], reference_time + HOUR, HOUR)
    measured = hourly[pollutant].reindex(time=hours).transpose("time", "place").values
    target = logarithm(measured, pollutant)
    return History(carried(target, carry * 24), target, hours, 24)


def valid_times(history: History, rows: np.ndarray, leads: np.ndarray) -> np.ndarray:
    """Valid time (issue, lead) in UTC: the start of the Beijing day, or the end of the hour."""
    issued = history.times[rows][:, None]
    if history.steps_per_day == 24:
        return np.asarray(issued + leads * HOUR)
    return start_of_day(beijing_day(issued - HOUR) + leads)


def lead_times(history: History, leads: np.ndarray) -> np.ndarray:
    """Lead times (lead,): from the issue to the end of the step judged."""
    if history.steps_per_day == 24:
        return np.asarray(leads * HOUR.astype("timedelta64[ns]"))
    valid = valid_times(history, np.array([len(history.times) - 1]), leads)[0]
    return np.asarray(valid + DAY - history.times[-1])


def _shifted(values: np.ndarray, steps: int) -> np.ndarray:
    if steps == 0:
        return values
    return np.concatenate([np.full((steps, values.shape[1]), np.nan), values[:-steps]])


def carried(values: np.ndarray, steps: int) -> np.ndarray:
    """Values (time, ...) with each gap filled with the last value before it, for at most that many steps."""
    return pd.DataFrame(values).ffill(limit=steps).to_numpy() if steps else values
