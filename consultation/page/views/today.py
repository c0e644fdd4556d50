"""Today: both target regions and the city group at a glance."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr
from pydantic import ValidationError

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import today as shapes
from consultation.page.shapes.runs import DegradationShape
from consultation.page.shapes.words import Names, Unavailable
from consultation.page.views.forecasts import at_quantile, day_forecast, names_of, ordered_places
from consultation.page.views.runs import reference
from consultation.page.views.writing import days, number, numbers, shown_numbers
from consultation.products import OBSERVATIONS_FILE, WARNINGS_FILE
from consultation.warnings.document import WarningsDocument
from foundation.errors import BogdaError
from foundation.pollutants import POLLUTANTS
from foundation.units import to_display
from standards.levels import level_of_index

__all__ = ["today", "warnings_document"]

Scope = Literal["place", "region"]
_LOW, _HIGH = 0.25, 0.75
_POLLUTED, _HEAVY = 3, 5
"""First levels with an index above 100, and above 200."""


def today(library: Library, run: Run) -> shapes.Today:
    """The view of the day."""
    daily = day_forecast(library, run, "day")
    areas = _areas(library, run, daily, "place")
    if "region" in run.groups:
        regions = _areas(library, run, day_forecast(library, run, "region"), "region")
        first = library.config.regions
        regions.sort(key=lambda area: first.index(area.id) if area.id in first else len(first))
        areas = regions + areas
    warnings, absent = _warnings(run)
    return shapes.Today(
        run=reference(run), units={name: POLLUTANTS[name].shown_unit for name in ("pm25", "pm10")},
        areas=areas, warnings=warnings, warnings_absent=absent, lacking=list(run.lacking),
        degradations=[DegradationShape(**one.model_dump()) for one in run.manifest.degradations],
    )  # fmt: skip


def _areas(library: Library, run: Run, forecast: xr.Dataset, scope: Scope) -> list[shapes.AreaToday]:
    measured = _measured(library, run) if scope == "place" else None
    return [_area(forecast, measured, name, scope) for name in ordered_places(forecast)]


def _measured(library: Library, run: Run) -> xr.Dataset | None:
    try:
        return library.read(run, OBSERVATIONS_FILE, None, ("pm25",))
    except AbsentError:
        return None


def _area(forecast: xr.Dataset, measured: xr.Dataset | None, name: str, scope: Scope) -> shapes.AreaToday:
    day, value = _last_measured(measured, name)
    chinese, english, lon, lat = names_of(name)
    chosen = forecast.sel(place=name).isel(reference_time=0)
    return shapes.AreaToday(
        id=name, chinese=chinese, english=english, lon=lon, lat=lat, scope=scope, measured_day=day,
        measured_pm25=value, days=_cells(chosen),
    )  # fmt: skip


def _last_measured(measured: xr.Dataset | None, name: str) -> tuple[str | None, float | None]:
    if measured is None or name not in measured["place"].values:
        return None, None
    known = measured["pm25"].sel(place=name).dropna("time")
    if not known.size:
        return None, None
    value = float(np.asarray(to_display(float(known.values[-1]), "pm25")))
    return days(known["time"].values[-1:], "day")[0], number(value, 1)


def _cells(area: xr.Dataset) -> list[shapes.DayCell]:
    """Every day of an area."""
    held = [str(name) for name in area["pollutant"].values]
    chance = np.asarray(area["level_probability"].values, dtype=float)
    courses = zip(
        numbers(at_quantile(area["aqi"], 0.5), 0), numbers(area["aqi_low"].values, 0),
        numbers(area["aqi_high"].values, 0), strict=True,
    )  # fmt: skip
    index = [shapes.Range(median=median, low=low, high=high) for median, low, high in courses]
    fine, coarse = _ranges(area, "pm25"), _ranges(area, "pm10")
    told = days(area["valid_time"].values, "day")
    leads = (area["lead_time"].values / np.timedelta64(1, "h")).astype(int)
    level, primary, dust = (area[name].values for name in ("level", "primary", "dust"))
    return [
        shapes.DayCell(
            day=told[at], lead_hours=int(leads[at]), aqi=index[at], level=int(level[at]),
            level_low=_level(index[at].low), level_high=_level(index[at].high),
            probability=numbers(chance[at], 3), polluted=number(chance[at, _POLLUTED - 1 :].sum(), 3),
            heavy=number(chance[at, _HEAVY - 1 :].sum(), 3), dust=bool(dust[at]), pm25=fine[at],
            pm10=coarse[at],
            primary=[name for name, is_one in zip(held, primary[at], strict=True) if is_one],
        )
        for at in range(len(told))
    ]  # fmt: skip


def _level(aqi: float | None) -> int:
    return 0 if aqi is None else int(level_of_index()[int(np.clip(np.ceil(aqi), 0, 500))])


def _ranges(area: xr.Dataset, pollutant: str) -> list[shapes.Range]:
    """The published range of a pollutant on every day; nothing where it is not forecast."""
    if pollutant not in area["pollutant"].values:
        return [shapes.Range(median=None, low=None, high=None)] * area.sizes["lead_time"]
    chosen = area["concentration"].sel(pollutant=pollutant)
    courses = [shown_numbers(at_quantile(chosen, level), pollutant) for level in (_LOW, 0.5, _HIGH)]
    return [
        shapes.Range(median=median, low=low, high=high) for low, median, high in zip(*courses, strict=True)
    ]


def warnings_document(run: Run) -> WarningsDocument:
    """The proposals of a run.

    Raises:
        AbsentError: when it has none, or they cannot be read.
    """
    path = run.files.path(WARNINGS_FILE)
    try:
        return WarningsDocument.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise AbsentError(f"{WARNINGS_FILE} 已损坏", f"{WARNINGS_FILE} is broken", "unreadable") from error


def _warnings(run: Run) -> tuple[shapes.WarningsShown | None, Unavailable | None]:
    try:
        document = warnings_document(run)
    except (AbsentError, BogdaError) as error:
        chinese = error.chinese if isinstance(error, AbsentError) else str(error)
        return None, Unavailable(chinese=chinese, english=str(error))
    proposed = [one for one in document.proposals if one.level.number > 0]
    shown = shapes.WarningsShown(
        highest=document.highest, notice=Names(**document.notice.model_dump()),
        index_note=Names(**document.index_note.model_dump()),
        proposals=sorted(proposed, key=lambda one: (one.area.scope != "region", -one.level.number)),
        not_evaluated=[one.area.id for one in document.not_evaluated],
    )  # fmt: skip
    return shown, None
