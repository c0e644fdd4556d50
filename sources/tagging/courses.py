"""Contributions in time: of one run, or stitched from many runs of a domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.errors import ConfigurationError, InputError
from foundation.times import DAY, HOUR, parse_reference_time, shown
from sources.tagging.runs import CONTRIBUTIONS_FILE, RunContributions

__all__ = ["Period", "course_of", "in_period", "parse_period", "stitched"]

_STEPS = {"day": DAY, "region": DAY, "hour": HOUR}
_DATE_LENGTH = 10
_KEPT = ("contribution", "published", "component_contribution")


@dataclass(frozen=True)
class Period:
    """A stretch of time, UTC; None is open. Steps that lie inside as a whole belong to it."""

    begins: np.datetime64 | None = None
    ends: np.datetime64 | None = None


def parse_period(begins: str | None, ends: str | None) -> Period:
    """A period as people give it: a bare date to its end, Beijing time; open where nothing is given.

    Raises:
        ConfigurationError: when a text is no time, or the end is not after the beginning.
    """
    first = parse_reference_time(begins) if begins else None
    last = parse_reference_time(ends) if ends else None
    if last is not None and ends is not None and len(ends.strip()) <= _DATE_LENGTH:
        last = last + DAY
    if first is not None and last is not None and last <= first:
        raise ConfigurationError(
            f"--from {begins} --to {ends}: the end is not after the beginning", remedy="Give a later --to"
        )
    return Period(first, last)


def course_of(run: RunContributions, part: str) -> xr.Dataset:
    """One part of a run by time.

    Args:
        run: the run.
        part: `day`, `region` or `hour`.

    Returns:
        `contribution` (time, place, pollutant, source) and `published` (time, place, pollutant), kg m-3, with
        what else the part holds of components; `time` is the house's label, the start of a day or the end of
        an hour, UTC; `lead_time` to the end of the step and `reference_time` go with it.

    Raises:
        InputError: when the run has no such part.
    """
    if part not in run.parts:
        raise InputError(
            f"the run has no contributions by {part}", where=str(run.folder / CONTRIBUTIONS_FILE)
        )
    made = run.parts[part]
    lead = made["lead_time"].values
    label = run.reference_time + lead - (DAY if part != "hour" else np.timedelta64(0, "h"))
    course = made.isel(reference_time=0, drop=True).drop_vars("valid_time", errors="ignore")
    return course.rename(lead_time="time").assign_coords(
        time=label.astype("datetime64[ns]"), lead_time=("time", lead),
        reference_time=("time", np.full(len(lead), run.reference_time)),
    ).assign_attrs(part=part, domain=run.domain)  # fmt: skip


def in_period(course: xr.Dataset, period: Period) -> xr.Dataset:
    """The steps of a course that lie inside a period as a whole.

    Raises:
        InputError: when there is none; the message says what the course holds.
    """
    step = _STEPS[str(course.attrs["part"])]
    times = course["time"].values
    starts, ends = (times - HOUR, times) if step == HOUR else (times, times + step)
    inside = np.ones(len(times), dtype=bool)
    if period.begins is not None:
        inside &= starts >= period.begins
    if period.ends is not None:
        inside &= ends <= period.ends
    if not inside.any():
        held = f"{shown(starts[0])} to {shown(ends[-1])}" if len(times) else "nothing"
        raise InputError(
            f"no whole step lies in the period; the contributions hold {held} (Beijing time)",
            remedy="Give another --from or --to",
        )
    return course.isel(time=inside)


def stitched(runs: Sequence[RunContributions], part: str) -> xr.Dataset:
    """A course from many runs: each step from the latest run that was issued before the step began.

    A source that one run tags and another does not counts as 0 where it was not tagged; a place that a run
    does not publish is missing there.

    Args:
        runs: of one domain, in any order.
        part: `day`, `region` or `hour`.

    Returns:
        As `course_of`; `reference_time` and `lead_time` say which run each step is from.

    Raises:
        InputError: when no run has such a part.
    """
    ordered = sorted((run for run in runs if part in run.parts), key=lambda run: run.reference_time)
    if not ordered:
        raise InputError(f"no run has contributions by {part}")
    kept: list[xr.Dataset] = []
    taken = np.empty(0, dtype="datetime64[ns]")
    for run in reversed(ordered):
        course = course_of(run, part)
        begun_after = course["lead_time"].values >= _STEPS[part]
        course = course.isel(time=begun_after & ~np.isin(course["time"].values, taken))
        taken = np.union1d(taken, course["time"].values)
        if course.sizes["time"]:
            kept.insert(0, course)
    names = list(dict.fromkeys(str(name) for course in kept for name in course["source"].values))
    labels = _labels(kept, names)
    pieces = [_with_sources(course, names) for course in kept]
    joined = xr.concat(pieces, "time", join="outer", combine_attrs="drop_conflicts")
    synthetic = int(any(bool(int(course.attrs.get("synthetic", 0))) for course in kept))
    return joined.sortby("time").assign_coords(labels).assign_attrs(part=part, synthetic=synthetic)


def _labels(courses: Sequence[xr.Dataset], names: Sequence[str]) -> dict[str, tuple[str, list[str]]]:
    """Names, sectors and regions of all sources, from the latest course that has each."""
    kinds = ("sector", "region", "source_chinese", "source_english")
    found: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for course in courses:
        for kind in kinds:
            found[kind] |= dict(
                zip(map(str, course["source"].values), map(str, course[kind].values), strict=True)
            )
    return {kind: ("source", [found[kind][name] for name in names]) for kind in kinds}


def _with_sources(course: xr.Dataset, names: Sequence[str]) -> xr.Dataset:
    """A course with other sources too, of which it has nothing; names of its sources and places go."""
    bare = course[[name for name in _KEPT if name in course]].reset_coords(drop=True)
    if "fine_share" in course:
        bare = bare.assign_coords(fine_share=course["fine_share"])
    bare = bare.assign_coords({name: course[name] for name in ("lead_time", "reference_time")})
    filled = bare.reindex(source=list(names), fill_value=0.0)
    return filled.assign(contribution=filled["contribution"].where(bare["published"].notnull()))
