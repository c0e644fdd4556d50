"""Time: UTC inside, Beijing time in what people read, and the day of the Chinese standards.

Air-quality days in China run from 00:00 to 24:00 Beijing time (UTC+8), whatever the longitude.
An hourly mean is labelled with the end of its hour, a daily mean with the start of its day.
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from foundation.errors import ConfigurationError

BEIJING = dt.timezone(dt.timedelta(hours=8), "Beijing")
BEIJING_OFFSET = np.timedelta64(8, "h")
DAY = np.timedelta64(1, "D")
HOUR = np.timedelta64(1, "h")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
"""Nanoseconds in 64 bits hold 1677 to 2262; outside, NumPy wraps around without a word."""


def utc_from_beijing(times: np.ndarray | pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Naive Beijing times to `datetime64[ns]` in UTC."""
    return np.asarray(times, dtype="datetime64[ns]") - BEIJING_OFFSET


def beijing_from_utc(times: np.ndarray | np.datetime64) -> np.ndarray:
    """UTC to naive Beijing times, `datetime64[ns]`."""
    return np.asarray(times, dtype="datetime64[ns]") + BEIJING_OFFSET


def beijing_day(times: np.ndarray | np.datetime64) -> np.ndarray:
    """The Beijing calendar day (`datetime64[D]`) that holds each UTC instant."""
    return beijing_from_utc(times).astype("datetime64[D]")


def day_of_hour(times: np.ndarray) -> np.ndarray:
    """The Beijing day to which an hourly mean belongs; the hour labelled 00:00 ends the day before."""
    return beijing_day(np.asarray(times, dtype="datetime64[ns]") - HOUR)


def start_of_day(days: np.ndarray | np.datetime64 | str) -> np.ndarray:
    """UTC instant at which a Beijing calendar day begins."""
    return np.asarray(days, dtype="datetime64[D]").astype("datetime64[ns]") - BEIJING_OFFSET


def instant_of_day(day: np.datetime64) -> np.datetime64:
    """UTC instant at which one Beijing calendar day begins."""
    return np.datetime64(start_of_day(day).item(), "ns")


def day_of_instant(time: np.datetime64) -> np.datetime64:
    """The Beijing calendar day (`datetime64[D]`) that holds one UTC instant."""
    return np.datetime64(beijing_day(time).item(), "D")


def parse_reference_time(text: str) -> np.datetime64:
    """Read an issue time as a person gives it and return it in UTC.

    A bare date is its first instant in Beijing time: what was measured up to the end of the day
    before is known. A time without an offset is Beijing time. An offset (`+08:00`, `Z`) is obeyed.

    Raises:
        ConfigurationError: when the text is not a date or a date with a time, from 1900 to 2199.
    """
    try:
        if not re.match(r"\d{4}-?\d{2}-?\d{2}", text.strip()):
            raise ValueError(text)
        moment = dt.datetime.fromisoformat(text.strip())
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise ValueError(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{text!r} is not a reference time",
            remedy="Write 2016-01-10 or 2016-01-10T16:00 (Beijing time), or add an offset such as Z",
        ) from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    return np.datetime64(aware.astimezone(dt.UTC).replace(tzinfo=None), "ns")


def now() -> np.datetime64:
    """This instant in UTC, to the second."""
    return np.datetime64(dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0), "ns")


def stamp(time: np.datetime64) -> str:
    """A UTC instant as a folder name that sorts: `20160109T160000Z`."""
    return str(pd.Timestamp(time).strftime("%Y%m%dT%H%M%SZ"))


def iso_utc(time: np.datetime64) -> str:
    """A UTC instant as products write it, `2026-12-11T16:00:00Z`."""
    return f"{time.astype('datetime64[s]')}Z"


def instant_of_iso(text: str) -> np.datetime64:
    """The UTC instant that `iso_utc` wrote."""
    return np.datetime64(text.removesuffix("Z"), "ns")


def shown(time: np.datetime64, *, minutes: bool = True) -> str:
    """A UTC instant as people read it: Beijing time, `2016-01-10 00:00`."""
    form = "%Y-%m-%d %H:%M" if minutes else "%Y-%m-%d"
    return str(pd.Timestamp(beijing_from_utc(time).item(), unit="ns").strftime(form))


def season_of_month(month: np.ndarray | int) -> np.ndarray:
    """Season of a month: 0 winter (Dec-Feb), 1 spring, 2 summer, 3 autumn."""
    return (np.asarray(month) % 12) // 3
