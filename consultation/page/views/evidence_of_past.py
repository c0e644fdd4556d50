"""Evidence from before: the last forecast, and past episodes like the one forecast."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.views.evidence import Finding, Subject, column
from consultation.page.views.forecasts import at_quantile, day_forecast, forecast_of
from consultation.page.views.writing import days, number
from consultation.products import OBSERVATIONS_FILE
from foundation.times import DAY, shown
from foundation.units import to_display

__all__ = ["last_forecast", "similar_days", "similar_episodes"]

_AFTER_DAYS = 2
_FLOOR = 5.0
"""µg/m³; concentrations below count as this much when courses are compared."""


def last_forecast(subject: Subject) -> Finding:
    """The index of the days ahead as this run and the one before it say."""
    if not subject.earlier:
        raise AbsentError("产品库中没有更早的预报", "The store holds no earlier forecast")
    now = forecast_of(subject.library, subject.run, subject.region, "day")
    before = forecast_of(subject.library, subject.earlier[0], subject.region, "day")
    then = dict(zip(days(before["valid_time"].values, "day"), at_quantile(before["aqi"], 0.5), strict=True))
    rows: list[dict[str, Any]] = [
        {
            "day": day,
            "now": number(value, 0),
            "before": number(then[day], 0),
            "change": number(value - then[day], 0),
        }
        for day, value in zip(
            days(now["valid_time"].values, "day"), at_quantile(now["aqi"], 0.5), strict=True
        )
        if day in then
    ]
    if not rows:
        raise AbsentError("上一次预报与本次没有共同的日期", "The last forecast shares no day with this one")
    largest = max(rows, key=lambda row: abs(row["change"] or 0))
    issued = shown(subject.earlier[0].reference_time)
    columns = (
        column("day", "日期", "Day"),
        column("now", "本次", "This one"),
        column("before", "上次", "Last one"),
        column("change", "变化", "Change"),
    )
    return Finding(
        f"与{issued}的预报相比，变化最大的是{largest['day']}：{largest['change'] or 0:+.0f}",
        f"Against that of {issued} most changed: {largest['day']}, {largest['change'] or 0:+.0f}",
        columns,
        tuple(rows),
    )


def similar_episodes(subject: Subject) -> Finding:
    """Runs of measured days whose PM2.5 at the places is most like that forecast."""
    config = subject.library.config.similar
    measured = _measured(subject, config.runs_read)
    if measured.sizes["time"] < config.least_measured_days:
        raise AbsentError(
            f"产品库中只有{measured.sizes['time']}天的监测，至少需要{config.least_measured_days}天",
            f"There are {measured.sizes['time']} measured days; {config.least_measured_days} are needed",
        )
    daily = day_forecast(subject.library, subject.run, "day").isel(reference_time=0)
    ahead = daily["concentration"].sel(pollutant="pm25", place=measured["place"].values)
    course = np.asarray(at_quantile(ahead.isel(lead_time=slice(0, config.days)), 0.5))
    found = similar_days(_shown(measured.values), _shown(course), measured["time"].values, config.shown)
    if not found:
        raise AbsentError("监测有缺，没有可比的连续日", "No run of measured days is whole enough to compare")
    rows = [
        {
            "from": days(measured["time"].values[[at]], "day")[0],
            "to": days(measured["time"].values[[at + len(course) - 1]], "day")[0],
            "ratio": number(ratio, 2),
            "pm25": [
                number(value, 0)
                for value in np.nanmean(_shown(measured.values)[at : at + len(course)], axis=1)
            ],
            "after": [number(value, 0) for value in _after(_shown(measured.values), at + len(course))],
        }
        for at, ratio in found
    ]
    columns = (
        column("from", "起", "From"),
        column("to", "止", "To"),
        column("ratio", "典型倍差", "Typical factor apart"),
        column("pm25", "区域PM2.5逐日", "PM2.5 by day", "µg/m³"),
        column("after", "其后两天", "Two days after", "µg/m³"),
    )
    first = rows[0]
    return Finding(
        f"最相似：{first['from']}至{first['to']}，平均相差{first['ratio']}倍（在{measured.sizes['time']}天监测中）",
        f"Most alike: {first['from']} to {first['to']}, a factor of {first['ratio']} apart, of "
        f"{measured.sizes['time']} measured days",
        columns,
        tuple(rows),
    )


def _shown(values: np.ndarray) -> np.ndarray:
    return np.asarray(to_display(np.asarray(values, dtype=float), "pm25"))


def _after(values: np.ndarray, begin: int) -> np.ndarray:
    later = values[begin : begin + _AFTER_DAYS]
    known = later[np.isfinite(later).any(axis=1)]
    return np.nanmean(known, axis=1) if known.size else np.array([])


def similar_days(
    measured: np.ndarray, course: np.ndarray, times: np.ndarray, most: int
) -> list[tuple[int, float]]:
    """First days of the measured runs most like a course, and the typical factor between the two.

    The distance is the root mean square of differences of logarithms over days and places. Runs chosen do
    not overlap, their days follow one another, and what came after them is known.

    Args:
        measured: µg/m³, NaN where missing, (time, place).
        course: µg/m³, (day, place).
        times: starts of days, (time,).
        most: how many are told.
    """
    length, floor = len(course), _FLOOR
    wanted = np.log(np.maximum(course, floor))
    known = np.log(np.maximum(measured, floor))
    gaps = []
    for at in range(len(measured) - length - _AFTER_DAYS + 1):
        whole = np.all(np.diff(times[at : at + length]) == DAY)
        apart = known[at : at + length] - wanted
        if whole and np.isfinite(apart).mean() > 0.5:
            gaps.append((float(np.sqrt(np.nanmean(apart**2))), at))
    chosen: list[tuple[int, float]] = []
    for gap, at in sorted(gaps):
        if len(chosen) < most and all(abs(at - other) >= length for other, _ in chosen):
            chosen.append((at, float(np.exp(gap))))
    return chosen


def _measured(subject: Subject, most: int) -> xr.DataArray:
    """PM2.5 by day at the places of the region from all runs of the domain, kg m-3, (time, place)."""
    parts: list[Any] = []
    for run in (subject.run, *subject.earlier[: most - 1]):
        try:
            found = subject.library.read(run, OBSERVATIONS_FILE, None, ("pm25",))
        except AbsentError:
            continue
        held = [name for name in subject.places if name in found["place"].values]
        if "pm25" in found and held:
            parts.append(found["pm25"].sel(place=held))
    if not parts:
        raise AbsentError("产品库中没有逐日监测", "The store holds no daily measurements")
    joined: xr.DataArray = parts[0]
    for part in parts[1:]:
        joined = joined.combine_first(part)
    return joined.sel(place=[str(one) for one in parts[0]["place"].values]).sortby("time")
