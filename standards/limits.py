"""Limits of the ambient air standard, class 2, by date; and what makes a mean valid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError
from foundation.pollutants import POLLUTANTS
from foundation.units import to_si
from standards.dates_of_effect import Date, Dated, in_force


class AmbientLimits(Dated):
    """One stage of the limits of GB 3095, class 2.

    Attributes:
        name: the standard.
        stage: class and stage, in Chinese.
        values: pollutant to averaging (`year`, `day`, `8h`, `hour`) to limit, µg m-3 (CO mg m-3).
    """

    name: str
    stage: str
    verified: bool
    source: str
    values: dict[str, dict[str, float]]


class Validity(Config):
    """How many values a valid mean needs (GB 3095, validity of data)."""

    hours_of_a_day: int
    hours_of_an_8h_mean: int
    eight_hour_means_of_a_day: int
    exceedance_counts_anyway: bool
    days_of_a_year: int
    days_of_a_month: int
    days_of_a_february: int
    source: str

    def days_needed(self, month: int) -> int:
        """Daily means that a monthly mean needs, month 1 to 12."""
        return self.days_of_a_february if month == 2 else self.days_of_a_month


class LimitBook(Config):
    """All stages of the limits, validity and annual statistics."""

    limits: tuple[AmbientLimits, ...]
    validity: Validity
    annual_percentile: dict[str, int]
    annual_percentile_source: str


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes:
        value: µg m-3 (CO mg m-3).
        unit: unit of the value as people write it.
        si: the same in kg m-3.
        standard: name of the standard.
        stage: class and stage, in Chinese.
    """

    value: float
    unit: str
    si: float
    standard: str
    stage: str


@lru_cache(maxsize=1)
def limit_book() -> LimitBook:
    """The limits that ship with the program (`configs/standards/limits.yaml`)."""
    return load_shipped(LimitBook, "standards/limits.yaml")


def limit(pollutant: str, averaging: str, date: Date) -> Limit:
    """The limit of GB 3095, class 2, in force on a day.

    Args:
        pollutant: short name; `o3_8h` is ozone with an averaging of `8h`.
        averaging: `year`, `day`, `8h` (largest 8 h mean of the day) or `hour`.
        date: calendar day in Beijing time.

    Raises:
        InputError: when the standard sets no such limit.
    """
    table = in_force(limit_book().limits, date, "limits of ambient air")
    if pollutant not in POLLUTANTS:
        raise InputError(
            f"unknown pollutant {pollutant!r}", remedy=f"Known pollutants: {', '.join(POLLUTANTS)}"
        )
    values = table.values["o3" if pollutant == "o3_8h" else pollutant]
    if averaging not in values or (pollutant == "o3_8h" and averaging != "8h"):
        set_for = "8h" if pollutant == "o3_8h" else ", ".join(values)
        raise InputError(
            f"{table.name} sets no limit of averaging {averaging!r} for {pollutant}",
            remedy=f"It sets limits for {set_for}",
        )
    known = POLLUTANTS[pollutant]
    value = values[averaging]
    return Limit(
        value, known.shown_unit, to_si(value, known.display_unit, pollutant), table.name, table.stage
    )


def validity() -> Validity:
    """How many values a valid mean needs."""
    return limit_book().validity
