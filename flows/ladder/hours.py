"""How many of the last hours were measured, which places are silent, and which rung that is."""

from __future__ import annotations

import numpy as np
import xarray as xr

from flows.ladder.standing import Passed, Standing, why
from flows.ladder.table import ladder
from foundation.places import gazetteer
from foundation.times import HOUR, shown

__all__ = ["measured_standing"]

_LAST_HOURS = 24


def measured_standing(
    hourly: xr.Dataset | None, reference_time: np.datetime64, expected: int, failed: tuple[Passed, ...] = ()
) -> Standing | None:
    """The rung of hourly measurements.

    Args:
        hourly: place means known at the reference time; None where only days are measured.
        reference_time: time of issue, UTC.
        expected: of the last 24 hours, how many at least.
        failed: why hours did not arrive.

    Returns:
        None where there are no hours at all to speak of.
    """
    if hourly is None:
        return None
    known = hourly["pm25"].notnull().transpose("time", "place").values
    times = hourly["time"].values
    heard = times[known.any(axis=1)]
    if len(heard) == 0:
        return None
    window = (times > reference_time - _LAST_HOURS * HOUR) & (times <= reference_time)
    number = int(known[window].any(axis=1).sum())
    silent = [str(place) for place in hourly["place"].values[~known[window].any(axis=0)]]
    age_h = float((reference_time - heard[-1]) / HOUR)
    rung = _rung(age_h, number, expected, bool(silent))
    told = _detail(number, heard[-1], [] if number == 0 else silent, failed)
    return Standing("measurements", rung, detail=told, passed=failed)


def _rung(age_h: float, number: int, expected: int, silent: bool) -> str:
    choices = ladder().choices
    if age_h >= choices.carried_after_h:
        return "carried"
    if age_h > choices.late_after_h:
        return "late"
    return "incomplete" if number < expected or silent else "complete"


def _detail(
    number: int, newest: np.datetime64, silent: list[str], failed: tuple[Passed, ...]
) -> tuple[str, str]:
    chinese = f"近24小时收到{number}小时，最新为{shown(newest)}"
    english = f"{number} of the last 24 h, the newest of {shown(newest)} Beijing time"
    if silent:
        chinese += f"，24小时内无PM2.5的地点：{'、'.join(_name(one, 0) for one in silent)}"
        english += f"; no PM2.5 for 24 h at {', '.join(_name(one, 1) for one in silent)}"
    if failed:
        reasons = why(failed)
        chinese, english = f"{chinese}；原因：{reasons[0]}", f"{english}; because {reasons[1]}"
    return chinese, english


def _name(place: str, language: int) -> str:
    known = gazetteer().find(place)
    return place if known is None else (known.chinese, known.english)[language]
