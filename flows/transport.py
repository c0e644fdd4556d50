"""The transport model in the day: run in time or given up, and what is said then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from flows.attempts import attempted
from flows.budget import Budget, daily_config
from flows.case import IDEALISED
from flows.dust_day import DustDay, stations_without_dust
from flows.emissions import emissions_of
from flows.hot_start import fetched
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.weather import weather_of
from flows.weather_products import WeatherProducts, weather_seen
from foundation.provenance import Degradation
from foundation.store import RunStore
from foundation.times import HOUR

if TYPE_CHECKING:
    from forecast.physical.run import Run
    from forecast.physical.simulation import PhysicalForecast

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Weather:
    """Weather on the model's grid, or why there is none, and the time left for the model.

    Attributes:
        dataset: keeps `METEOROLOGY`; None without weather.
        budget: shared with the transport model.
        degradations: why there is none.
    """

    dataset: xr.Dataset | None
    budget: Budget
    degradations: tuple[Degradation, ...] = ()


@dataclass(frozen=True)
class Physical:
    """What the transport model gave.

    Attributes:
        forecast: its products; None when there are none.
        synthetic: whether weather, emissions or measurements were made up.
        degradations: what it had to do without.
        emission_totals: what its area emits: sector, region, tag, species, kg_per_day; None if not known.
        footprints: keeps `FOOTPRINTS`, of the target regions; None where there was no time for them.
        dust: what the dust model gave; None where it is not run, or failed.
        weather: fields and profiles of the weather that was seen; None without weather.
    """

    forecast: PhysicalForecast | None = None
    synthetic: bool = False
    degradations: tuple[Degradation, ...] = ()
    emission_totals: pd.DataFrame | None = None
    footprints: xr.Dataset | None = None
    dust: DustDay | None = None
    weather: WeatherProducts | None = None


def weather_step(plan: DayPlan, progress: Progress) -> Weather:
    """The weather of the run; a fault is told and does not stop the day."""
    budget = Budget(_minutes(plan))
    if plan.case.weather is None:
        return Weather(None, budget)
    from forecast.physical.configuration import physical_config

    config = physical_config()
    start = min([plan.reference_time - config.spin_up_hours * HOUR, *(left.time for left in plan.starts)])
    dataset, fault = attempted(
        budget, lambda: weather_of(plan, start, config.lead_hours), "weather-fields", "气象资料不可用", _fault
    )
    if dataset is None:
        return Weather(None, budget, (fault,) if fault else ())
    progress(f"weather · {dataset.sizes['time']} h")
    return Weather(dataset, budget)


def _minutes(plan: DayPlan) -> float:
    usual, given = daily_config().physical_minutes, plan.circumstances.minutes
    return usual if given is None else min(usual, given)


def transport_step(plan: DayPlan, weather: Weather, measured: Measurements, progress: Progress) -> Physical:
    """The transport model on that weather; a fault is told and does not stop the day."""
    if weather.dataset is None:
        return Physical(degradations=weather.degradations)
    made = _moved(plan, weather.dataset, weather.budget, measured, progress)
    if made.forecast is None:
        return made
    seen, notes = weather_seen(plan, weather.dataset)
    return replace(made, weather=seen, degradations=(*made.degradations, *notes))


def _moved(
    plan: DayPlan, dataset: xr.Dataset, budget: Budget, measured: Measurements, progress: Progress
) -> Physical:
    """The transport model on the weather."""

    def watched(done: int, hours: int) -> None:
        budget.check()
        progress(f"transport · {done}/{hours} h")

    made, fault = attempted(
        budget, lambda: _simulated(plan, dataset, measured, watched), "transport", "传输模式未完成", _fault
    )
    idealised = plan.case.emissions is not None and plan.case.emissions.provider == IDEALISED
    made_up = any(map(bool, (dataset.attrs.get("synthetic"), plan.case.synthetic, idealised)))
    if made is None:
        return Physical(synthetic=made_up, degradations=(fault,) if fault else ())
    footprints, notes = _footprints(made, budget, progress)
    told = (*made.forecast.notes, *notes)
    return Physical(made.forecast, made_up or made.forecast.start.synthetic, told, made.totals, footprints)


@dataclass(frozen=True)
class _Made:
    """A forecast, what drove it, and what its area emits."""

    forecast: PhysicalForecast
    run: Run
    totals: pd.DataFrame | None


def _footprints(
    made: _Made, budget: Budget, progress: Progress
) -> tuple[xr.Dataset | None, tuple[Degradation, ...]]:
    from flows.footprint_products import region_footprints

    def watched(done: int, hours: int) -> None:
        progress(f"footprints · {done}/{hours} h")

    return region_footprints(made.run, made.forecast.start, budget, watched)


def _simulated(
    plan: DayPlan, weather: xr.Dataset, measured: Measurements, progress: Callable[[int, int], None]
) -> _Made:
    """A run of the model: from the state of an earlier run, where one fits the weather, or cold."""
    from atmosphere.transport.species import load_species
    from forecast.physical.configuration import physical_config
    from forecast.physical.emitting import tag_names
    from forecast.physical.initial import last_restart
    from forecast.physical.run import Run
    from forecast.physical.simulation import simulate

    first = weather["time"].values[0]
    config = physical_config().model_copy(update={"domain": str(plan.case.physical)})
    grid = config.grid()
    starts = [left for left in plan.starts if left.time >= first]
    begin = min([plan.reference_time - config.spin_up_hours * HOUR, *(left.time for left in starts)])
    times = np.arange(begin, plan.reference_time + config.lead_hours * HOUR, HOUR)
    emitted = emissions_of(plan, grid, load_species().select(config.species).names, times, weather)
    with fetched(RunStore(plan.store), starts) as files:
        restart, notes = last_restart(files, grid, tag_names(emitted.dataset), plan.reference_time, config)
    forecast = simulate(
        weather,
        grid,
        emitted.dataset,
        stations_without_dust(plan, measured),
        plan.reference_time,
        config,
        restart,
        progress,
    )
    run = Run.of([weather], grid, emitted.dataset, plan.reference_time, config)
    return _Made(replace(forecast, notes=[*emitted.notes, *notes, *forecast.notes]), run, emitted.totals)


def _fault(step: str, chinese: str, reason: str) -> Degradation:
    return Degradation(
        code=f"no-{step}",
        chinese=f"数值模式无结果（{chinese}）：无分布图与来源解析；发布的预报不受影响。",
        english=f"No transport model today: no maps, no sources; the forecast is not affected. {reason}",
    )
