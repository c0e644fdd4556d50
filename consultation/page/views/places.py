"""One place: measured and forecast series, and what was forecast before."""

from __future__ import annotations

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import places as shapes
from consultation.page.shapes.words import Numbers, Unavailable
from consultation.page.views.forecasts import at_quantile, forecast_of, is_region, names_of
from consultation.page.views.writing import days, instants, numbers, shown_numbers, utc
from consultation.physical import PLACES_FILE
from consultation.products import OBSERVATIONS_FILE
from foundation.pollutants import POLLUTANTS, pollutants_of
from foundation.times import HOUR

__all__ = ["place", "pollutant_of", "previous"]

_LOW, _HIGH = 0.25, 0.75


def pollutant_of(asked: str, averaging: str) -> str:
    """The pollutant under the name that its averaging uses: ozone is `o3` by hour, `o3_8h` by day."""
    if asked in pollutants_of(averaging):
        return asked
    return "o3" if averaging == "hour" else "o3_8h"


def place(library: Library, run: Run, name: str, asked: str, averaging: str) -> shapes.Place:
    """The course of one pollutant at a place or region.

    Raises:
        AbsentError: when the run has no forecast of it.
    """
    pollutant = pollutant_of(asked, averaging)
    forecast = forecast_of(library, run, name, averaging)
    if pollutant not in forecast["pollutant"].values:
        raise AbsentError(f"本次运行不预报 {pollutant}", f"This run does not forecast {pollutant}")
    chosen = forecast["concentration"].sel(pollutant=pollutant)
    valid = forecast["valid_time"].values
    chinese, english, lon, lat = names_of(name)
    measured, no_measured = _measured(library, run, name, pollutant, averaging)
    model, no_model = _model(library, run, name, pollutant, averaging)
    return shapes.Place(
        id=name,
        chinese=chinese,
        english=english,
        lon=lon,
        lat=lat,
        pollutant=pollutant,
        scope="region" if is_region(name) else "place",
        unit=POLLUTANTS[pollutant].shown_unit,
        averaging="hour" if averaging == "hour" else "day",
        reference_time=utc(run.reference_time),
        measured=measured,
        measured_absent=no_measured,
        times=instants(valid),
        days=days(valid, averaging),
        lead_hours=[int(lead / HOUR) for lead in forecast["lead_time"].values],
        median=shown_numbers(at_quantile(chosen, 0.5), pollutant),
        quantiles=[
            shapes.QuantileCourse(quantile=one, values=shown_numbers(at_quantile(chosen, one), pollutant))
            for one in library.config.quantiles
        ],
        index=_index(forecast),
        model=model,
        model_absent=no_model,
    )


def _index(forecast: xr.Dataset) -> shapes.Levels:
    held = np.array([str(name) for name in forecast["pollutant"].values])
    return shapes.Levels(
        aqi=numbers(at_quantile(forecast["aqi"], 0.5), 0),
        aqi_low=numbers(forecast["aqi_low"].values, 0),
        aqi_high=numbers(forecast["aqi_high"].values, 0),
        level=[int(one) for one in forecast["level"].values],
        probability=[numbers(row, 3) for row in forecast["level_probability"].values],
        primary=[held[row.astype(bool)].tolist() for row in forecast["primary"].values],
        dust=[bool(one) for one in forecast["dust"].values],
    )


def _measured(
    library: Library, run: Run, name: str, pollutant: str, averaging: str
) -> tuple[shapes.Course | None, Unavailable | None]:
    if is_region(name):
        return None, Unavailable(
            chinese="区域没有监测序列，请看其中各地", english="See the places of the region"
        )
    try:
        group = "hour" if averaging == "hour" else None
        found = library.read(run, OBSERVATIONS_FILE, group, (pollutant,), {"place": name})
        if pollutant not in found:
            raise AbsentError(f"没有 {pollutant} 监测", f"No measurements of {pollutant}")
    except AbsentError as error:
        return None, Unavailable(chinese=error.chinese, english=error.english)
    return _course(found["time"].values, shown_numbers(found[pollutant].values, pollutant), averaging), None


def _course(times: np.ndarray, values: Numbers, averaging: str) -> shapes.Course:
    return shapes.Course(times=instants(times), days=days(times, averaging), values=values)


def _model(
    library: Library, run: Run, name: str, pollutant: str, averaging: str
) -> tuple[shapes.Course | None, Unavailable | None]:
    """The transport model's own hours."""
    if averaging == "day" or is_region(name):
        return None, Unavailable(chinese="数值模式序列只按小时、按地点给出", english="By hour and place only")
    try:
        found = library.read(run, PLACES_FILE, None, ("concentration",), {"place": name})
        if pollutant not in found["pollutant"].values:
            raise AbsentError(f"数值模式不输送 {pollutant}", f"The transport model carries no {pollutant}")
    except AbsentError as error:
        return None, Unavailable(chinese=error.chinese, english=error.english)
    values = found["concentration"].isel(reference_time=0).sel(pollutant=pollutant).values
    times = run.reference_time + found["lead_time"].values
    return _course(times, shown_numbers(values, pollutant), "hour"), None


def previous(library: Library, earlier: list[Run], name: str, asked: str, averaging: str) -> shapes.Previous:
    """Earlier forecasts of a place; runs that lack it are left out."""
    pollutant = pollutant_of(asked, averaging)
    issues = [found for one in earlier if (found := _issue(library, one, name, pollutant, averaging))]
    absent = None
    if not issues:
        absent = Unavailable(
            chinese="产品库中没有更早的预报", english="The store holds no earlier forecast of this place"
        )
    return shapes.Previous(
        place=name,
        pollutant=pollutant,
        unit=POLLUTANTS[pollutant].shown_unit,
        issues=issues,
        absent=absent,
        averaging="hour" if averaging == "hour" else "day",
    )


def _issue(library: Library, run: Run, name: str, pollutant: str, averaging: str) -> shapes.Issue | None:
    try:
        forecast = forecast_of(library, run, name, averaging)
    except AbsentError:
        return None
    if pollutant not in forecast["pollutant"].values:
        return None
    chosen = forecast["concentration"].sel(pollutant=pollutant)
    valid = forecast["valid_time"].values
    median, low, high = (shown_numbers(at_quantile(chosen, one), pollutant) for one in (0.5, _LOW, _HIGH))
    return shapes.Issue(
        run=run.id,
        reference_time=utc(run.reference_time),
        times=instants(valid),
        days=days(valid, averaging),
        median=median,
        low=low,
        high=high,
    )
