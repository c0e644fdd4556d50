"""The section of the transport model: maps by day, hourly series, and what PM2.5 is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.bulletin.charts import Course, course_chart
from consultation.bulletin.field_maps import MappedField, field_map, tint
from consultation.bulletin.figures import Figure
from consultation.bulletin.looks import Band, fine_particle_bands
from consultation.bulletin.settings import BulletinConfig
from consultation.bulletin.source_table import SourcesTable, sources_table
from consultation.bulletin.tables import place_names
from consultation.physical import SHOWN_SPECIES, PhysicalProducts, whole_days
from consultation.run_folder import RunFolder
from foundation.places import gazetteer
from foundation.times import beijing_day
from foundation.units import to_display
from standards.rules import rules_on


@dataclass(frozen=True)
class Tint:
    """A level in the legend of the maps."""

    colour: str
    span: str
    category: str


@dataclass(frozen=True)
class TransportSection:
    """All of the section."""

    synthetic: bool
    maps: tuple[Figure, ...]
    legend: tuple[Tint, ...]
    charts: tuple[Figure, ...]
    sources: SourcesTable | None


def transport_section(run: RunFolder, config: BulletinConfig) -> TransportSection | None:
    """What the transport model says; None where the run has nothing of it.

    Args:
        run: the products.
        config: which places, and how many days.
    """
    if run.physical is None:
        return None
    physical = run.physical
    reference = np.atleast_1d(physical.fields["reference_time"].values)[0]
    bands = fine_particle_bands(rules_on(np.datetime64(beijing_day(reference).item())))
    held = [str(place) for place in physical.places["place"].values]
    places = [place for place in config.transport_places if place in held]
    return TransportSection(
        physical.synthetic,
        _maps(physical, places, bands, config.transport_days),
        tuple(_tint(band) for band in bands),
        tuple(_chart(run, physical, place, bands, config) for place in places),
        _sources(run, places, config),
    )


def _sources(run: RunFolder, places: list[str], config: BulletinConfig) -> SourcesTable | None:
    """What the published PM2.5 is made of; None where the run does not say."""
    if run.contributions is None:
        return None
    return sources_table(run.contributions, places, config.regions, config.source_days)


def _tint(band: Band) -> Tint:
    upper = f"{band.upper:g}" if np.isfinite(band.upper) else ""
    span = f"{band.lower:g}~{upper}" if upper else f">{band.lower:g}"
    return Tint(tint(band.look.colour), span, band.look.category)


def _shown(values: xr.DataArray) -> np.ndarray:
    return np.asarray(to_display(values.values, SHOWN_SPECIES))


def _maps(
    physical: PhysicalProducts, places: list[str], bands: tuple[Band, ...], most: int
) -> tuple[Figure, ...]:
    fields = physical.fields["concentration"].sel(species=SHOWN_SPECIES)
    series = physical.places["concentration"].isel(reference_time=0).sel(pollutant=SHOWN_SPECIES)
    known = {place.id: place for place in gazetteer().places}
    drawn = []
    for number, (day, hours) in enumerate(whole_days(physical.fields)[:most]):
        means = _shown(series.isel(lead_time=hours).mean("lead_time").sel(place=places))
        cities = tuple(
            (known[name].chinese, known[name].lon, known[name].lat, float(value))
            for name, value in zip(places, means, strict=True)
        )
        field = MappedField(
            f"PM2.5 {day}", fields["x"].values, fields["y"].values,
            _shown(fields.isel(lead_time=hours).mean("lead_time")), cities, physical.synthetic,
        )  # fmt: skip
        drawn.append(Figure(str(day)[5:], "daily mean", field_map(field, bands, f"f{number}")))
    return tuple(drawn)


def _chart(
    run: RunFolder, physical: PhysicalProducts, place: str, bands: tuple[Band, ...], config: BulletinConfig
) -> Figure:
    single = physical.places["concentration"].isel(reference_time=0).sel(place=place, pollutant=SHOWN_SPECIES)
    reference = physical.places["reference_time"].values[0]
    times, values = np.empty(0, "datetime64[ns]"), np.empty(0)
    measured = run.observations.hour if run.observations else None
    if measured is not None and place in measured["place"].values:
        recent = measured[SHOWN_SPECIES].sel(place=place).isel(time=slice(-config.measured_hours, None))
        times, values = recent["time"].values.astype("datetime64[ns]"), _shown(recent)
    names = place_names(place)
    course = Course(
        label=f"PM2.5 {place}, transport model", measured_times=times, measured=values,
        forecast_times=(reference + single["lead_time"].values).astype("datetime64[ns]"),
        quantiles=np.array([0.5]), forecast=_shown(single)[:, None], reference_time=reference, step="h",
        synthetic=physical.synthetic,
    )  # fmt: skip
    return Figure(names.chinese, names.english, course_chart(course, bands, f"t{place}"))
