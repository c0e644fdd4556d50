"""Means over windows and groups of hours in which some values are missing."""

from __future__ import annotations

import numpy as np

from foundation.times import HOUR, day_of_hour, start_of_day
from foundation.units import si_factor
from observations.quality_control import Validity
from observations.regular import regular_times

_EIGHT = 8
_FIRST_EIGHT_HOUR_END = 8


def means_of_groups(
    values: np.ndarray, group: np.ndarray, groups: int, least: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of each group of rows, and whether it has enough values.

    Args:
        values: NaN where there is none, shape (row, column).
        group: number of the group of each row, shape (row,).
        groups: how many groups there are.
        least: values a group needs.

    Returns:
        Means and completeness, each of shape (group, column).
    """
    present = np.isfinite(values)
    count = np.zeros((groups, values.shape[1]))
    total = np.zeros((groups, values.shape[1]))
    np.add.at(count, group, present)
    np.add.at(total, group, np.where(present, values, 0.0))
    mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean, count >= least


def trailing(values: np.ndarray, hours: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and number of values in the window that ends at each row.

    Args:
        values: consecutive hours, NaN where there is none, shape (hour, column).
        hours: length of the window, the row itself included.
    """
    present = np.isfinite(values)
    padding = np.zeros((hours - 1, values.shape[1]))
    windows = np.lib.stride_tricks.sliding_window_view
    filled = np.concatenate([padding, np.where(present, values, 0.0)])
    counted = np.concatenate([padding, present.astype(float)])
    total, count = windows(filled, hours, axis=0).sum(-1), windows(counted, hours, axis=0).sum(-1)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0), count


def largest_eight_hour_mean(
    ozone: np.ndarray, times: np.ndarray, days: np.ndarray, validity: Validity
) -> tuple[np.ndarray, np.ndarray]:
    """Largest valid 8 h mean of each Beijing day, and whether the day is complete (GB 3095, HJ 663).

    Args:
        ozone: hourly means, kg m-3, shape (time, column).
        times: UTC, end of each hour, sorted.
        days: Beijing days wanted, sorted.
        validity: hours an 8 h mean needs, and 8 h means a day needs unless it is above the limit anyway.

    Returns:
        Largest means and completeness, each of shape (day, column).
    """
    steps = regular_times(times, "hour")
    mean, count = trailing(steps.spread(ozone), _EIGHT)
    valid = count >= validity.hours_of_eight
    day = day_of_hour(steps.times)
    hour = (steps.times - start_of_day(day)) // HOUR
    rows = (hour >= _FIRST_EIGHT_HOUR_END) & np.isin(day, days)
    which = np.searchsorted(days, day[rows])
    largest = np.full((len(days), ozone.shape[1]), np.nan)
    number = np.zeros(largest.shape)
    np.fmax.at(largest, which, np.where(valid[rows], mean[rows], np.nan))
    np.add.at(number, which, valid[rows])
    limit = validity.ozone_limit * si_factor("ug m-3", "o3")
    with np.errstate(invalid="ignore"):
        return largest, (number >= validity.eight_hour_means) | (largest > limit)


def mean_before(values: np.ndarray, hours: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and number of the values in the hours before each, itself not counted.

    Args:
        values: consecutive hours, NaN where there is none, shape (hour,).
        hours: length of the window.
    """
    mean, count = trailing(values[:, None], hours)
    before = np.concatenate([np.full((1, 1), np.nan), mean])[: len(values), 0]
    return before, np.concatenate([np.zeros((1, 1)), count])[: len(values), 0]
