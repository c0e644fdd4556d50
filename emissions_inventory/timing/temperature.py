"""Temperatures of days: from weather where it is at hand, else from normals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import xarray as xr

from emissions_inventory.timing.clock import days_in_months
from emissions_inventory.timing.configuration import timing_config
from emissions_inventory.timing.daily_means import day_means, nearest_cell, temperature_near_ground
from emissions_inventory.timing.heating_configuration import normals_config
from foundation.constants import ZERO_CELSIUS
from foundation.errors import InputError

__all__ = ["DailyTemperature", "normals_of_year"]

_COLDEST_K, _WARMEST_K = 180.0, 340.0


@dataclass(frozen=True)
class DailyTemperature:
    """Mean temperatures of days of regional time.

    Attributes:
        dates: growing, `datetime64[D]`, (day,).
        kelvin: mean 2 m temperature, K, (day,).
    """

    dates: np.ndarray
    kelvin: np.ndarray

    def __post_init__(self) -> None:
        """Refuse what are no temperatures of days.

        Raises:
            InputError: when shapes differ, dates do not grow, or a temperature is missing or impossible.
        """
        dates, kelvin = np.asarray(self.dates), np.asarray(self.kelvin)
        if dates.ndim != 1 or dates.shape != kelvin.shape or dates.dtype.kind != "M":
            raise InputError(f"daily temperature: {dates.shape} dates for {kelvin.shape} temperatures")
        days = dates.astype("datetime64[D]")
        if np.isnat(days).any() or (np.diff(days) <= np.timedelta64(0, "D")).any():
            raise InputError("daily temperature: expected dates that grow", remedy="Sort, one value a day")
        strange = ~((kelvin >= _COLDEST_K) & (kelvin <= _WARMEST_K))
        if strange.any():
            raise InputError(
                f"daily temperature: expected {_COLDEST_K:g} to {_WARMEST_K:g} K, got {kelvin[strange][0]:g}",
                where=str(days[strange][0]), remedy="Leave out days that are not known",
            )  # fmt: skip

    @classmethod
    def from_weather(
        cls, weather: xr.Dataset, lon: float, lat: float, region: str | None = None
    ) -> DailyTemperature:
        """Means over days from weather on a grid, at the nearest cell.

        The 2 m temperature where it is present, else that of the lowest level above ground. A day counts
        when at least 18 of its hours lie between instants no more than 6 h apart.

        Args:
            weather: keeps `METEOROLOGY`.
            lon: of the place, degrees east.
            lat: of the place, degrees north.
            region: whose days are meant; those of Xinjiang (UTC+6) by default.

        Raises:
            InputError: when the place lies outside the grid.
        """
        place = nearest_cell(weather["lon"].values, weather["lat"].values, lon, lat)
        kelvin = temperature_near_ground(weather, place)
        return cls(*day_means(weather["time"].values, kelvin, timing_config().offset_of(region)))

    def on(self, days: np.ndarray) -> np.ndarray:
        """Degrees Celsius on days, NaN on those that are not held, shape (day,)."""
        if not len(self.dates):
            return np.full(len(days), np.nan)
        held = np.asarray(self.dates).astype("datetime64[D]")
        place = np.clip(np.searchsorted(held, days), 0, len(held) - 1)
        return np.where(held[place] == days, np.asarray(self.kelvin)[place] - ZERO_CELSIUS, np.nan)


@lru_cache(maxsize=512)
def normals_of_year(year: int, region: str | None = None) -> np.ndarray:
    """Normal mean temperature of each day of a year, degrees Celsius, shape (365,) or (366,).

    The smoothest course, in second differences around the year, whose months keep their means exactly: a
    quadratic programme with equality constraints (Boyd and Vandenberghe 2004, Convex Optimization,
    section 10.1.1); the aim is that of Rymes and Myers 2001, doi:10.1016/S0038-092X(01)00052-4.

    Args:
        year: 1900 to 2199.
        region: id of a region; the first place of the normals by default.
    """
    lengths = days_in_months(year)
    return _smooth(tuple(map(int, lengths)), normals_config().place_of(region).monthly_mean_c)


@lru_cache(maxsize=64)
def _smooth(lengths: tuple[int, ...], means: tuple[float, ...]) -> np.ndarray:
    days, month = sum(lengths), np.repeat(np.arange(12), lengths)
    bend = -2.0 * np.eye(days) + np.roll(np.eye(days), 1, axis=1) + np.roll(np.eye(days), -1, axis=1)
    averaging = (month == np.arange(12)[:, None]) / np.array(lengths, float)[:, None]
    system = np.block([[bend.T @ bend, averaging.T], [averaging, np.zeros((12, 12))]])
    course = np.linalg.solve(system, np.concatenate([np.zeros(days), means]))[:days]
    course.flags.writeable = False
    return np.asarray(course)
