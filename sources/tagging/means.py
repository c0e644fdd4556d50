"""Mean contributions at receptors over a period: of one run or stitched from many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from foundation.errors import InputError
from sources.tagging.courses import Period, in_period, stitched
from sources.tagging.runs import RunContributions

__all__ = ["Means", "mean_contributions", "receptor_course"]

_COMPONENTS = "component_contribution"


@dataclass(frozen=True)
class Means:
    """Mean contributions over a period.

    Attributes:
        dataset: `contribution` (place, source), `published` (place), kg m-3, of one pollutant, and where
            known `component_contribution` (place, component, source); missing for a place without a value.
        pollutant: its name.
        begins: start of the first step, UTC.
        ends: end of the last step, UTC.
        steps: number of steps in the period.
        counted: steps with a value, by place.
    """

    dataset: xr.Dataset
    pollutant: str
    begins: np.datetime64
    ends: np.datetime64
    steps: int
    counted: dict[str, int]


def receptor_course(
    runs: Sequence[RunContributions], averaging: str, period: Period | None = None
) -> xr.Dataset:
    """Contributions by time at all receptors: places, and by day the target regions too.

    Args:
        runs: of one domain; a step is taken from the latest run issued before it.
        averaging: `day` or `hour`.
        period: steps inside it; all by default.

    Returns:
        As `courses.course_of`.

    Raises:
        InputError: when no run has such contributions, or none lies in the period.
    """
    course = stitched(runs, averaging)
    if averaging == "day" and any("region" in run.parts for run in runs):
        joint: dict[str, Any] = {"data_vars": "all", "coords": "minimal", "compat": "override"}
        regions = stitched(runs, "region")
        held = regions["published"].notnull()
        regions = regions.reindex(source=course["source"].values)
        tagged = [name for name in ("contribution", "component_contribution") if name in regions]
        regions = regions.assign({name: regions[name].fillna(0.0) for name in tagged})
        regions["contribution"] = regions["contribution"].where(held)
        regions = regions.reindex(time=course["time"].values)
        shared = [name for name in course.data_vars if name in regions.data_vars]
        course = xr.concat([course[shared], regions[shared]], "place", **joint).assign_attrs(course.attrs)
    return course if period is None else in_period(course, period)


def mean_contributions(course: xr.Dataset, pollutant: str) -> Means:
    """Means over all steps of a course of which the value is there.

    Raises:
        InputError: when the course lacks the pollutant.
    """
    held = [str(name) for name in course["pollutant"].values]
    if pollutant not in held:
        raise InputError(
            f"no contributions to {pollutant!r}",
            remedy=f"This run holds {', '.join(held)} by {course.attrs['part']}",
        )
    chosen = course.sel(pollutant=pollutant, drop=True)
    known = chosen["published"].notnull()
    parts = {name: chosen[name].where(known).mean("time") for name in ("contribution", "published")}
    if _COMPONENTS in chosen:
        parts[_COMPONENTS] = chosen[_COMPONENTS].where(known).mean("time")
        if "fine_share" in chosen:
            parts["fine_share"] = chosen["fine_share"]
    made = xr.Dataset(parts)
    made["contribution"] = made["contribution"].transpose("place", "source").assign_attrs(units="kg m-3")
    starts, ends = step_bounds(course)
    counts = known.sum("time").values
    places = [str(name) for name in course["place"].values]
    return Means(
        made, pollutant, starts.min(), ends.max(), course.sizes["time"],
        dict(zip(places, map(int, counts), strict=True)),
    )  # fmt: skip


def step_bounds(course: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of every step of a course, UTC, each (time,)."""
    times = course["time"].values
    if course.attrs["part"] == "hour":
        return times - np.timedelta64(1, "h"), times
    return times, times + np.timedelta64(1, "D")
