"""The published forecast as one row for each place and day, from which tables and documents are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.bulletin.looks import Look, look_of_index, look_of_level
from consultation.bulletin.tables import days_of, whole
from consultation.products import at_median
from foundation.places import Place, gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import beijing_day
from foundation.units import to_display

MOST_PRIMARY = 2
"""Primary pollutants of a day at most (HJ 633-2026, forecasts)."""

INTERVAL = (0.10, 0.90)
"""Quantiles between which concentrations are given."""


@dataclass(frozen=True)
class Span:
    """A concentration as people read it: lower bound, median and upper bound; None where not known."""

    low: float | None
    median: float | None
    high: float | None


@dataclass(frozen=True)
class ForecastDay:
    """The forecast of one place for one Beijing day; an index is None where not available.

    Attributes:
        place: id of the place.
        date: the day, `2026-12-10`.
        offset: days after the day of the reference time; 1 to 3 are due (HJ 633-2026).
        levels: looks of the lower and upper end of the range of the index.
        primary: ids of at most two primary pollutants.
        above: probability of an index above 150 and above 200.
        concentrations: by pollutant, in the unit people read.
    """

    place: str
    date: str
    offset: int
    aqi: int | None
    low: int | None
    high: int | None
    look: Look
    levels: tuple[Look, Look]
    primary: tuple[str, ...]
    dust: bool
    above: tuple[float | None, float | None]
    concentrations: dict[str, Span]

    @property
    def is_due(self) -> bool:
        """Whether the day belongs to the forecast of the next three days."""
        return 1 <= self.offset <= 3

    @property
    def primary_labels(self) -> str:
        """Primary pollutants as people write them; `—` where there is none."""
        return "、".join(POLLUTANTS[name].label for name in self.primary) or "—"

    @property
    def range_label(self) -> str:
        """The range of the index, `163~208`."""
        return "NA" if self.low is None or self.high is None else f"{self.low}~{self.high}"

    @property
    def category_label(self) -> str:
        """The category, or the two between which it lies: `轻度污染至中度污染`."""
        lower, upper = self.levels
        return lower.category if lower.number == upper.number else f"{lower.category}至{upper.category}"


@dataclass(frozen=True)
class ForecastPlace:
    """A place with all its days; `facts` is None where the gazetteer does not know it."""

    id: str
    chinese: str
    english: str
    facts: Place | None
    days: tuple[ForecastDay, ...]


def forecast_places(forecast: xr.Dataset) -> tuple[tuple[ForecastPlace, ...], tuple[str, ...]]:
    """Places that have a forecast, in the order of the gazetteer, and ids of those without.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, averaging `day`, one reference time.
    """
    known = {place.id: place for place in gazetteer().places}
    held = [str(name) for name in forecast["place"].values]
    ordered = [name for name in known if name in held] + [name for name in held if name not in known]
    found, without = [], []
    for name in ordered:
        days = _days(forecast, name)
        if all(day.aqi is None for day in days):
            without.append(name)
            continue
        facts = known.get(name)
        words = (facts.chinese, facts.english) if facts else (name, name)
        found.append(ForecastPlace(name, *words, facts, days))
    return tuple(found), tuple(without)


def _days(forecast: xr.Dataset, place: str) -> tuple[ForecastDay, ...]:
    single = forecast.isel(reference_time=0).sel(place=place)
    dates = beijing_day(single["valid_time"].values)
    return tuple(
        _day(single.isel(lead_time=n), place, str(dates[n]), day.offset)
        for n, day in enumerate(days_of(forecast))
    )


def _day(single: xr.Dataset, place: str, date: str, offset: int) -> ForecastDay:
    aqi, low, high = (
        whole(float(value)) for value in (at_median(single["aqi"]), single["aqi_low"], single["aqi_high"])
    )
    number = int(single["level"])
    look = look_of_level(number) if number else look_of_index(aqi)
    flagged = single["pollutant"].values[single["primary"].values.astype(bool)]
    return ForecastDay(
        place=place,
        date=date,
        offset=offset,
        aqi=aqi,
        low=low,
        high=high,
        look=look,
        levels=(look_of_index(low), look_of_index(high)),
        primary=tuple(str(name) for name in flagged[:MOST_PRIMARY]),
        dust=bool(single["dust"]),
        above=(_share(single, 4), _share(single, 5)),
        concentrations={str(name): _span(single, str(name)) for name in single["pollutant"].values},
    )


def _share(single: xr.Dataset, level: int) -> float | None:
    parts = single["level_probability"].values[level - 1 :]
    return round(float(min(parts.sum(), 1.0)), 3) if np.isfinite(parts).all() else None


def _span(single: xr.Dataset, pollutant: str) -> Span:
    values = single["concentration"].sel(pollutant=pollutant)
    levels = single["quantile"].values
    picked = [float(values[int(np.abs(levels - q).argmin())]) for q in (INTERVAL[0], 0.5, INTERVAL[1])]
    decimals = POLLUTANTS[pollutant].decimals
    return Span(*(_rounded(to_display(value, pollutant), decimals) for value in picked))


def _rounded(value: float, decimals: int) -> float | None:
    """Half to even, as HJ 633 rounds; a whole number where no decimals are shown."""
    if not np.isfinite(value):
        return None
    return round(value, decimals) if decimals else round(value)
