"""All inputs of a run gathered within their time, and the plans that come of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from flows.acquisition.arrival import Allowance
from flows.acquisition.sources import open_inventory, open_measurements, open_weather
from flows.case import CaseConfig
from flows.ladder.circumstances import Circumstances, ForecastRung
from flows.ladder.standing import Passed, Standing, remark
from flows.ladder.table import ladder
from flows.plan import DayPlan
from flows.site.configuration import Site
from flows.site.device import device_standing
from flows.site.inbox import inbox_of
from flows.site.inputs import case_with, without_model
from flows.site.inventory import InventoryFound, find_inventory
from flows.site.measured import ArchiveFound, find_archive
from flows.site.timing import Timing
from flows.site.weather import WeatherFound, WeatherLadder, steps_of
from flows.site.weather_trial import needed_by
from foundation.provenance import Degradation
from foundation.times import shown

__all__ = ["Gatherer", "Request"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """One run of a site that is asked for.

    Attributes:
        site: where.
        reference_time: time of issue, UTC.
        store: folder or URL.
        rung: the highest rung of the forecast that is allowed.
        timing: the minutes it may take.
        again: make it even when it is there.
    """

    site: Site
    reference_time: np.datetime64
    store: str
    rung: ForecastRung = "full"
    timing: Timing = field(default_factory=Timing)
    again: bool = False


class Gatherer:
    """Gathers the inputs of one run; weather again, rung by rung, where a run on it failed."""

    def __init__(self, request: Request, progress: Progress) -> None:
        """Open the sources; nobody is called yet."""
        self._request, self._progress = request, progress
        site = request.site
        self._inbox = (
            inbox_of(site.config.inbox, site.folder, request.store) if _has_sources(site) else Path()
        )
        self._archive: ArchiveFound | None = None
        self._inventory: InventoryFound | None = None
        self._weather: WeatherLadder | None = None
        self._again: tuple[Degradation, ...] = ()

    def first_plan(self) -> tuple[DayPlan, WeatherFound | None]:
        """Gather everything; the plan, and the weather in it where it came from a source.

        Raises:
            BogdaError: when nothing is measured, or the inbox cannot be written.
        """
        self._archive = self._measurements()
        if self._request.rung != "full" or self._request.site.case.physical is None:
            return self._without_weather(_ASKED if self._request.rung != "full" else None), None
        if not self._request.timing.has_time_for_the_model:
            return self._without_weather(_NO_TIME), None
        self._inventory = self._updates()
        if not self._request.site.config.weather:
            return self._plan(self._case(None), ()), None
        self._weather = self._open_weather()
        return self._next(self._weather)

    def next_plan(self, failed: WeatherFound, reason: str) -> tuple[DayPlan, WeatherFound] | None:
        """A plan on the next weather of the ladder; None where there is none, or no time."""
        if self._weather is None or not self._request.timing.has_time_for_the_model:
            return None
        told = ("文件可读，但数值模式未能算完", f"was read, but the transport model failed: {reason}")
        self._weather.refuse(failed, "model-failed", *told)
        self._again = (remark("weather-tried-again", failed.step.titles, failed.step.item),)
        plan, found = self._next(self._weather)
        return None if found is None else (plan, found)

    def _next(self, weather: WeatherLadder) -> tuple[DayPlan, WeatherFound | None]:
        self._progress("gathering · weather")
        found = weather.take(self._request.timing.allowance())
        passed = tuple(weather.passed)
        if found is None:
            case = without_model(self._case(None))
            return self._plan(case, (Standing("weather", "none", passed=passed),)), None
        step = found.step
        standing = Standing("weather", step.rung, step.titles, step.item, passed=passed)
        until = shown(found.trial.last)
        early = remark("weather-ends-early", step.titles, step.item, (until, until))
        remarks = (early,) if found.trial.reach_h < weather.needed.enough_h else ()
        return self._plan(self._case(found), (standing,), remarks), found

    def _without_weather(self, why: Passed | None) -> DayPlan:
        standings = () if why is None else (Standing("weather", "not-asked", passed=(why,)),)
        return self._plan(without_model(self._case(None)), standings)

    def _case(self, found: WeatherFound | None) -> CaseConfig:
        weather = None if found is None else (found.arrival.folder, found.step.source.kind)
        measured = None if self._archive is None else self._archive.measured
        inventory = None if self._inventory is None else self._inventory.file
        return case_with(self._request.site.case, measured, weather, inventory)

    def _plan(
        self, case: CaseConfig, standings: tuple[Standing, ...], remarks: tuple[Degradation, ...] = ()
    ) -> DayPlan:
        request, expects = self._request, self._request.site.config.expects
        known = list(standings)
        if self._inventory is not None and case.physical is not None:
            known.append(self._inventory.standing)
        device = device_standing(expected=expects.gpu) if case.physical is not None else None
        known += [] if device is None else [device]
        circumstances = Circumstances(
            tuple(known), (*self._again, *remarks), request.rung, expects.measured_hours, expects.champion,
            () if self._archive is None else self._archive.passed, request.timing.physical_minutes,
        )  # fmt: skip
        return DayPlan(case, request.site.folder, request.reference_time, request.store, circumstances)

    def _measurements(self) -> ArchiveFound | None:
        configs = self._request.site.config.measurements
        if not configs:
            return None
        self._progress("gathering · measurements")
        sources = [(open_measurements(one, self._inbox), (one.chinese, one.english)) for one in configs]
        asks = self._request.rung != "persistence"
        return find_archive(sources, self._request.reference_time, self._measured_allowance if asks else None)

    def _measured_allowance(self) -> Allowance:
        return self._request.timing.allowance(ladder().choices.measured_share)

    def _updates(self) -> InventoryFound | None:
        config = self._request.site.config.inventory
        if config is None:
            return None
        self._progress("gathering · inventory")
        titles, keep = (config.chinese, config.english), self._inbox / f"{config.name}-good"
        return find_inventory(
            open_inventory(config, self._inbox), titles, keep,
            self._request.site.config.expects.inventory_days, self._request.reference_time,
            self._request.timing.allowance(ladder().choices.inventory_share),
        )  # fmt: skip

    def _open_weather(self) -> WeatherLadder:
        configs = self._request.site.config.weather
        sources = [(open_weather(one, self._inbox), (one.chinese, one.english)) for one in configs]
        return WeatherLadder(
            steps_of(sources, self._request.reference_time),
            needed_by(self._request.site.case, self._request.reference_time),
        )


_ASKED = Passed(
    "this-cycle", "", "", "rung-asked", "值守程序要求尽快出产品", "a product in time was asked for"
)
_NO_TIME = Passed("this-cycle", "", "", "no-time", "剩余时间不足", "too little time is left")


def _has_sources(site: Site) -> bool:
    config = site.config
    return bool(config.weather or config.measurements or config.inventory)
