"""An idealised set of hourly measurements for the demonstration case. EVERY VALUE IS INVENTED.

A product made from it must be stamped SYNTHETIC; the attribute `synthetic` says so, the stations' codes
begin with SYN and their names carry 合成. It is physically plausible, no more: nothing learned from it says
anything about a real city.

The story is a box over each place. Per square metre the burden B of a primary pollutant obeys

    dB/dt = E - v B,        C = B / h

with emissions E (constant, heating from 10 October to 10 April, two rush hours by the sun, a weak week),
ventilation v and mixing height h. Stagnation s grows after each cold front as S (1 - exp(-age / 60 h)), makes
v fall from 1/12 to 1/48 h-1 and lowers h; fronts are a renewal process and cross the basin from west to east
at 3 h a degree (`observations.idealised_weather`). From the box's concentration C follow

    PM2.5 = 3 to 9 + C (1 + 0.5 s) noise + 0.12 dust       s stands for secondary particles
    PM10  = PM2.5 + coarse, coarse = PM2.5 (0.25 to 0.9, most in summer) noise + 0.88 dust
    SO2, NO2, CO: background + share of C by season and hour, each with noise of its own
    O3    = seasonal afternoon maximum - 0.35 NO2, not below 3

with noise exp(AR(1) + white noise of the instrument). The last front passes seven days before the end and
carries dust; behind it heavy winter pollution builds up to the end. Values are rounded as published (µg m-3
to the integer, CO to 0.1 mg m-3), some hours are missing, one sensor hangs for a while and one value is a
spike, for quality control to find.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.contracts import concentration_attributes, observations
from foundation.errors import InputError
from foundation.pollutants import HOURLY, POLLUTANTS
from foundation.times import HOUR, beijing_from_utc, day_of_hour, start_of_day
from foundation.units import si_factor
from observations.assembling import station_coordinates
from observations.flags import FLAG_TYPE, flag_attributes
from observations.idealised_stations import SITES, idealised_stations
from observations.idealised_weather import Weather, idealised_weather
from observations.stations import Station

FEWEST_DAYS = 14
MONTHS = (11, 12, 1, 2)
"""Months in which a winter may end."""


STUCK = ("SYN-CHANGJI-2", "no2", 131, 18)
"""Station, pollutant, first hour before the end, length in hours."""

SPIKE = ("SYN-KUITUN-1", "pm10", 63, 9.0)
"""Station, pollutant, hour before the end, factor."""

_EMISSION = 960.0
"""µg m-2 h-1 in Urumqi; the one number that sets the level of the whole set."""


_SPIN_UP_DAYS = 30
"""Days before the first, in which the box forgets how it began."""

_INSTRUMENT = 0.04
"""Spread of the instruments' own noise, of the logarithm."""


def idealised_winter(end: np.datetime64, days: int = 480, seed: int = 1) -> xr.Dataset:
    """Invent hourly measurements up to an instant in winter.

    The value of an hour depends on the Beijing day of `end`, never on its hour, and not on `days`.

    Args:
        end: last hour, UTC; its Beijing day lies in November to February. Fractions of an hour are cut.
        days: length in days of 24 hours.
        seed: of all random numbers; the same seed gives the same set.

    Returns:
        A data set that keeps `foundation.contracts.observations("hour")`, with the attributes
        `source="idealised"` and `synthetic=1`; no flag is set.

    Raises:
        InputError: when `end` is no time in winter or `days` is too short for the story.
    """
    final = _instant(np.asarray(end, "datetime64[h]"))
    if np.isnat(final) or _month_of(final) not in MONTHS:
        raise InputError(
            f"expected an end from November to February, got {end}", remedy="Choose a winter day"
        )
    if days < FEWEST_DAYS:
        raise InputError(f"expected at least {FEWEST_DAYS} days, got {days}", remedy="Ask for more days")
    last = _instant(start_of_day(day_of_hour(np.asarray(final))) + 24 * HOUR)
    grid = last - np.arange((days + _SPIN_UP_DAYS) * 24, dtype=int)[::-1] * HOUR
    stations = idealised_stations()
    weather = idealised_weather(grid, np.array([s.lon for s in stations]), last, seed)
    values = _faulty(_concentrations(grid, weather, stations, seed), [s.code for s in stations])
    window = (grid > final - days * 24 * HOUR) & (grid <= final)
    return _dataset(grid[window], {p: array[window] for p, array in values.items()}, stations)


def _instant(time: np.ndarray) -> np.datetime64:
    return np.datetime64(int(time.astype("datetime64[ns]").astype("int64")), "ns")


def _month_of(final: np.datetime64) -> int:
    return int(day_of_hour(np.asarray(final)).astype("datetime64[M]").astype(int)) % 12 + 1


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


def _concentrations(
    grid: np.ndarray, weather: Weather, stations: list[Station], seed: int
) -> dict[str, np.ndarray]:
    """Values as published, display units, NaN where missing; dims (hour, station)."""
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
    values = {
        "pm25": pm25,
        "pm10": pm25 + coarse,
        "so2": 4.0 + (0.04 + 0.12 * weather.heating) * air * noise(6, 0.2),
        "no2": no2,
        "co": 0.3 + 0.014 * air * noise(7, 0.15),
        "o3": np.maximum(ozone, 3.0),
    }
    missing = _missing(shape, seed)
    return {p: np.where(missing[p], np.nan, _published(array, p)) for p, array in values.items()}


def _published(values: np.ndarray | np.floating, pollutant: str) -> np.ndarray:
    decimals = POLLUTANTS[pollutant].decimals
    rounded: np.ndarray = np.round(np.maximum(values, 10.0**-decimals), decimals)
    return rounded


def _missing(shape: tuple[int, int], seed: int) -> dict[str, np.ndarray]:
    """Single hours, and outages of twelve hours of a whole station; two to three per cent in all."""
    generator = np.random.default_rng([seed, 9])
    begins = generator.random(shape) < 0.0008
    outage = np.zeros(shape, dtype=bool)
    for step in range(12):
        outage[step:] |= begins[: shape[0] - step]
    single = np.random.default_rng([seed, 10]).random((*shape, len(HOURLY))) < 0.015
    return {p: (outage | single[..., number])[::-1] for number, p in enumerate(HOURLY)}


def _faulty(values: dict[str, np.ndarray], codes: list[str]) -> dict[str, np.ndarray]:
    """One sensor hangs, and one value jumps; both present so that quality control can find them."""
    station, pollutant, before, length = STUCK
    hours = slice(-before, -before + length)
    hanging = values[pollutant][:, codes.index(station)]
    hanging[hours] = _published(np.nanmedian(hanging[hours]), pollutant)
    station, pollutant, before, factor = SPIKE
    jumping = values[pollutant][:, codes.index(station)]
    jumping[-before] = _published(np.nanmedian(jumping[-before - 3 : -before + 3]) * factor, pollutant)
    return values


def _dataset(grid: np.ndarray, values: dict[str, np.ndarray], stations: list[Station]) -> xr.Dataset:
    dims = ("time", "station")
    variables: dict[str, tuple[tuple[str, str], np.ndarray, dict[str, object]]] = {}
    for pollutant in HOURLY:
        array = values[pollutant] * si_factor(POLLUTANTS[pollutant].display_unit, pollutant)
        attrs: dict[str, object] = {
            **concentration_attributes(pollutant),
            "ancillary_variables": f"{pollutant}_flag",
        }
        flags = np.zeros(array.shape, dtype=FLAG_TYPE)
        variables[pollutant] = (dims, array, attrs)
        variables[f"{pollutant}_flag"] = (dims, flags, flag_attributes(pollutant))
    attributes = {
        "averaging": "hour",
        "source": "idealised",
        "provider": "idealised",
        "synthetic": 1,
        "title": "合成数据，非实测 SYNTHETIC, not measured",
    }
    dataset = xr.Dataset(variables, {"time": grid, **station_coordinates(stations)}, attributes)
    return observations("hour").check(dataset, "idealised winter")
