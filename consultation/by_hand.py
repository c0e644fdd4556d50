"""A forecast changed by hand: the range, level and primary pollutants of a person, the model's beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.configuration import Config
from foundation.pollutants import POLLUTANTS
from foundation.times import beijing_day, instant_of_iso, shown
from standards.levels import levels

ROLES = {
    "forecaster": "预报员 forecaster", "meteorologist": "气象预报员 meteorologist",
    "approver": "签发人 approver",
}  # fmt: skip


class Stated(Config):
    """What is forecast for a place and a day.

    Attributes:
        low: of the index, rounded up as people read it; None where it is not available.
        level: of the index, 1 to 6; 0 where it is not available.
        primary: primary pollutants; none up to an index of 50.
    """

    low: int | None
    high: int | None
    level: int
    primary: tuple[str, ...]

    @property
    def range_label(self) -> str:
        """The range of the index, `163~208`."""
        return "NA" if self.low is None or self.high is None else f"{self.low}~{self.high}"

    @property
    def primary_labels(self) -> str:
        """Primary pollutants as people write them; `—` where there is none."""
        return "、".join(POLLUTANTS[name].label for name in self.primary) or "—"


@dataclass(frozen=True)
class HandChange:
    """One place and day that a person changed.

    Attributes:
        day: Beijing day, `2026-11-21`.
        model: what the model says.
        human: what holds.
        when: UTC, as the record writes it.
        model_moved: whether the model said something else when it was changed.
        shown: name of the person as people write it; empty where only the account is known.
    """

    place: str
    day: str
    model: Stated
    human: Stated
    who: str
    role: str
    when: str
    reason: str
    model_moved: bool = False
    shown: str = ""

    @property
    def by(self) -> str:
        """Who, in which role."""
        return f"{self.shown or self.who}（{ROLES.get(self.role, self.role)}）"

    @property
    def chinese_by(self) -> str:
        """The same in Chinese alone, for documents on paper."""
        return f"{self.shown or self.who}（{chinese_role(self.role)}）"

    @property
    def at(self) -> str:
        """When, in Beijing time."""
        return beijing_text(self.when)


@dataclass(frozen=True)
class Agreed:
    """That an office agreed to what was signed: by whom, when (UTC)."""

    office: str
    person: str
    when: str

    @property
    def at(self) -> str:
        """When, in Beijing time."""
        return beijing_text(self.when)


@dataclass(frozen=True)
class Signed:
    """The sign-off of a product: by whom, when (UTC), and the row of the record that holds it.

    Attributes:
        shown: name of the person as people write it; empty where only the account is known.
        agreed: the offices that agreed to it before.
    """

    who: str
    role: str
    when: str
    anchor: str
    shown: str = ""
    agreed: tuple[Agreed, ...] = ()

    @property
    def person(self) -> str:
        """The name to print."""
        return self.shown or self.who

    @property
    def at(self) -> str:
        """When, in Beijing time."""
        return beijing_text(self.when)


Changes = tuple[HandChange, ...]


def chinese_role(role: str) -> str:
    """A role in Chinese alone."""
    return ROLES.get(role, role).partition(" ")[0]


def beijing_text(written: str) -> str:
    """An instant of the record in Beijing time, to the minute."""
    return shown(instant_of_iso(written))


def by_cell(changes: Iterable[HandChange]) -> dict[tuple[str, str], HandChange]:
    """Changes by place and day."""
    return {(one.place, one.day): one for one in changes}


def with_changes(forecast: xr.Dataset, changes: Changes) -> xr.Dataset:
    """A daily forecast in which range, level and primary pollutants are those set by hand.

    People state no median: the quantiles of the index are limited to the range, the median to that part of
    it that has the level. Concentrations and probabilities stay the model's.

    Args:
        forecast: keeps `foundation.contracts.FORECAST`, averaging `day`, one reference time.
        changes: of places and days; those that the forecast does not hold are left out.
    """
    if not changes:
        return forecast
    made = forecast.copy(deep=True)
    places = [str(name) for name in made["place"].values]
    days = [str(day) for day in beijing_day(made["valid_time"].isel(reference_time=0).values)]
    for one in changes:
        if one.place in places and one.day in days:
            _set(made, {"lead_time": days.index(one.day), "place": places.index(one.place)}, one.human)
    return made


def _set(made: xr.Dataset, at: dict[str, int], human: Stated) -> None:
    where = {"reference_time": 0, **at}
    for name, value in (("aqi_low", human.low), ("aqi_high", human.high), ("level", human.level)):
        made[name][where] = np.nan if value is None else value
    names = [str(name) for name in made["pollutant"].values]
    made["primary"][where] = np.array([name in human.primary for name in names], made["primary"].dtype)
    if human.low is not None and human.high is not None:
        quantiles = made["quantile"].values
        made["aqi"][where] = _limited(made["aqi"][where].values, quantiles, human)


def _limited(index: np.ndarray, quantiles: np.ndarray, human: Stated) -> np.ndarray:
    low, high = float(human.low or 0), float(human.high or 0)
    level = levels()[human.level - 1]
    middle = int(np.abs(quantiles - 0.5).argmin())
    known = index[middle] if np.isfinite(index[middle]) else (low + high) / 2
    median = float(np.clip(known, max(low, level.lowest), min(high, level.highest)))
    below = np.arange(len(quantiles)) < middle
    limited = np.where(below, np.clip(index, low, median), np.clip(index, median, high))
    limited[middle] = median
    return np.where(np.isfinite(limited), limited, median)
