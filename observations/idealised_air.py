"""Concentrations of the idealised set: a box over each place, as `observations.idealised` describes."""

from __future__ import annotations

import numpy as np

from foundation.times import beijing_from_utc
from observations.idealised_stations import SITES
from observations.idealised_weather import Weather
from observations.stations import Station

_EMISSION = 960.0
"""µg m-2 h-1 in Urumqi; the one number that sets the level of the whole set."""

_INSTRUMENT = 0.04
"""Spread of the instruments' own noise, of the logarithm."""


def _noise(seed: int, number: int, shape: tuple[int, int], memory: float, spread: float) -> np.ndarray:
    """AR(1) with the given hourly memory and spread; drawn and run from the last hour backwards."""
    white = np.random.default_rng([seed, number]).standard_normal(shape) * spread
    white[1:] *= np.sqrt(1.0 - memory**2)
    for step in range(1, len(white)):
        white[step] += memory * white[step - 1]
    return white[::-1]


def _box(weather: Weather, emission: np.ndarray) -> np.ndarray:
    """Concentration B / h, each hour solved exactly with its own rates; µg m-3, dims (hour, station)."""
    kept = np.exp(-weather.ventilation)
    gained = emission * (1.0 - kept) / weather.ventilation
    burden = np.empty(emission.shape)
    state = emission[0] / weather.ventilation[0]
    for hour in range(len(emission)):
        state = state * kept[hour] + gained[hour]
        burden[hour] = state
    concentration: np.ndarray = burden / weather.mixing_height
    return concentration


def _emission(grid: np.ndarray, weather: Weather, stations: list[Station], traffic: float) -> np.ndarray:
    """Emission with its rush hours; `traffic` is their share."""
    weekday = (beijing_from_utc(grid).astype("datetime64[D]").astype(int) + 3) % 7
    week = np.where(weekday >= 5, 0.94, 1.02)[:, None]
    hour = weather.local_hour
    rush = np.exp(-(((hour - 8.5) / 1.8) ** 2)) + np.exp(-(((hour - 18.5) / 2.2) ** 2))
    size = np.array([SITES[station.place].emission for station in stations])
    emission: np.ndarray = (
        _EMISSION * size * week * (0.6 + 0.4 * weather.heating) * (1.0 + traffic * (rush - 0.3))
    )
    return emission


def idealised_air(
    grid: np.ndarray, weather: Weather, stations: list[Station], seed: int
) -> dict[str, np.ndarray]:
    """Values in display units; dims (hour, station).

    Args:
        grid: (hour,) ends of the hours, UTC.
        weather: of those hours.
        stations: where.
        seed: of all random numbers.
    """
    shape = (len(grid), len(stations))

    def noise(number: int, spread: float, memory: float = 0.9) -> np.ndarray:
        instrument = np.random.default_rng([seed, 100 + number]).standard_normal(shape)[::-1]
        return np.asarray(np.exp(_noise(seed, number, shape, memory, spread) + _INSTRUMENT * instrument))

    dust = weather.dust * np.array([SITES[s.place].dust for s in stations]) * noise(2, 0.15)
    air = _box(weather, _emission(grid, weather, stations, 0.25))
    traffic = _box(weather, _emission(grid, weather, stations, 0.7))
    summer = 1.0 - weather.winter
    pm25 = 3.0 + 6.0 * summer + air * (1.0 + 0.5 * weather.stagnation) * noise(3, 0.13) + 0.12 * dust
    coarse = pm25 * (0.25 + 0.65 * summer) * noise(4, 0.2) + 0.88 * dust
    no2 = 6.0 + 3.2 * traffic**0.6 * noise(5, 0.15)
    sun = np.clip(np.sin(np.pi * (weather.local_hour - 7.0) / 16.0), 0.0, None) * (weather.local_hour > 7.0)
    ozone = (45.0 + 75.0 * summer) * (0.45 + 0.55 * sun) * noise(8, 0.12) - 0.35 * no2
    return {
        "pm25": pm25,
        "pm10": pm25 + coarse,
        "so2": 4.0 + (0.04 + 0.12 * weather.heating) * air * noise(6, 0.2),
        "no2": no2,
        "co": 0.3 + 0.014 * air * noise(7, 0.15),
        "o3": np.maximum(ozone, 3.0),
    }
