"""The published forecast as one row for each place and day, from which tables and documents are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.bulletin.looks import Look, look_of_index, look_of_level
from consultation.bulletin.tables import days_of, whole
from consultation.by_hand import Changes, HandChange, by_cell
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
        concentrations: by pollutant, in the unit people read; always the model's.
        changed: what a person changed in it, with the model's own values; None where nobody did.
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
    changed: HandChange | None = None

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


def forecast_places(
    forecast: xr.Dataset, changes: Changes = ()
) -> tuple[tuple[ForecastPlace, ...], tuple[str, ...]]:
    """Places that have a forecast, in the order of the gazetteer, and ids of those without.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, averaging `day`, one reference time.
        changes: made by hand, which the forecast holds.
    """
    known = {place.id: place for place in gazetteer().places}
    held = _arrays(forecast)
    ordered = [name for name in known if name in held.places]
    ordered += [name for name in held.places if name not in known]
    found, without, by_hand = [], [], by_cell(changes)
    for name in ordered:
        at = held.places.index(name)
        days = tuple(_day(held, at, n, by_hand.get((name, date))) for n, date in enumerate(held.dates))
        if all(day.aqi is None for day in days):
            without.append(name)
            continue
        facts = known.get(name)
        words = (facts.chinese, facts.english) if facts else (name, name)
        found.append(ForecastPlace(name, *words, facts, days))
    return tuple(found), tuple(without)


@dataclass(frozen=True)
class _Arrays:
    """One reference time as plain arrays, place first, then day: picking cells from a data set is slow."""

    dates: tuple[str, ...]
    offsets: tuple[int, ...]
    places: tuple[str, ...]
    pollutants: tuple[str, ...]
    aqi: np.ndarray
    ends: np.ndarray
    level: np.ndarray
    primary: np.ndarray
    dust: np.ndarray
    probability: np.ndarray
    shown: dict[str, np.ndarray]


def _arrays(forecast: xr.Dataset) -> _Arrays:
    single = forecast.isel(reference_time=0)
    cell = ("place", "lead_time")

    def values(name: str, *more: str) -> np.ndarray:
        return np.asarray(single[name].transpose(*cell, *more).values)

    levels = single["quantile"].values
    picked = [int(np.abs(levels - level).argmin()) for level in (INTERVAL[0], 0.5, INTERVAL[1])]
    concentration = values("concentration", "pollutant", "quantile")[..., picked]
    names = tuple(map(str, single["pollutant"].values))
    return _Arrays(
        dates=tuple(map(str, beijing_day(single["valid_time"].values))),
        offsets=tuple(day.offset for day in days_of(forecast)),
        places=tuple(map(str, single["place"].values)),
        pollutants=names,
        aqi=np.asarray(at_median(single["aqi"]).transpose(*cell).values),
        ends=np.stack([values("aqi_low"), values("aqi_high")], axis=-1),
        level=values("level"),
        primary=values("primary", "pollutant").astype(bool),
        dust=values("dust").astype(bool),
        probability=values("level_probability", "aqi_level"),
        shown={name: np.asarray(to_display(concentration[..., n, :], name)) for n, name in enumerate(names)},
    )


def _day(held: _Arrays, place: int, n: int, changed: HandChange | None) -> ForecastDay:
    aqi = whole(float(held.aqi[place, n]))
    low, high = (whole(float(end)) for end in held.ends[place, n])
    number = int(held.level[place, n])
    flagged = [name for name, is_it in zip(held.pollutants, held.primary[place, n], strict=True) if is_it]
    probability = held.probability[place, n]
    return ForecastDay(
        place=held.places[place],
        date=held.dates[n],
        offset=held.offsets[n],
        aqi=aqi,
        low=low,
        high=high,
        look=look_of_level(number) if number else look_of_index(aqi),
        levels=(look_of_index(low), look_of_index(high)),
        primary=tuple(flagged[:MOST_PRIMARY]),
        dust=bool(held.dust[place, n]),
        above=(_share(probability[3:]), _share(probability[4:])),
        concentrations={
            name: Span(*(_rounded(float(value), POLLUTANTS[name].decimals) for value in shown[place, n]))
            for name, shown in held.shown.items()
        },
        changed=changed,
    )


def _share(parts: np.ndarray) -> float | None:
    return round(float(min(parts.sum(), 1.0)), 3) if np.isfinite(parts).all() else None


def _rounded(value: float, decimals: int) -> float | None:
    """Half to even, as HJ 633 rounds; a whole number where no decimals are shown."""
    if not np.isfinite(value):
        return None
    return round(value, decimals) if decimals else round(value)
