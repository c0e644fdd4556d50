"""Evidence of the air itself: what was measured at the start, and which kind of episode is forecast."""

from __future__ import annotations

from typing import Any

import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.views.dust import dusty_days
from consultation.page.views.evidence import Finding, Subject, column
from consultation.page.views.forecasts import at_quantile, forecast_of, names_of
from consultation.page.views.writing import days, number, shown_numbers
from consultation.products import OBSERVATIONS_FILE
from foundation.times import shown

__all__ = ["area_days", "both_names", "kind", "start"]

_DAY_H = 24
_KINDS = {
    "pm25": ("细颗粒物型", "fine particles"),
    "dust": ("沙尘型", "dust"),
    "ozone": ("臭氧型", "ozone"),
    "mixed": ("混合型", "mixed"),
    "other": ("其他", "other"),
    "none": ("无首要污染物", "no primary pollutant"),
}
_DUSTY_SHARE = 0.35
"""PM2.5 over PM10 at or below which coarse particles lead; as `dust_like` in configs/forecast.yaml."""


def start(subject: Subject) -> Finding:
    """What was measured last, and a day before, at the places of the region."""
    rows: list[dict[str, Any]] = []
    for name in subject.places:
        try:
            found = subject.library.read(
                subject.run, OBSERVATIONS_FILE, "hour", ("pm25", "pm10"), {"place": name}
            )
        except AbsentError:
            continue
        fine, coarse = (shown_numbers(found[one].values, one) for one in ("pm25", "pm10"))
        known = [at for at, value in enumerate(fine) if value is not None]
        if known:
            last = known[-1]
            rows.append(
                {
                    "place": name,
                    **both_names(name),
                    "time": shown(found["time"].values[last]),
                    "pm25": fine[last],
                    "pm25_day_before": fine[last - _DAY_H] if last >= _DAY_H else None,
                    "pm10": coarse[last],
                }
            )
    if not rows:
        raise AbsentError("没有小时监测", "There are no hourly measurements")
    values = [float(row["pm25"]) for row in rows]
    columns = (
        column("name", "地点", "Place"),
        column("time", "最近一小时", "Last hour"),
        column("pm25", "PM2.5", "PM2.5", "µg/m³"),
        column("pm25_day_before", "一天前", "A day before", "µg/m³"),
        column("pm10", "PM10", "PM10", "µg/m³"),
    )
    return Finding(
        f"起报时区域各地PM2.5为{min(values):.0f}至{max(values):.0f} µg/m³",
        f"At issue PM2.5 of the places is {min(values):.0f} to {max(values):.0f} µg/m³",
        columns,
        tuple(rows),
    )


def both_names(name: str) -> dict[str, dict[str, str]]:
    """Names of a place, as rows hold them."""
    chinese, english, _, _ = names_of(name)
    return {"name": {"chinese": chinese, "english": english}}


def area_days(subject: Subject) -> xr.Dataset:
    """The forecast by day of the region."""
    return forecast_of(subject.library, subject.run, subject.region, "day")


def kind(subject: Subject) -> Finding:
    """PM2.5, dust, ozone or mixed, by day; days on which the dust model foresees dust count as dusty."""
    forecast = area_days(subject)
    held = [str(name) for name in forecast["pollutant"].values]
    told = days(forecast["valid_time"].values, "day")
    foreseen = dusty_days(subject.run, subject.places)
    rows: list[dict[str, Any]] = []
    for at, day in enumerate(told):
        cell = forecast.isel(lead_time=at)
        primary = [name for name, one in zip(held, cell["primary"].values, strict=True) if one]
        fine, coarse = (
            float(at_quantile(cell["concentration"].sel(pollutant=name), 0.5)) for name in ("pm25", "pm10")
        )
        share = fine / coarse if coarse > 0 else float("nan")
        rows.append(
            {
                "day": day,
                "primary": primary,
                "pm25_share": number(share),
                "dust": bool(cell["dust"]),
                "dust_model": day in foreseen,
                "kind": _both(_KINDS[_kind(primary, share, bool(cell["dust"]) or day in foreseen)]),
            }
        )
    columns = (
        column("day", "日期", "Day"),
        column("kind", "类型", "Kind"),
        column("primary", "首要污染物", "Primary"),
        column("pm25_share", "PM2.5/PM10", "PM2.5/PM10"),
        column("dust", "发布的沙尘标记", "Dust flag, published"),
        column("dust_model", "沙尘模式", "Dust model"),
    )
    said = [row["kind"] for row in rows[:3]]
    return Finding(
        f"未来三天：{'、'.join(one['chinese'] for one in said)}",
        f"Next three days: {', '.join(one['english'] for one in said)}",
        columns,
        tuple(rows),
    )


def _both(names: tuple[str, str]) -> dict[str, str]:
    return {"chinese": names[0], "english": names[1]}


def _kind(primary: list[str], share: float, dust: bool) -> str:
    """Kind of episode: dust where it is foreseen, or by PM10 in the lead with little PM2.5 in it."""
    if not primary and not dust:
        return "none"
    dusty = dust or ("pm10" in primary and share <= _DUSTY_SHARE)
    found = {
        name
        for name, met in (("dust", dusty), ("pm25", "pm25" in primary), ("ozone", "o3_8h" in primary))
        if met
    }
    if len(found) > 1:
        return "mixed"
    return next(iter(found), "other")
