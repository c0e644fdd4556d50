"""The bulletin's figures, from the products of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.bulletin.charts import Course, course_chart
from consultation.bulletin.looks import Band, fine_particle_bands
from consultation.bulletin.maps import Disc, day_map
from consultation.bulletin.settings import BulletinConfig
from consultation.bulletin.tables import Day, Group, days_of, place_names, whole
from consultation.products import at_median, is_synthetic
from consultation.run_folder import RunFolder
from foundation.places import gazetteer
from foundation.times import beijing_day
from foundation.units import to_display
from standards.rules import rules_on

_POLLUTANT = "pm25"


@dataclass(frozen=True)
class Figure:
    """A drawing with its caption."""

    chinese: str
    english: str
    svg: str


@dataclass(frozen=True)
class ChartPair:
    """The drawings of one place; None where there is none."""

    chinese: str
    english: str
    daily: str | None
    hourly: str | None


@dataclass(frozen=True)
class Span:
    """How much a chart shows, in steps of the product."""

    kind: str
    step: str
    measured: int
    forecast: int | None


def forecast_map(run: RunFolder) -> Figure | None:
    """The map of tomorrow, or of the last day there is when the forecast ends before."""
    found = mapped_day(run)
    if found is None:
        return None
    day, discs = found
    svg = day_map(discs, f"AQI map {day.date}", "map", synthetic=is_synthetic(run.forecast.day))
    return Figure(f"{day.date} {day.weekday}", f"{day.english_weekday} {day.date}", svg)


def mapped_day(run: RunFolder) -> tuple[Day, list[Disc]] | None:
    """The day of the map with its places; None where the forecast has no day."""
    forecast = run.forecast.day
    days = days_of(forecast)
    if not days:
        return None
    index = next((n for n, day in enumerate(days) if day.offset == 1), len(days) - 1)
    single = forecast.isel(reference_time=0, lead_time=index)
    aqi = at_median(single["aqi"])
    known = {place.id: place for place in gazetteer().places}
    wanted = gazetteer().in_regions
    held = [str(place) for place in forecast["place"].values]
    discs = []
    for name, place in known.items():
        if name in held:
            value = whole(float(aqi.sel(place=name)))
            dust = bool(single["dust"].sel(place=name))
            discs.append(Disc(place.chinese, place.english, place.lon, place.lat, value, dust))
        elif name in wanted:
            discs.append(Disc(place.chinese, place.english, place.lon, place.lat, None))
    return days[index], discs


def charts(run: RunFolder, groups: tuple[Group, ...], config: BulletinConfig) -> list[ChartPair]:
    """PM2.5 by day and by hour, for each place of the regions that has a forecast.

    Args:
        run: the products.
        groups: places by region, as `tables.groups_of` gives them.
        config: which regions, and how much is shown.
    """
    regional = groups[: len(config.regions)]
    places = list(dict.fromkeys(row.id for group in regional for row in group.rows if row.cells))
    measured = run.observations
    daily = Span("d", "D", config.measured_days, None)
    hourly = Span("h", "h", config.measured_hours, config.forecast_hours)
    by_day = _charts(run.forecast.day, measured.day if measured else None, places, daily)
    by_hour = _charts(run.forecast.hour, measured.hour if measured else None, places, hourly)
    return [
        ChartPair(
            place_names(place).chinese, place_names(place).english, by_day.get(place), by_hour.get(place)
        )
        for place in places
        if place in by_day or place in by_hour
    ]


def _charts(
    forecast: xr.Dataset | None, measured: xr.Dataset | None, places: list[str], span: Span
) -> dict[str, str]:
    if forecast is None or _POLLUTANT not in forecast["pollutant"].values:
        return {}
    bands = bands_on(forecast)
    drawn = {}
    for number, place in enumerate(places):
        if place not in forecast["place"].values:
            continue
        course = course_of(forecast, measured, place, span)
        if np.isfinite(course.forecast).any():
            drawn[place] = course_chart(course, bands, f"{span.kind}{number}")
    return drawn


def bands_on(forecast: xr.Dataset) -> tuple[Band, ...]:
    """Levels by PM2.5, of the rules on the day of the reference time."""
    day = beijing_day(forecast["reference_time"].values[0])
    return fine_particle_bands(rules_on(np.datetime64(day.item())))


def course_of(forecast: xr.Dataset, measured: xr.Dataset | None, place: str, span: Span) -> Course:
    """Measurements and forecast of PM2.5 at one place.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, one reference time.
        measured: means of places of the same averaging; None where there are none.
        place: id of a place that the forecast holds.
        span: how much is shown.
    """
    single = forecast.isel(reference_time=0).sel(place=place, pollutant=_POLLUTANT)
    single = single.isel(lead_time=slice(span.forecast))
    times = np.empty(0, dtype="datetime64[ns]")
    values = np.empty(0)
    if measured is not None and place in measured["place"].values:
        recent = measured[_POLLUTANT].sel(place=place).isel(time=slice(-span.measured, None))
        times = recent["time"].values.astype("datetime64[ns]")
        values = to_display(recent.values, _POLLUTANT)
    concentration = single["concentration"].transpose("lead_time", "quantile")
    return Course(
        label=f"PM2.5 {place}",
        measured_times=times,
        measured=np.asarray(values),
        forecast_times=single["valid_time"].values.astype("datetime64[ns]"),
        quantiles=single["quantile"].values,
        forecast=np.asarray(to_display(concentration.values, _POLLUTANT)),
        reference_time=forecast["reference_time"].values[0],
        step=span.step,
        synthetic=is_synthetic(forecast),
    )
