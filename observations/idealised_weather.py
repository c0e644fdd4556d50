"""The invented weather behind `observations.idealised`: fronts, stagnation, mixing height, dust.

Nothing here was measured. Everything is drawn backwards from the last day, so that a longer set only adds
an earlier past, and depends on calendar days, so that a later hour of issue only moves the window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HOURS_OF_DAY = 24
FRONT_SPEED_H_PER_DEGREE = 3.0
"""Hours a cold front takes for a degree of longitude, some 80 km at 7 m s-1, from west to east."""

FIRST_LONGITUDE = 84.7
SHORTEST_RESIDENCE_H = 12.0
"""Hours in which air is replaced without stagnation; four times as many under full stagnation."""

EPISODE_DAYS = 7.0
"""Days before the end of the last day at which the last front passed and the last episode began."""

LAST_DUST = 500.0
"""PM10 of the dust of that front, µg m-3."""

_MEAN_PERIOD_DAYS = 5.0
_SHORTEST_PERIOD_DAYS = 2.0
_BUILD_UP_HOURS = 60.0
_DUST_HOURS = 240.0
_DAY_OF_COLDEST = 15


@dataclass(frozen=True)
class Weather:
    """What drives the box; each array has dims (hour, place).

    Attributes:
        stagnation: 0 (well ventilated) to 1 (no ventilation under a strong inversion).
        mixing_height: m.
        ventilation: rate at which air is replaced, h-1.
        dust: PM10 of dust, µg m-3.
        local_hour: hour of the day by the sun, 0 to 24.
        winter: 1 at the coldest day, 0 half a year away.
        heating: 1 in the heating season, 0 outside, with a ramp of ten days.
    """

    stagnation: np.ndarray
    mixing_height: np.ndarray
    ventilation: np.ndarray
    dust: np.ndarray
    local_hour: np.ndarray
    winter: np.ndarray
    heating: np.ndarray


@dataclass(frozen=True)
class Fronts:
    """Cold fronts, the last first.

    Attributes:
        hours_before_end: hours from the passage at the western edge to the end of the last day.
        strength: 0 to 1, stagnation that the period after the front tends to.
        dust: PM10 of its dust, µg m-3.
    """

    hours_before_end: np.ndarray
    strength: np.ndarray
    dust: np.ndarray


def idealised_weather(times: np.ndarray, lon: np.ndarray, last: np.datetime64, seed: int) -> Weather:
    """Invent the weather of some hours at some places.

    Args:
        times: UTC hours, `datetime64[ns]`, shape (hour,).
        lon: degrees east, shape (place,).
        last: end of the last day, UTC.
        seed: of all random numbers.
    """
    before = ((last - times).astype("timedelta64[h]").astype(float))[:, None]
    local_hour = ((times - times.astype("datetime64[D]")) / np.timedelta64(1, "h"))[:, None] + lon / 15.0
    local_hour = np.mod(local_hour, HOURS_OF_DAY)
    winter, heating = (season[:, None] for season in _seasons(times))
    span = float(before.max()) + 40 * HOURS_OF_DAY
    fronts = idealised_fronts(last, span, seed)
    lagged = before + FRONT_SPEED_H_PER_DEGREE * (lon - FIRST_LONGITUDE)
    stagnation = _stagnation(lagged, fronts) * (0.45 + 0.55 * winter)
    day_height = 320.0 * (1500.0 / 320.0) ** (1.0 - winter) * (1.0 - 0.3 * stagnation)
    night_height = 260.0 - 60.0 * winter - 40.0 * stagnation
    sun = np.clip(np.sin(np.pi * (local_hour - 8.0) / 13.0), 0.0, None) * (local_hour > 8.0)
    return Weather(
        stagnation=stagnation,
        mixing_height=night_height + np.clip(day_height - night_height, 0.0, None) * sun,
        ventilation=1.0 / (SHORTEST_RESIDENCE_H + 36.0 * stagnation**1.5),
        dust=_dust(lagged, fronts),
        local_hour=local_hour,
        winter=winter,
        heating=heating,
    )


def _seasons(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Winter (cosine with its top on 15 January) and heating (10 October to 10 April)."""
    day = (times - times.astype("datetime64[Y]")) / np.timedelta64(1, "D")
    winter = 0.5 * (1.0 + np.cos(2.0 * np.pi * (day - _DAY_OF_COLDEST) / 365.25))
    since_start = np.mod(day - 283.0, 365.25)
    heating = np.clip(since_start / 10.0, 0.0, 1.0) * np.clip((192.0 - since_start) / 10.0, 0.0, 1.0)
    return winter, heating


def idealised_fronts(last: np.datetime64, span: float, seed: int) -> Fronts:
    """The fronts of the story: a renewal process with periods of at least two days, five in the mean.

    Args:
        last: end of the last day, UTC.
        span: hours before that end that the fronts must reach back.
        seed: of all random numbers; the same seed gives the same fronts.
    """
    generator = np.random.default_rng([seed, 1])
    most = int(span / HOURS_OF_DAY / _SHORTEST_PERIOD_DAYS) + 2
    draws = generator.random((most, 4))
    mean_wait = _MEAN_PERIOD_DAYS - _SHORTEST_PERIOD_DAYS
    periods = (_SHORTEST_PERIOD_DAYS - mean_wait * np.log1p(-draws[:, 0])) * HOURS_OF_DAY
    hours = EPISODE_DAYS * HOURS_OF_DAY + np.concatenate([[0.0], np.cumsum(periods)[:-1]])
    strength = 0.25 + 0.65 * draws[:, 1]
    strength[0] = 1.0
    strength[1] = 0.85
    month = (last - (hours * 3600).astype("timedelta64[s]")).astype("datetime64[M]").astype(int) % 12 + 1
    chance = np.select([np.isin(month, (3, 4, 5)), np.isin(month, (9, 10))], [0.3, 0.12], 0.0)
    dust = np.where(draws[:, 2] < chance, 250.0 - 350.0 * np.log1p(-draws[:, 3]), 0.0)
    dust[0] = LAST_DUST
    return Fronts(hours, strength, np.minimum(dust, 2000.0))


def _stagnation(lagged: np.ndarray, fronts: Fronts) -> np.ndarray:
    """Grows after each front towards its strength, S (1 - exp(-age / 60 h))."""
    latest = np.searchsorted(fronts.hours_before_end, lagged, side="left")
    age = fronts.hours_before_end[latest] - lagged
    stagnation: np.ndarray = fronts.strength[latest] * -np.expm1(-age / _BUILD_UP_HOURS)
    return stagnation


def _dust(lagged: np.ndarray, fronts: Fronts) -> np.ndarray:
    """A pulse behind each dusty front, a e/3 exp(-a/3) at age a in hours, with a haze of half a day."""
    total = np.zeros(lagged.shape)
    for hours, amount in zip(fronts.hours_before_end, fronts.dust, strict=True):
        if amount > 0:
            age = np.clip(hours - lagged, 0.0, _DUST_HOURS)
            pulse = age / 3.0 * np.exp(1.0 - age / 3.0)
            total += (
                amount * (pulse + 0.25 * np.exp(-age / 14.0) * -np.expm1(-age / 2.0)) * (age < _DUST_HOURS)
            )
    return total
