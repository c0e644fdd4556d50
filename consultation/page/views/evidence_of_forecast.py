"""Evidence of the forecast: its times, its range, and the models side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from consultation.page.faults import AbsentError
from consultation.page.reading.inspection import Run
from consultation.page.views.evidence import Finding, Subject, column
from consultation.page.views.evidence_of_air import area_days, both_names
from consultation.page.views.forecasts import at_quantile, day_forecast, forecast_of
from consultation.page.views.verification import verification
from consultation.page.views.writing import days, number, shown_numbers
from consultation.physical import PLACES_FILE
from foundation.pollutants import POLLUTANTS
from foundation.times import shown

__all__ = ["models", "range_of_days", "timing"]

_DAY_H = 24
_POLLUTED, _HEAVY = 100.0, 200.0


def timing(subject: Subject) -> Finding:
    """When the median index of each place first passes 100, peaks, and falls below 100 again."""
    rows = []
    for name in subject.places:
        try:
            forecast = forecast_of(subject.library, subject.run, name, "hour")
        except AbsentError:
            continue
        index = np.asarray(at_quantile(forecast["aqi"], 0.5), dtype=float)
        if np.isfinite(index).any():
            rows.append({"place": name, **both_names(name), **_turns(index, forecast["valid_time"].values)})
    if not rows:
        raise AbsentError("本次运行没有逐小时预报", "This run has no hourly forecast")
    worst = max(rows, key=lambda row: row["highest"])
    columns = (
        column("name", "地点", "Place"),
        column("onset", "超过100", "Above 100"),
        column("peak", "峰值时间", "Peak"),
        column("highest", "峰值AQI", "Highest index"),
        column("clearing", "回落至100以下", "Below 100 again"),
    )
    return Finding(
        f"峰值最高：{worst['name']['chinese']}，{worst['peak']}，AQI {worst['highest']:.0f}",
        f"Highest peak: {worst['name']['english']}, {worst['peak']}, index {worst['highest']:.0f}",
        columns,
        tuple(rows),
    )


def _turns(index: np.ndarray, valid: np.ndarray) -> dict[str, Any]:
    """Onset, peak and clearing of a course; none where it does not happen within the forecast."""
    above = np.nan_to_num(index, nan=0.0) > _POLLUTED
    peak = int(np.nanargmax(index))
    onset = int(np.argmax(above)) if above.any() else None
    after = np.flatnonzero(~above[peak:]) if above[peak] else np.array([], dtype=int)
    return {
        "onset": None if onset is None else shown(valid[onset]),
        "peak": shown(valid[peak]),
        "highest": float(index[peak]),
        "clearing": shown(valid[peak + int(after[0])]) if after.size else None,
    }


def range_of_days(subject: Subject) -> Finding:
    """The 80 % range of the index of the region, the chance of 100 and of 200, and of the scenarios."""
    forecast = area_days(subject)
    low, median, high = (
        np.asarray(at_quantile(forecast["aqi"], one), dtype=float) for one in (0.1, 0.5, 0.9)
    )
    rows = []
    for at, day in enumerate(days(forecast["valid_time"].values, "day")):
        row: dict[str, Any] = {
            "day": day,
            "low": number(low[at], 0),
            "median": number(median[at], 0),
            "high": number(high[at], 0),
        }
        if "aqi_scenario" in forecast:
            courses = forecast["aqi_scenario"].isel(lead_time=at).values
            row |= {
                "polluted": number((courses > _POLLUTED).mean()),
                "heavy": number((courses > _HEAVY).mean()),
            }
        rows.append(row)
    columns = (
        column("day", "日期", "Day"),
        column("low", "10%", "10 %"),
        column("median", "中位数", "Median"),
        column("high", "90%", "90 %"),
        column("polluted", "AQI>100的情景", "Scenarios above 100", "1"),
        column("heavy", "AQI>200的情景", "Scenarios above 200", "1"),
    )
    first = rows[0]
    return Finding(
        f"{first['day']} AQI的80%范围：{first['low']:.0f}至{first['high']:.0f}"
        if first["low"] is not None
        else "",
        f"80 % range of the index on {first['day']}: {first['low']:.0f} to {first['high']:.0f}"
        if first["low"] is not None
        else "",
        columns,
        tuple(rows),
    )


def models(subject: Subject) -> Finding:
    """PM2.5 of the published forecast and of the transport model, and their recent bias."""
    scores = verification(subject.library, subject.run, [], "mean", "pm25")
    rows: list[dict[str, Any]] = [
        {
            "name": {"chinese": one.chinese, "english": one.english},
            "bias": one.scores["bias"][0],
            "mae": one.scores["mae"][0],
            **_first_days(subject, subject.run, one.model),
        }
        for one in scores.models
    ]
    rows.append(
        {
            "name": {"chinese": "数值模式", "english": "transport model"},
            "bias": None,
            "mae": None,
            **_transport(subject),
        }
    )
    unit = POLLUTANTS["pm25"].shown_unit
    columns = (
        column("name", "模型", "Model"),
        column("bias", "近30天首日偏差", "Bias, first day, 30 days", unit),
        column("mae", "近30天首日误差", "Error, first day, 30 days", unit),
        column("next", "未来三天均值", "Mean, next three days", unit),
    )
    lead = next((row for row in rows if row["bias"] is not None), None)
    if lead is None:
        return Finding("没有近期评分", "There are no recent scores", columns, tuple(rows))
    return Finding(
        f"{lead['name']['chinese']}近期首日偏差 {lead['bias']:+.0f} µg/m³",
        f"Recent bias of {lead['name']['english']} on the first day: {lead['bias']:+.0f} µg/m³",
        columns,
        tuple(rows),
    )


def _first_days(subject: Subject, run: Run, model: str) -> dict[str, float | None]:
    if model != "published":
        return {"next": None}
    daily = day_forecast(subject.library, run, "day").isel(reference_time=0, lead_time=slice(0, 3))
    chosen = daily["concentration"].sel(pollutant="pm25", place=list(subject.places))
    mean = float(np.nanmean(at_quantile(chosen, 0.5)))
    return {"next": shown_numbers(np.array([mean]), "pm25")[0]}


def _transport(subject: Subject) -> dict[str, float | None]:
    try:
        found = subject.library.read(
            subject.run, PLACES_FILE, None, ("concentration",), {"pollutant": "pm25"}
        )
    except AbsentError:
        return {"next": None}
    held = [name for name in subject.places if name in found["place"].values]
    hours = found["concentration"].isel(reference_time=0).sel(place=held).isel(lead_time=slice(0, 3 * _DAY_H))
    return {"next": shown_numbers(np.array([float(hours.mean())]), "pm25")[0] if held else None}
