"""When a warning ends, which episodes are one, and the index of a region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.errors import InputError
from standards.warning_evidence import explain, series, windows_of
from standards.warning_runs import run_starts
from standards.warning_tables import WINDOW_HOURS, WarningRules


@dataclass(frozen=True)
class Episode:
    """A stretch of time under one warning.

    Attributes:
        start: begin of its first window, UTC.
        end: end of its last window, UTC.
        level: 1 yellow, 2 orange, 3 red.
    """

    start: np.datetime64
    end: np.datetime64
    level: int


def lifting_time(
    aqi: np.ndarray, times: np.ndarray, rules: WarningRules, step_hours: int
) -> np.datetime64 | None:
    """Earliest time from which the index stays low for long enough to lift a warning.

    Every 24 h window that lies within the hours asked for must be below the value: for 36 h those that
    end 24 to 36 h after the time. Daily steps cannot show 36 h, so that two whole days must be below.
    Missing windows are no evidence of clean air.

    Args:
        aqi: index of 24 h windows from the time in question on, one dimension.
        times: see `explain`.
        rules: the rule set.
        step_hours: hours from one element to the next; divides 24.

    Returns:
        The begin of the first such stretch, UTC; None when there is none.

    Raises:
        InputError: when lengths differ or times are not regular.
    """
    values = series(aqi, times, step_hours)
    windows = -(-(rules.lifting.hours - WINDOW_HOURS) // step_hours) + 1
    starts = np.flatnonzero(run_starts(values < rules.lifting.below, windows, 1))
    return windows_of(times, step_hours)[0][starts[0]] if starts.size else None


def episodes(
    aqi: np.ndarray,
    times: np.ndarray,
    rules: WarningRules,
    step_hours: int,
    countable: np.ndarray | None = None,
) -> list[Episode]:
    """Stretches of time in which a clause is met, each at the highest level met in it.

    Args and errors are those of `explain`; overlapping runs are one episode.
    """
    findings = explain(aqi, times, rules, step_hours, countable)
    found = [Episode(f.first_window[0], f.last_window[1], f.level) for f in findings]
    joined: list[Episode] = []
    for episode in sorted(found, key=lambda one: one.start):
        overlaps = bool(joined) and bool(episode.start < joined[-1].end)
        joined.append(_merged(joined.pop(), episode) if overlaps else episode)
    return joined


def join_episodes(
    found: Sequence[Episode], aqi: np.ndarray, times: np.ndarray, rules: WarningRules, step_hours: int
) -> list[Episode]:
    """Episodes whose gap does not meet the lifting rule are one, from its start at the stricter level.

    Args:
        found: episodes in order of time.
        aqi: index of 24 h windows over all of them, one dimension, nothing taken out.
        times: see `explain`.
        rules: the rule set.
        step_hours: hours from one element to the next; divides 24.

    Raises:
        InputError: when lengths differ or times are not regular.
    """
    values = series(aqi, times, step_hours)
    starts, ends = windows_of(times, step_hours)
    joined: list[Episode] = []
    for episode in sorted(found, key=lambda one: one.start):
        one = False
        if joined:
            inside = (starts >= joined[-1].end) & (ends <= episode.start)
            one = lifting_time(values[inside], times[inside], rules, step_hours) is None
        joined.append(_merged(joined.pop(), episode) if one else episode)
    return joined


def _merged(first: Episode, second: Episode) -> Episode:
    return Episode(first.start, max(first.end, second.end), max(first.level, second.level))


def regional_aqi(
    aqi: xr.DataArray, rules: WarningRules, *, members: Sequence[str] | None = None, dim: str = "place"
) -> xr.DataArray:
    """Mean index of a region, where enough of its members are present.

    That the members touch each other is a property of the region's list, not checked here.

    Args:
        aqi: index by place, NaN where missing.
        rules: regional rules, which say how many members are needed.
        members: ids of the region's places; None takes all in `aqi`. One not in `aqi` is missing.
        dim: dimension of places.

    Returns:
        Mean over the members present, NaN where they are too few; a coordinate `members_present`
        counts them.

    Raises:
        InputError: when the rules are not regional.
    """
    if rules.scope is None:
        raise InputError(
            f"the rules {rules.name!r} know no regional mean", remedy="Use those of the series xinjiang"
        )
    chosen = aqi if members is None else aqi.sel({dim: [m for m in members if m in aqi[dim].values]})
    present = chosen.notnull().sum(dim)
    mean = chosen.sum(dim, skipna=True) / present.where(present >= rules.scope.minimum_members)
    return mean.assign_coords(members_present=present).assign_attrs(aqi.attrs)
