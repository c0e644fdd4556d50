"""Dust in the day: over its own domain, flowing into the forecast's, in the time that is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import xarray as xr

from flows.attempts import attempted
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.weather import grid_config, weather_of
from foundation.provenance import Degradation
from foundation.times import HOUR

if TYPE_CHECKING:
    from flows.transport import Physical, Weather
    from forecast.dust.nested import NestedDust

__all__ = ["DustDay", "dust_step", "stations_without_dust"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class DustDay:
    """What the dust model gave.

    Attributes:
        forecast: over both domains; None where the wind raises nothing.
        hours: of forecast.
    """

    forecast: NestedDust | None
    hours: int


def dust_step(
    plan: DayPlan, weather: Weather, measured: Measurements, physical: Physical, progress: Progress
) -> Physical:
    """The transport model's forecast with desert dust in it; a fault is told and does not stop the day.

    Args:
        plan: the run.
        weather: of the run on the forecast's domain, with the time left.
        measured: what was measured by the time of issue; its dust corrects the thresholds.
        physical: the forecast without desert dust.
        progress: told how far it is.
    """
    if plan.case.dust is None or weather.dataset is None:
        return physical
    inside = weather.dataset

    def watched(done: int, hours: int) -> None:
        weather.budget.check()
        progress(f"dust · {done}/{hours} h")

    made, fault = attempted(
        weather.budget, lambda: _made(plan, inside, measured, watched), "dust", "沙尘模式未完成", _fault
    )
    if made is None:
        return replace(physical, degradations=(*physical.degradations, *([fault] if fault else [])))
    if made.forecast is None:
        return replace(physical, dust=made)
    notes = dict.fromkeys((*made.forecast.wide.notes, *made.forecast.inner.notes))
    new = tuple(note for note in notes if note not in physical.degradations)
    joined = physical.forecast
    if joined is not None:
        from forecast.physical.joining import joined_forecast

        joined = joined_forecast(joined, made.forecast.inner.fields, made.forecast.inner.tags)
    return replace(physical, forecast=joined, dust=made, degradations=(*physical.degradations, *new))


def _made(
    plan: DayPlan, inside: xr.Dataset, measured: Measurements, progress: Callable[[int, int], None]
) -> DustDay:
    from forecast.dust.configuration import dust_forecast_config
    from forecast.dust.nested import Domain, nested_dust_forecast
    from forecast.physical.configuration import physical_config

    config, lead = dust_forecast_config(), physical_config().lead_hours
    model = config.model.model_copy(update={"domain": plan.case.dust, "lead_hours": lead})
    begin = plan.reference_time - model.spin_up_hours * HOUR
    around = weather_of(plan, begin, lead, plan.case.dust)
    domains = (
        Domain(grid_config(plan, plan.case.dust).grid(), around), Domain(grid_config(plan).grid(), inside)
    )  # fmt: skip
    made = nested_dust_forecast(
        *domains, plan.reference_time, None if measured.split is None else measured.split["pm10_dust"],
        config.model_copy(update={"model": model}), progress,
    )  # fmt: skip
    return DustDay(made, lead)


def stations_without_dust(plan: DayPlan, measured: Measurements) -> xr.Dataset | None:
    """Measurements of the last hours without desert dust, where that has a run of its own.

    A station has the share of dust of its place at that hour.

    Args:
        plan: the run.
        measured: of the run.
    """
    stations, split = measured.stations, None if plan.case.dust is None else measured.split
    if stations is None or split is None:
        return stations
    held = {"time": stations["time"].values, "place": stations["place"].values}
    made = {}
    for name in ("pm25", "pm10"):
        share = (split[f"{name}_rest"] / split[name]).fillna(1.0)
        kept = share.reindex(time=held["time"], fill_value=1.0)
        at = kept.reindex(place=sorted(set(held["place"].tolist())), fill_value=1.0).sel(place=held["place"])
        values = stations[name].values * at.transpose("time", "place").values
        made[name] = (stations[name].dims, values, stations[name].attrs)
    return stations.assign(made)


def _fault(step: str, chinese: str, reason: str) -> Degradation:
    return Degradation(
        code=f"no-{step}",
        chinese=f"沙尘模式无结果（{chinese}）：来源解析与分布图中没有沙尘；发布的预报不受影响。",
        english=f"No dust model today: no dust in maps and sources; the forecast is not affected. {reason}",
    )
