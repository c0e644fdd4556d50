"""Factors of hours: the emission of an hour over the mean of its month; they keep the month's total."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from emissions_inventory.labels import source_labels
from emissions_inventory.timing.clock import checked_hours, hours_of_month, month_of, week_places
from emissions_inventory.timing.configuration import timing_config
from emissions_inventory.timing.heating import DEFAULT_REGION, day_weights
from emissions_inventory.timing.heating_configuration import heating_config
from emissions_inventory.timing.temperature import DailyTemperature
from foundation.errors import InputError
from foundation.times import HOUR

__all__ = [
    "hour_factors",
    "hour_weights",
    "known_place",
    "month_factors",
    "week_factors",
    "week_month_factors",
]


def hour_factors(
    sectors: Sequence[str],
    times: np.ndarray,
    temperature: DailyTemperature | None = None,
    region: str | None = None,
) -> np.ndarray:
    """Emission of hours over the mean of the hours of their calendar month in Beijing time.

    An hour emits the month's kg / hours of the month x factor. Over a month the factors add up to the number
    of its hours, so that hours add up to the month; hours on both sides of its edge keep each to their own.

    Args:
        sectors: ids.
        times: starts of hours, UTC, in any order, (time,).
        temperature: mean temperatures of days, for heating; normals for the days that it does not hold.
        region: id, for its clock, heating season and normals; those of Urumqi by default.

    Returns:
        Factors, 0 or more, (time, sector).

    Raises:
        InputError: when a sector or region is not known, or times are no starts of hours.
    """
    hours = checked_hours(times)
    result = np.empty((len(hours), len(sectors)))
    for month, chosen, place in _by_month(hours):
        for column, sector in enumerate(sectors):
            result[chosen, column] = month_factors(sector, month, temperature, region)[place]
    return result


def month_factors(
    sector: str, month: str, temperature: DailyTemperature | None = None, region: str | None = None
) -> np.ndarray:
    """The factors of all hours of a month, as `hour_factors` gives them, (hour,); not to be written to."""
    place = known_place(sector, region)
    heated = heating_config().sector(sector) is not None
    if temperature is None or not heated:
        clock = place if heated else str(timing_config().offset_of(place))
        return _cached(sector, month, clock)
    return _normalised(hour_weights(sector, month, place, temperature))


def hour_weights(
    sector: str, month: str, region: str, temperature: DailyTemperature | None = None
) -> np.ndarray:
    """Relative emission of the hours of a month before its total is kept, (hour,).

    The week's profile; where a sector emits by degree days, times the weight of the day. The first hours of a
    Beijing month still belong to the day before in Xinjiang: they take the weight of the month's first day,
    so that a month after the season is not emitted in its first two hours. Without any cold, days are alike.

    Args:
        sector: id.
        month: calendar month in Beijing time, such as `2026-01`.
        region: id.
        temperature: see `hour_factors`.
    """
    times, offset = hours_of_month(month), timing_config().offset_of(region)
    weights = timing_config().week(sector).ravel()[week_places(times, offset)]
    if heating_config().sector(sector) is None:
        return np.asarray(weights)
    first = np.datetime64(month, "M")
    days = np.arange(first.astype("datetime64[D]"), (first + 1).astype("datetime64[D]"))
    local = (times + np.timedelta64(offset, "h")).astype("datetime64[D]")
    by_day = day_weights(sector, days, region, temperature)
    place = np.clip((local - days[0]).astype(np.int64), 0, len(days) - 1)
    return np.asarray(weights * by_day[place] if by_day.any() else weights)


def week_factors(weights: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Factors of points with weeks of their own, as `hour_factors`.

    Args:
        weights: relative emission, Monday first, hours of Xinjiang time, (profile, 7, 24).
        times: starts of hours, UTC, in any order, (time,).

    Returns:
        Factors, 0 or more, (time, profile).

    Raises:
        InputError: when a weight is missing or below 0, or those of a profile are all 0.
    """
    week = _checked_week(weights)
    hours = checked_hours(times)
    result = np.empty((len(hours), len(week)))
    for month, chosen, place in _by_month(hours):
        result[chosen] = week_month_factors(week, month)[place]
    return result


def week_month_factors(weights: np.ndarray, month: str) -> np.ndarray:
    """The factors of all hours of a month, as `week_factors` gives them, (hour, profile)."""
    week = _checked_week(weights)
    places = week_places(hours_of_month(month), timing_config().offset_h)
    return _normalised(week.reshape(len(week), 168).T[places])


def _checked_week(weights: np.ndarray) -> np.ndarray:
    week = np.asarray(weights, dtype=np.float64)
    if week.ndim != 3 or week.shape[1:] != (7, 24):
        raise InputError(f"weeks: expected shape (profile, 7, 24), got {week.shape}")
    largest = week.max(axis=(1, 2), initial=0.0)
    wrong = ~((week >= 0).all(axis=(1, 2)) & np.isfinite(largest) & (largest > 0))
    if wrong.any():
        raise InputError(
            "weeks: expected weights of 0 or more, none missing, not all 0",
            where=f"profile {int(np.argmax(wrong))}", remedy="Leave that profile out: its sector's stands in",
        )  # fmt: skip
    return np.asarray(week / largest[:, None, None])


def _by_month(hours: np.ndarray) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Each month of the hours: its name, a mask of its hours among them, and their places in it."""
    months = month_of(hours)
    found = []
    for month in map(str, np.unique(months)):
        chosen = months == month
        place = ((hours[chosen] - hours_of_month(month)[0]) // HOUR).astype(np.int64)
        found.append((month, chosen, place))
    return found


def _normalised(weights: np.ndarray) -> np.ndarray:
    """Weights of all hours of a month with a mean of 1, (hour, ...)."""
    total = weights.sum(axis=0)
    return np.asarray(
        np.where(total > 0, weights / np.where(total > 0, total, 1.0), 1.0 / len(weights)) * len(weights)
    )


@lru_cache(maxsize=4096)
def _cached(sector: str, month: str, clock: str) -> np.ndarray:
    """Factors of a month by the normals; `clock` is a region, or an offset for sectors that do not heat."""
    if heating_config().sector(sector) is not None:
        factors = _normalised(hour_weights(sector, month, clock))
    else:
        hours = hours_of_month(month)
        factors = _normalised(timing_config().week(sector).ravel()[week_places(hours, int(clock))])
    factors.flags.writeable = False
    return factors


def known_place(sector: str, region: str | None) -> str:
    """The region, that of Urumqi where none is named, when it and the sector are known.

    Raises:
        InputError: when one of them is not known; the message offers the nearest.
    """
    labels = source_labels()
    if sector not in labels.sector_ids():
        labels.sector(sector)
        raise InputError(f"unknown sector {sector!r}", remedy="Give the id of a sector")
    if region is None:
        return DEFAULT_REGION
    if region not in labels.region_ids():
        labels.region(region)
        raise InputError(f"unknown region {region!r}", remedy="Give the id of a region")
    return region
