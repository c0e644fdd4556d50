"""The table of places by days: range, level, primary pollutants, probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.bulletin.looks import Look, look_of_index, look_of_level
from consultation.bulletin.settings import BulletinConfig, Names
from consultation.by_hand import Changes, by_cell
from consultation.products import at_median
from foundation.places import Place, gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import beijing_day

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONDAY = np.datetime64("1970-01-05", "D")
_COUNTED_DAYS = 3


@dataclass(frozen=True)
class Day:
    """A column: `offset` is 0 for the day of the reference time, and days 1 to 3 are the forecast due."""

    date: str
    weekday: str
    english_weekday: str
    offset: int

    @property
    def is_due(self) -> bool:
        """Whether the day belongs to the three-day forecast of HJ 633, which leaves out today."""
        return 1 <= self.offset <= _COUNTED_DAYS


@dataclass(frozen=True)
class Cell:
    """The forecast of one place for one day; numbers are None where not available."""

    aqi: int | None
    low: int | None
    high: int | None
    look: Look
    primary: str
    above_150: float | None
    above_200: float | None
    dust: bool
    changed: bool = False


@dataclass(frozen=True)
class Row:
    """A place; without cells where there is no forecast."""

    id: str
    chinese: str
    english: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """The places of a region."""

    names: Names
    rows: tuple[Row, ...]


def place_names(name: str) -> Names:
    """Names of a place by id; the id itself where the gazetteer does not know it."""
    found = _known(name)
    return Names(chinese=found.chinese, english=found.english) if found else Names(chinese=name, english="")


def _known(name: str) -> Place | None:
    return next((place for place in gazetteer().places if place.id == name), None)


def days_of(forecast: xr.Dataset) -> tuple[Day, ...]:
    """The days of a daily forecast."""
    today = beijing_day(forecast["reference_time"].values[0])
    days = beijing_day(forecast["valid_time"].isel(reference_time=0).values)
    result = []
    for day in days:
        weekday = int((day - _MONDAY).astype(int)) % 7
        result.append(
            Day(str(day)[5:], _WEEKDAYS[weekday], _ENGLISH_WEEKDAYS[weekday], int((day - today).astype(int)))
        )
    return tuple(result)


def groups_of(forecast: xr.Dataset, config: BulletinConfig, changes: Changes = ()) -> tuple[Group, ...]:
    """Places by region, those without a forecast included, then all other places of the forecast.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, averaging `day`, one reference time.
        config: which regions come first.
        changes: made by hand, which the forecast holds.
    """
    cells = frozenset(by_cell(changes))
    regions = [gazetteer().region(name) for name in config.regions]
    grouped = {place for region in regions for place in region.places}
    groups = [
        Group(
            Names(chinese=region.chinese, english=region.english),
            tuple(_row(forecast, place, cells) for place in region.places),
        )
        for region in regions
    ]
    others = [str(place) for place in forecast["place"].values if str(place) not in grouped]
    if others:
        names = Names(chinese="其他地区", english="Other places")
        groups.append(Group(names, tuple(_row(forecast, place, cells) for place in others)))
    return tuple(groups)


def _row(forecast: xr.Dataset, place: str, changed: frozenset[tuple[str, str]]) -> Row:
    names = place_names(place)
    held = place in forecast["place"].values
    cells: tuple[Cell, ...] = ()
    if held:
        single = forecast.isel(reference_time=0).sel(place=place)
        days = [str(day) for day in beijing_day(single["valid_time"].values)]
        cells = tuple(
            _cell(single.isel(lead_time=n), changed=(place, day) in changed) for n, day in enumerate(days)
        )
        if all(cell.aqi is None for cell in cells):
            cells = ()
    return Row(place, names.chinese, names.english, cells)


def _cell(single: xr.Dataset, *, changed: bool) -> Cell:
    aqi = whole(float(at_median(single["aqi"])))
    probability = single["level_probability"].values
    return Cell(
        aqi=aqi,
        low=whole(float(single["aqi_low"])),
        high=whole(float(single["aqi_high"])),
        look=look_of_level(int(single["level"])) if int(single["level"]) else look_of_index(aqi),
        primary="、".join(_primary(single)),
        above_150=_share(probability[3:]),
        above_200=_share(probability[4:]),
        dust=bool(single["dust"]),
        changed=changed,
    )


def _primary(single: xr.Dataset) -> list[str]:
    names = single["pollutant"].values[single["primary"].values.astype(bool)]
    return [POLLUTANTS[str(name)].label if str(name) in POLLUTANTS else str(name) for name in names]


def _share(parts: np.ndarray) -> float | None:
    return float(min(parts.sum(), 1.0)) if np.isfinite(parts).all() else None


def whole(value: float) -> int | None:
    """The index as people read it, rounded up; None where not available."""
    return math.ceil(round(value, 6)) if math.isfinite(value) else None
