"""Dust-affected hours by the rule of the national network (环办监测〔2016〕120号): stations and city means.

An event starts when hourly PM10 is at least twice its mean over the six hours before and above 150 µg/m³
while PM2.5/PM10 is at most half its mean over those hours; it ends when PM10 first returns to within 10 % of
that mean. The rule is not verified against the text (see `configs/dust_hours.yaml`). It speaks of a city's
mean; at single stations the same words are applied to the station.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.units import si_factor
from observations.dust.events import GAP, LONGEST, RECORD, RETURNED, DustEvent
from observations.dust.rules import DustRule, dust_rule
from observations.dust.series import Particles, missing_just_before, particles_of
from observations.windows import mean_before


def dust_hours(
    dataset: xr.Dataset, rule: DustRule | None = None
) -> tuple[tuple[DustEvent, ...], xr.DataArray]:
    """Dust events and the hours they affect.

    Gaps neither start nor end an event: a start needs `minimum_earlier_hours` of the hours before, and
    missing hours do not count as a return. After `longest_gap_hours` without PM10 an event is closed as
    `gap`: its end is not known.

    Args:
        dataset: hourly, keeps `foundation.contracts.observations` or `place_observations`.
        rule: the rule; the default of those shipped when None.

    Returns:
        Events in the order of columns and time, and a mask (time, place or station) whose attribute
        `verified` says whether the rule was checked against the official text.

    Raises:
        InputError: when the data set is not hourly.
    """
    rule = rule or dust_rule()
    series = particles_of(dataset)
    if series.averaging != "hour":
        raise InputError(
            f"the rule {rule.name!r} judges hours, got {series.averaging} values",
            remedy="Give hourly measurements, or use the detector",
        )
    mask = np.zeros(series.coarse.shape, dtype=bool)
    events: list[DustEvent] = []
    for column in range(len(series.names)):
        for first, last, event in _events(series, column, rule):
            mask[first : last + 1, column] = True
            events.append(event)
    attributes = {
        "long_name": "dust-affected hour",
        "rule": rule.name,
        "source": rule.source,
        "verified": str(rule.verified).lower(),
    }
    return tuple(events), series.laid_out(mask, "dust", attributes)


def _events(series: Particles, column: int, rule: DustRule) -> list[tuple[int, int, DustEvent]]:
    coarse, ratio = series.coarse[:, column], series.ratio[:, column]
    before, count = mean_before(coarse, rule.earlier_hours)
    ratio_before, ratio_count = mean_before(ratio, rule.earlier_hours)
    present = np.isfinite(coarse)
    found: list[tuple[int, int, DustEvent]] = []
    free_from = 0
    for first in np.flatnonzero(_starts(coarse, ratio, (before, count), (ratio_before, ratio_count), rule)):
        if first < free_from:
            continue
        last, ending = _last_hour(coarse, int(first), float(before[first]), rule)
        peak = int(first) + int(np.nanargmax(coarse[first : last + 1]))
        times = series.steps.times
        event = DustEvent(
            place=series.names[column],
            rule=rule.name,
            averaging=series.averaging,
            start=times[first],
            peak=times[peak],
            peak_pm10=float(coarse[peak]),
            end=times[last],
            ending=ending,
            pm10_before=float(before[first]),
            ratio_before=float(ratio_before[first]),
            ratio_at_start=float(ratio[first]),
            steps_before=int(count[first]),
            missing_before_start=missing_just_before(present, int(first)),
            missing_before_end=missing_just_before(present, last + 1) if ending == RETURNED else 0,
        )
        found.append((int(first), last, event))
        free_from = last + 1
    return found


def _starts(
    coarse: np.ndarray,
    ratio: np.ndarray,
    before: tuple[np.ndarray, np.ndarray],
    ratio_before: tuple[np.ndarray, np.ndarray],
    rule: DustRule,
) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (coarse >= rule.pm10_factor * before[0])
            & (coarse > rule.pm10_above * si_factor("ug m-3", "pm10"))
            & (ratio <= rule.ratio_share * ratio_before[0])
            & (np.minimum(before[1], ratio_before[1]) >= rule.minimum_earlier_hours)
        )


def _last_hour(coarse: np.ndarray, first: int, before: float, rule: DustRule) -> tuple[int, str]:
    """The last affected hour, and how the event ends."""
    level = before * (1 + rule.return_within)
    stop = min(len(coarse), first + rule.longest_hours)
    last = first
    for index in range(first + 1, stop):
        if np.isnan(coarse[index]):
            if index - last > rule.longest_gap_hours:
                return last, GAP
        elif coarse[index] <= level:
            return index - 1, RETURNED
        else:
            last = index
    return last, RECORD if stop == len(coarse) else LONGEST
