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
from foundation.times import HOUR, day_of_hour, start_of_day
from foundation.units import si_factor
from observations.assembling import station_coordinates
from observations.flags import FLAG_TYPE, flag_attributes
from observations.idealised_air import idealised_air
from observations.idealised_stations import idealised_stations
from observations.idealised_weather import idealised_weather
from observations.stations import Station

FEWEST_DAYS = 14
MONTHS = (11, 12, 1, 2)
"""Months in which a winter may end."""


STUCK = ("SYN-CHANGJI-2", "no2", 131, 18)
"""Station, pollutant, first hour before the end, length in hours."""

SPIKE = ("SYN-KUITUN-1", "pm10", 63, 9.0)
"""Station, pollutant, hour before the end, factor."""

_SPIN_UP_DAYS = 30
"""Days before the first, in which the box forgets how it began."""


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
    missing = _missing((len(grid), len(stations)), seed)
    values = {
        name: np.where(missing[name], np.nan, _published(air, name))
        for name, air in idealised_air(grid, weather, stations, seed).items()
    }
    values = _faulty(values, [station.code for station in stations])
    window = (grid > final - days * 24 * HOUR) & (grid <= final)
    return _dataset(grid[window], {p: array[window] for p, array in values.items()}, stations)


def _instant(time: np.ndarray) -> np.datetime64:
    return np.datetime64(int(time.astype("datetime64[ns]").astype("int64")), "ns")


def _month_of(final: np.datetime64) -> int:
    return int(day_of_hour(np.asarray(final)).astype("datetime64[M]").astype(int)) % 12 + 1


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
