"""The rules of warnings applied to the courses of one area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.warnings.courses import Courses
from standards.warning_chance import member_levels, share_reaching
from standards.warning_rules import (
    Episode,
    Finding,
    WarningRules,
    episodes,
    explain,
    join_episodes,
    lifting_time,
    regional_aqi,
)


@dataclass(frozen=True)
class Assessment:
    """What the rules say of one area on one basis.

    Attributes:
        courses: the windows used.
        times: of the windows, see `Courses`.
        shown: index of each window, whether or not it counts.
        counted: index of each window that counts, NaN elsewhere.
        dusty: whether dust is expected in the area within each window.
        level: highest level met, 0 to 3.
        findings: every run that meets a clause, highest level first.
        episode: the first stretch of time at the highest level; None for level 0.
        lifting: earliest time, not before its end, from which the lifting rule is met, if any.
        member_levels: level met in each member; see `standards.warning_chance.member_levels`.
        evaluable: whether any window counts.
    """

    courses: Courses
    times: np.ndarray
    shown: np.ndarray
    counted: np.ndarray
    dusty: np.ndarray
    level: int
    findings: tuple[Finding, ...]
    episode: Episode | None
    lifting: np.datetime64 | None
    member_levels: xr.DataArray

    @property
    def evaluable(self) -> bool:
        """Whether any window has an index at all."""
        return bool(np.isfinite(self.shown).any())

    def share_at_least(self, level: int) -> float | None:
        """Share of the members that meet at least a level; None without members."""
        share = float(share_reaching(self.member_levels, level))
        return share if np.isfinite(share) else None


def assess(courses: Courses, places: tuple[str, ...], rules: WarningRules, *, regional: bool) -> Assessment:
    """Apply a rule set to one place, or to the mean over the places of a region.

    A place whose window does not count, for dust or ozone, is left out of the region's mean for it.

    Args:
        courses: windows of all places.
        places: ids of the places with a forecast; one of them unless `regional`.
        rules: the rule set.
        regional: whether to take the mean over the places.
    """

    def area_mean(aqi: xr.DataArray) -> xr.DataArray:
        if regional:
            return regional_aqi(aqi, rules, members=places)
        return aqi.sel(place=places[0], drop=True)

    times = courses.published["time"].values
    shown = area_mean(courses.published).values
    counted = area_mean(courses.counted).values
    members = area_mean(courses.members)
    levels = member_levels(members, rules, courses.step_hours)
    findings = tuple(explain(counted, times, rules, courses.step_hours))
    level = max((found.level for found in findings), default=0)
    found = episodes(counted, times, rules, courses.step_hours)
    joined = join_episodes(found, shown, times, rules, courses.step_hours)
    episode = next((one for one in joined if one.level == level), None)
    lifting = None
    if episode is not None:
        after = _begin(times, courses) >= episode.end
        lifting = lifting_time(shown[after], times[after], rules, courses.step_hours)
    dusty = courses.dust.sel(place=list(places)).any("place").values
    return Assessment(courses, times, shown, counted, dusty, level, findings, episode, lifting, levels)


def _begin(times: np.ndarray, courses: Courses) -> np.ndarray:
    return times if courses.step_hours == 24 else times - np.timedelta64(24, "h")


def stricter(first: Assessment, second: Assessment | None) -> Assessment:
    """The assessment that calls for the higher level; of equals, the first."""
    return second if second is not None and second.level > first.level else first
