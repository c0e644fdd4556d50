"""Runs of 24 h windows that meet a clause, and the highest level met.

"Above X for N hours" is N/24 back-to-back 24 h windows, each above X. As the daily index may be taken
over any consecutive 24 h, hourly series hold one window ending at every hour, and a run may begin at
any of them. Windows that are missing or not countable break a run.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.errors import InputError
from standards.warning_tables import WINDOW_HOURS, Clause, Condition, WarningRules


def stride_of(step_hours: int) -> int:
    """Elements from one window to the next that touches it.

    Raises:
        InputError: when the step does not divide 24 hours.
    """
    if step_hours < 1 or WINDOW_HOURS % step_hours:
        raise InputError(f"expected a step that divides {WINDOW_HOURS} hours, got {step_hours}")
    return WINDOW_HOURS // step_hours


def check_step(times: np.ndarray, step_hours: int) -> None:
    """Refuse times, or leads, that are not exactly one step apart: a gap would join what is apart.

    Raises:
        InputError: naming the first gap.
    """
    wrong = np.flatnonzero(np.diff(times) != np.timedelta64(step_hours, "h"))
    if wrong.size:
        before, after = times[wrong[0]], times[wrong[0] + 1]
        raise InputError(
            f"expected steps of {step_hours} h, got {after} after {before}",
            remedy="Fill gaps with missing values first",
        )


def meets(values: np.ndarray, condition: Condition) -> np.ndarray:
    """Whether each window meets the index of a condition; missing windows do not."""
    if condition.above is not None:
        return np.asarray(values > condition.above)
    return np.asarray(values >= condition.reaching)


def run_starts(met: np.ndarray, windows: int, stride: int) -> np.ndarray:
    """Where runs of back-to-back windows begin; last axis shorter by the run, empty when none fits."""
    count = max(met.shape[-1] - stride * (windows - 1), 0)
    starts = np.ones((*met.shape[:-1], count), dtype=bool)
    for window in range(windows):
        starts &= met[..., window * stride : window * stride + count]
    return starts


def clause_starts(values: np.ndarray, clause: Clause, stride: int) -> np.ndarray:
    """Where runs that meet a clause begin.

    Args:
        values: index of each window, NaN where missing or not countable; time last.
        clause: the first condition is the run, the others are met anywhere within it.
        stride: see `stride_of`.
    """
    run, *within = clause.conditions
    starts = run_starts(meets(values, run), run.windows, stride)
    count = starts.shape[-1]
    for condition in within:
        inner = run_starts(meets(values, condition), condition.windows, stride)
        slack = stride * (run.windows - condition.windows)
        anywhere = np.zeros_like(starts)
        for offset in range(slack + 1):
            anywhere |= inner[..., offset : offset + count]
        starts &= anywhere
    return starts


def warning_level(
    aqi: xr.DataArray,
    rules: WarningRules,
    *,
    dim: str,
    step_hours: int,
    countable: xr.DataArray | None = None,
) -> xr.DataArray:
    """The highest level of warning met anywhere along a dimension.

    Args:
        aqi: index of 24 h windows, NaN where missing. With a step of 24 hours consecutive calendar
            days; with shorter steps each element is the window that ends there.
        rules: the rule set.
        dim: dimension of time; where it has times or leads as coordinate, they must be regular.
        step_hours: hours from one element to the next; divides 24.
        countable: False where a window does not escalate (dust, fires, ozone); None counts all.

    Returns:
        int8 over all other dimensions: 0 none, 1 yellow, 2 orange, 3 red.

    Raises:
        InputError: when the step does not fit or the two arrays do not match.
    """
    stride = stride_of(step_hours)
    if dim in aqi.coords and aqi[dim].dtype.kind in "mM":
        check_step(aqi[dim].values, step_hours)
    counted = aqi if countable is None else aqi.where(_matching(countable, aqi))
    last = counted.transpose(..., dim)
    level = np.zeros(last.shape[:-1], dtype=np.int8)
    for clause in rules.clauses:
        met = clause_starts(last.values, clause, stride).any(axis=-1)
        level = np.where(met, np.maximum(level, np.int8(clause.level)), level)
    result = last.isel({dim: 0}, drop=True) if last.sizes[dim] else last.sum(dim)
    attributes = {"units": "1", "rules": rules.name}
    return result.copy(data=level).rename("warning_level").assign_attrs(attributes)


def _matching(countable: xr.DataArray, aqi: xr.DataArray) -> xr.DataArray:
    try:
        matched: xr.DataArray = xr.align(countable, aqi, join="exact")[0]
    except ValueError as error:
        raise InputError(
            "`countable` and the index do not cover the same elements", remedy="Give both on the same axes"
        ) from error
    return matched.astype(bool)
