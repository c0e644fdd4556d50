"""Dust-affected hours by the rule of the national network for dust (环办监测〔2016〕120号).

An event starts when hourly PM10 of the city is at least twice its mean over the six hours before and above
150 µg/m³ while PM2.5/PM10 is at most half its mean over those hours; it ends when PM10 first returns to
within 10 % of that mean. The rule is not verified against the text (see `configs/dust_hours.yaml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import xarray as xr

from foundation.configuration import Config, load_shipped
from foundation.times import HOUR, shown
from foundation.units import si_factor
from observations.regular import regular_times
from observations.windows import mean_before


class DustRule(Config):
    """When hours count as affected by dust; concentrations in µg/m³."""

    source: str
    verified: bool
    earlier_hours: int
    minimum_earlier_hours: int
    pm10_factor: float
    pm10_above: float
    ratio_share: float
    return_within: float
    longest_hours: int


@dataclass(frozen=True)
class DustEvent:
    """Hours of one place that are affected by dust.

    Attributes:
        place: id of the place.
        start: UTC, end of the first affected hour.
        peak: UTC, end of the hour with the largest PM10.
        peak_pm10: kg m-3.
        end: UTC, end of the last affected hour.
        closed: whether PM10 was seen to return; False when the record or the longest duration ended first.
        pm10_before: mean PM10 over the hours before, kg m-3.
        ratio_before: mean PM2.5/PM10 over the hours before.
        ratio_at_start: PM2.5/PM10 in the first hour.
        hours_before: how many of the earlier hours there were.
    """

    place: str
    start: np.datetime64
    peak: np.datetime64
    peak_pm10: float
    end: np.datetime64
    closed: bool
    pm10_before: float
    ratio_before: float
    ratio_at_start: float
    hours_before: int

    @property
    def evidence(self) -> str:
        """What the event was recognised by, one line in Chinese and English."""
        unit = si_factor("ug m-3", "pm10")
        before, peak = self.pm10_before / unit, self.peak_pm10 / unit
        share = f"PM2.5/PM10 {self.ratio_at_start:.2f} ({self.ratio_before:.2f})"
        return (
            f"{shown(self.start)} 起, PM10 前{self.hours_before}小时均值 {before:.0f} µg/m³, "
            f"峰值 {peak:.0f} µg/m³, {share} / from {shown(self.start)}, mean PM10 of the "
            f"{self.hours_before} h before {before:.0f}, peak {peak:.0f} µg/m³, {share}"
        )


@lru_cache(maxsize=1)
def dust_rule() -> DustRule:
    """The rule that ships with the program (`configs/dust_hours.yaml`)."""
    return load_shipped(DustRule, "dust_hours.yaml")


def dust_hours(
    places: xr.Dataset, rule: DustRule | None = None
) -> tuple[tuple[DustEvent, ...], xr.DataArray]:
    """Dust events and the hours they affect.

    Args:
        places: hourly, keeps `foundation.contracts.place_observations`.
        rule: the rule; the one shipped when None.

    Returns:
        Events in the order of places and time, and a mask (time, place) whose attribute `verified` says
        whether the rule was checked against the official text.
    """
    rule = rule or dust_rule()
    steps = regular_times(places["time"].values, "hour")
    fine, coarse = (steps.spread(places[name].values) for name in ("pm25", "pm10"))
    mask = np.zeros(coarse.shape, dtype=bool)
    events: list[DustEvent] = []
    for column, name in enumerate(places["place"].values):
        for first, last, event in _events(fine[:, column], coarse[:, column], steps.times, str(name), rule):
            mask[first : last + 1, column] = True
            events.append(event)
    attributes = {
        "long_name": "dust-affected hour",
        "source": rule.source,
        "verified": str(rule.verified).lower(),
    }
    coords = {"time": places["time"], "place": places["place"]}
    return tuple(events), xr.DataArray(mask[steps.index], coords, ("time", "place"), "dust", attributes)


def _events(
    fine: np.ndarray, coarse: np.ndarray, times: np.ndarray, place: str, rule: DustRule
) -> list[tuple[int, int, DustEvent]]:
    ratio = np.divide(fine, coarse, out=np.full(fine.shape, np.nan), where=coarse > 0)
    pm10_before, count = mean_before(coarse, rule.earlier_hours)
    ratio_before, ratio_count = mean_before(ratio, rule.earlier_hours)
    with np.errstate(invalid="ignore"):
        starts = (
            (coarse >= rule.pm10_factor * pm10_before)
            & (coarse > rule.pm10_above * si_factor("ug m-3", "pm10"))
            & (ratio <= rule.ratio_share * ratio_before)
            & (np.minimum(count, ratio_count) >= rule.minimum_earlier_hours)
        )
    found: list[tuple[int, int, DustEvent]] = []
    free_from = 0
    for first in np.flatnonzero(starts):
        if first < free_from:
            continue
        last, closed = _last_hour(coarse, int(first), float(pm10_before[first]), rule)
        peak = int(first) + int(np.nanargmax(coarse[first : last + 1]))
        event = DustEvent(
            place,
            times[first],
            times[peak],
            float(coarse[peak]),
            times[last],
            closed,
            float(pm10_before[first]),
            float(ratio_before[first]),
            float(ratio[first]),
            int(count[first]),
        )
        found.append((int(first), last, event))
        free_from = last + 1
    return found


def _last_hour(coarse: np.ndarray, first: int, before: float, rule: DustRule) -> tuple[int, bool]:
    """The last affected hour and whether PM10 was seen to return after it."""
    stop = min(len(coarse), first + rule.longest_hours)
    with np.errstate(invalid="ignore"):
        back = np.flatnonzero(coarse[first + 1 : stop] <= before * (1 + rule.return_within))
    if back.size:
        return first + int(back[0]), True
    measured = np.flatnonzero(np.isfinite(coarse[first:stop]))
    return first + int(measured[-1]), False


def affected_duration(event: DustEvent) -> int:
    """Number of affected hours, first and last included."""
    return int((event.end - event.start) // HOUR) + 1
