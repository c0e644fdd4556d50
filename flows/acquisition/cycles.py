"""Cycles of models: which should be there, and whether what is absent is late or missing."""

from __future__ import annotations

import numpy as np

from flows.acquisition.configuration import GriddedConfig
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.source_parts import CyclesConfig
from foundation.times import DAY, HOUR, shown, stamp

__all__ = ["absent_since", "cycles_before", "is_published", "late_or_missing", "shown_cycle"]


def cycles_before(config: CyclesConfig, before: np.datetime64, count: int) -> tuple[np.datetime64, ...]:
    """Beginnings of the cycles that should be there by a time, UTC, newest first."""
    step = config.every_h * HOUR
    latest = before - _hours(config.available_after_h)
    day = latest.astype("datetime64[D]").astype("datetime64[ns]")
    last = day + (latest - day) // step * step
    found: list[np.datetime64] = []
    while len(found) < count:
        found.append(last)
        midnight = last.astype("datetime64[D]").astype("datetime64[ns]") == last
        last = last - DAY + (DAY - HOUR) // step * step if midnight else last - step
    return tuple(found)


def is_published(lead_h: int, config: GriddedConfig) -> bool:
    """Whether a model run has a file of this lead time."""
    if not 0 <= lead_h <= config.last_lead_h:
        return False
    step = next((step for until, step in sorted(config.steps) if lead_h <= until), None)
    return lead_h % step == 0 if step is not None else not config.steps


def late_or_missing(
    error: NotArrivedError, cycle: np.datetime64, config: CyclesConfig, moment: np.datetime64
) -> NotArrivedError:
    """What is not there is late while it may still come."""
    due = cycle + _hours(config.available_after_h)
    return absent_since(error, due, config.late_within_h, moment)


def absent_since(
    error: NotArrivedError, due: np.datetime64, late_within_h: float, moment: np.datetime64
) -> NotArrivedError:
    """The same for anything that was due at a time."""
    if error.code == "missing" and moment < due + _hours(late_within_h):
        return error.again("late", f"尚未发布（{error.chinese}）", f"not published yet ({error.english})")
    return error


def shown_cycle(cycle: np.datetime64, lead_h: int | None = None) -> tuple[str, str]:
    """A cycle, or a lead time of it: in UTC for programs, in Beijing time for people."""
    lead = ("", "") if lead_h is None else (f" f{lead_h:03d}", f"第 {lead_h} 小时")
    return f"{stamp(cycle)}{lead[0]}", f"{shown(cycle)}（北京时）起报{lead[1]}"


def _hours(hours: float) -> np.timedelta64:
    return np.timedelta64(round(3600 * hours), "s")
