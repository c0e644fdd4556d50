"""Heating: degree days within the season, and what is burnt all year."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from emissions_inventory.timing.heating_configuration import HeatingConfig, SeasonConfig, heating_config
from emissions_inventory.timing.temperature import DailyTemperature, normals_of_year
from foundation.errors import InputError

__all__ = ["DEFAULT_REGION", "day_temperatures", "day_weights", "degree_days", "is_heated"]

DEFAULT_REGION = "urumqi"
"""Whose seasons and normals hold where no region is named."""


def day_weights(
    sector: str,
    days: np.ndarray,
    region: str,
    temperature: DailyTemperature | None = None,
    config: HeatingConfig | None = None,
) -> np.ndarray:
    """Relative emission of days: their degree days and the share of the year that is not for warmth.

    With the normals, the weights of a year add up to 1; a colder spell adds to its days.

    Args:
        sector: one that the configuration of heating names.
        days: consecutive days of regional time, `datetime64[D]`, (day,).
        region: id.
        temperature: of the days that it holds; normals for the others.
        config: rules of heating; those that ship with the program by default.

    Returns:
        Weights, 0 or more, (day,).

    Raises:
        InputError: when the sector does not emit by degree days.
    """
    rules = config or heating_config()
    heated = rules.sector(sector)
    if heated is None:
        raise InputError(f"sector {sector!r} does not emit by degree days")
    share = heated.all_year_share
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    degrees = degree_days(sector, days, region, temperature, rules)
    usual = {int(year): _usual_degree_days(sector, int(year), region, rules) for year in np.unique(years)}
    total = np.array([usual[int(year)] for year in years])
    length = np.array([len(normals_of_year(int(year), region)) for year in years])
    return np.asarray(
        (1.0 - share) * np.where(total > 0, degrees / np.maximum(total, 1e-9), 0.0) + share / length
    )


def degree_days(
    sector: str,
    days: np.ndarray,
    region: str,
    temperature: DailyTemperature | None = None,
    config: HeatingConfig | None = None,
) -> np.ndarray:
    """Degree days, K: what the base temperature exceeds the day's by, on days that are heated; (day,).

    Args:
        sector: see `day_weights`.
        days: see `day_weights`.
        region: see `day_weights`.
        temperature: see `day_weights`.
        config: see `day_weights`.
    """
    rules = config or heating_config()
    celsius = day_temperatures(days, region, temperature)
    heated = is_heated(sector, days, region, temperature, rules)
    return np.where(heated, np.maximum(rules.base_temperature_c - celsius, 0.0), 0.0)


def is_heated(
    sector: str,
    days: np.ndarray,
    region: str,
    temperature: DailyTemperature | None = None,
    config: HeatingConfig | None = None,
) -> np.ndarray:
    """Whether each day belongs to the heating season, (day,).

    The legal season where the sector keeps one; else the days that lie, by the normals or by the
    temperatures given, in a run of cold days at or below the threshold (GB 50736-2012: 5 degrees, 5 days).

    Args:
        sector: see `day_weights`.
        days: see `day_weights`.
        region: see `day_weights`.
        temperature: see `day_weights`.
        config: see `day_weights`.
    """
    rules = config or heating_config()
    legal = rules.season_of(sector, region)
    if legal is not None:
        return _between(days, legal)
    margin = np.timedelta64(rules.cold_days, "D")
    wide = np.arange(days[0] - margin, days[-1] + margin + 1)
    cold = _in_runs(day_temperatures(wide, region) <= rules.threshold_c, rules.cold_days)
    if temperature is not None:
        measured = day_temperatures(wide, region, temperature) <= rules.threshold_c
        cold |= _in_runs(measured, rules.cold_days)
    return np.asarray(cold[rules.cold_days : -rules.cold_days])


def day_temperatures(
    days: np.ndarray, region: str, temperature: DailyTemperature | None = None
) -> np.ndarray:
    """Temperature of days, degrees Celsius: those given, normals for the others; (day,)."""
    years = days.astype("datetime64[Y]")
    celsius = np.empty(len(days))
    for year in np.unique(years):
        chosen = years == year
        place = (days[chosen] - year.astype("datetime64[D]")).astype(np.int64)
        celsius[chosen] = normals_of_year(int(year.astype(np.int64)) + 1970, region)[place]
    if temperature is None:
        return celsius
    given = temperature.on(days)
    return np.where(np.isnan(given), celsius, given)


@lru_cache(maxsize=1024)
def _usual_degree_days(sector: str, year: int, region: str, rules: HeatingConfig) -> float:
    days = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")
    return float(degree_days(sector, days, region, None, rules).sum())


def _between(days: np.ndarray, season: SeasonConfig) -> np.ndarray:
    months = days.astype("datetime64[M]")
    key = (
        (months.astype(np.int64) % 12 + 1) * 100
        + (days - months.astype("datetime64[D]")).astype(np.int64)
        + 1
    )
    start, end = (int(text[:2]) * 100 + int(text[3:]) for text in (season.start, season.end))
    if start <= end:
        return np.asarray((key >= start) & (key <= end))
    return np.asarray((key >= start) | (key <= end))


def _in_runs(cold: np.ndarray, length: int) -> np.ndarray:
    """Days that belong to at least `length` cold days in a row."""
    if len(cold) < length:
        return np.zeros(len(cold), bool)
    complete = np.lib.stride_tricks.sliding_window_view(cold, length).all(axis=1)
    return np.convolve(complete, np.ones(length)) > 0
