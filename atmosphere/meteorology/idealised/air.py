"""Temperature, pressure and humidity: a free atmosphere with a cold pool under a lifted inversion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.idealised.fronts import Episode
from atmosphere.meteorology.layers import saturation_humidity
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY

__all__ = ["POOL_TOP_M", "Air", "Sun", "air", "sun"]

POOL_TOP_M = 1750.0
"""Height of the top of the inversion above the sea, m: some 1.3 km above the floor of the basin."""

_LAPSE = 0.006
_STRENGTH = 12.0
"""Inversion at full stagnation, top less base, K."""

_SOLAR_CONSTANT = 1361.0


@dataclass(frozen=True)
class Sun:
    """The day at one time.

    Attributes:
        day: 0 at night to 1 in the early afternoon, when the ground has warmed most.
        breeze: -1 (mountain breeze, late night) to 1 (valley breeze, 14 h by the sun).
        shortwave: under a clear sky, W m-2.
    """

    day: np.ndarray
    breeze: np.ndarray
    shortwave: np.ndarray


@dataclass(frozen=True)
class Air:
    """State of the air at one time, (z, y, x); `base` (y, x) is the inversion's base above ground, m."""

    temperature: np.ndarray
    pressure: np.ndarray
    specific_humidity: np.ndarray
    base: np.ndarray


def sun(time: np.datetime64, lon: np.ndarray, lat: np.ndarray) -> Sun:
    """Sun and the warming it brings, from the hour angle and declination (its first harmonic)."""
    day_of_year = float((time - time.astype("datetime64[Y]")) / np.timedelta64(1, "D"))
    hour = np.mod(float((time - time.astype("datetime64[D]")) / np.timedelta64(1, "h")) + lon / 15.0, 24.0)
    declination = math.radians(-23.44) * math.cos(2.0 * math.pi * (day_of_year + 10.0) / 365.25)
    latitude, angle = np.deg2rad(lat), 2.0 * math.pi * (hour - 12.0) / 24.0
    height = np.sin(latitude) * math.sin(declination)
    height += np.cos(latitude) * math.cos(declination) * np.cos(angle)
    day = np.clip(np.sin(math.pi * (hour - 9.0) / 11.0), 0.0, None) * (hour > 9.0) * (hour < 20.0)
    return Sun(
        day=np.asarray(day) ** 1.5,
        breeze=np.cos(2.0 * math.pi * (hour - 14.0) / 24.0),
        shortwave=0.7 * _SOLAR_CONSTANT * np.clip(height, 0.0, None),
    )


def air(height: np.ndarray, surface: np.ndarray, lat: np.ndarray, now: Episode, daylight: Sun) -> Air:
    """The air at heights above a terrain.

    Below `POOL_TOP_M` the pool is colder than the free atmosphere by what the inversion demands: nothing at
    its top, all of it at the base, and below the base the same again, warmed towards a mixed layer by day and
    cooled at the ground by night. Pressure follows hydrostatically from above.

    Args:
        height: of the levels above ground, m, shape (z, 1, 1), growing.
        surface: height of the ground above the sea, m, shape (y, x).
        lat: degrees north, (y, x).
        now: the episode, (y, x).
        daylight: the day, (y, x).
    """
    at_sea = 272.0 - 0.5 * (lat - 44.0) + 2.5 * now.stagnation - 7.0 * now.cold
    above_sea = surface + height
    free = at_sea - _LAPSE * above_sea
    base = 300.0 + 150.0 * daylight.day
    temperature = free - _pool(height, surface, base, now, daylight)
    mean_pressure = 102500.0 + 1500.0 * now.stagnation + 700.0 * now.cold
    pressure = mean_pressure * (free / at_sea) ** (GRAVITY / (DRY_AIR_GAS_CONSTANT * _LAPSE))
    excess = GRAVITY / DRY_AIR_GAS_CONSTANT * (1.0 / temperature - 1.0 / free)
    pressure = pressure * np.exp(_above(excess, height))
    inside = np.clip((POOL_TOP_M - above_sea) / 600.0, 0.0, 1.0)
    relative = np.clip(0.35 + inside * (0.25 + 0.2 * now.stagnation) + 0.45 * now.cloud, 0.0, 0.95)
    return Air(temperature, pressure, relative * saturation_humidity(temperature, pressure), base)


def _pool(
    height: np.ndarray, surface: np.ndarray, base: np.ndarray, now: Episode, daylight: Sun
) -> np.ndarray:
    """How much colder the pool is than the free atmosphere, K."""
    depth = np.clip(POOL_TOP_M - surface - base, 0.0, None)
    wanted = _STRENGTH * np.clip(depth / 300.0, 0.0, 1.0) + _LAPSE * depth
    share = np.clip((POOL_TOP_M - surface - height) / np.maximum(depth, 100.0), 0.0, 1.0)
    calm = np.exp(-now.gust / 4.0)
    night = (1.0 - daylight.day) * calm * (1.0 + 2.0 * now.stagnation)
    mixed = 0.003 * np.clip(base - height, 0.0, None) * daylight.day
    return np.asarray(now.stagnation * wanted * share + night * np.exp(-height / 80.0) - mixed)


def _above(values: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Integral from each level to the highest by the trapezoidal rule."""
    pieces = 0.5 * (values[1:] + values[:-1]) * np.diff(height, axis=0)
    total = np.zeros_like(values)
    total[:-1] = np.cumsum(pieces[::-1], axis=0)[::-1]
    return total
