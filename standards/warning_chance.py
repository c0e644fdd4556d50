"""How likely a level of warning is: the share of joint courses in which its rules are met."""

from __future__ import annotations

import numpy as np
import xarray as xr

from standards.warning_runs import warning_level
from standards.warning_tables import WarningRules


def member_levels(members: xr.DataArray, rules: WarningRules, step_hours: int) -> xr.DataArray:
    """Level met in each joint course.

    Args:
        members: index of 24 h windows that count, NaN elsewhere, dims (member, time) and others; `time` as
            `standards.warning_rules.warning_level` wants it.
        rules: the rule set.
        step_hours: hours from one window to the next.

    Returns:
        Float, dims less `time`: 0 none, 1 yellow, 2 orange, 3 red; NaN for a course no window of which
        counts.
    """
    levels = warning_level(members, rules, dim="time", step_hours=step_hours)
    return levels.astype(float).where(members.notnull().any("time"))


def share_reaching(levels: xr.DataArray, level: int) -> xr.DataArray:
    """Share of the courses that meet at least a level; NaN where no course is known.

    Args:
        levels: from `member_levels`, with the dimension `member`.
        level: 1 yellow, 2 orange, 3 red.
    """
    known = levels.notnull()
    count = known.sum("member")
    return ((levels >= level) & known).sum("member") / count.where(count > 0)


def ozone_alone(primary: xr.DataArray) -> xr.DataArray:
    """Where ozone and nothing else is primary, so that the rules of heavy pollution are not meant.

    Args:
        primary: primary or not, with the dimension `pollutant`.
    """
    is_ozone = primary["pollutant"].isin(["o3", "o3_8h"])
    some = primary.where(is_ozone, 0).sum("pollutant") > 0
    others = primary.where(~is_ozone, 0).sum("pollutant") > 0
    return some & ~others


def escalates(dust: xr.DataArray, primary: xr.DataArray) -> xr.DataArray:
    """Whether a window counts towards a warning: neither dust nor ozone alone.

    Args:
        dust: whether dust is expected.
        primary: primary or not, with the dimension `pollutant` besides.
    """
    alone: np.ndarray | xr.DataArray = ozone_alone(primary)
    return ~(dust.astype(bool) | alone)
