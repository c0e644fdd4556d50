"""The evidence for a warning: which clause is met, by which windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from standards.warning_runs import check_step, clause_starts, meets, run_starts, stride_of
from standards.warning_tables import WINDOW_HOURS, Clause, Condition, WarningRules

Window = tuple[np.datetime64, np.datetime64]
"""Start and end of a 24 h window, UTC."""


@dataclass(frozen=True)
class Finding:
    """One run of windows that meets one clause.

    Attributes:
        level: level the clause calls for.
        clause: id of the clause.
        chinese: text of the clause.
        english: the same in English.
        first_window: first 24 h window of the run.
        last_window: last 24 h window of the run.
        values: index of each back-to-back window of the run.
        supporting: windows and index by which the clause's further conditions are met.
    """

    level: int
    clause: str
    chinese: str
    english: str
    first_window: Window
    last_window: Window
    values: tuple[float, ...]
    supporting: tuple[tuple[Window, float], ...] = ()


def windows_of(times: np.ndarray, step_hours: int) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends of 24 h windows: a day is labelled with its start, any other window with its end."""
    whole = np.timedelta64(WINDOW_HOURS, "h")
    return (times, times + whole) if step_hours == WINDOW_HOURS else (times - whole, times)


def series(
    aqi: np.ndarray, times: np.ndarray, step_hours: int, countable: np.ndarray | None = None
) -> np.ndarray:
    """A series of windows, checked, with what does not count taken out.

    Raises:
        InputError: when lengths differ or times are not regular.
    """
    values = np.asarray(aqi, dtype=float)
    shapes = {values.shape, np.shape(times)} | (set() if countable is None else {np.shape(countable)})
    if values.ndim != 1 or len(shapes) != 1:
        raise InputError(f"expected series of one length, got shapes {sorted(shapes)}")
    stride_of(step_hours)
    check_step(times, step_hours)
    return values if countable is None else np.where(np.asarray(countable, dtype=bool), values, np.nan)


def explain(
    aqi: np.ndarray,
    times: np.ndarray,
    rules: WarningRules,
    step_hours: int,
    countable: np.ndarray | None = None,
) -> list[Finding]:
    """Every run of windows that meets a clause, highest level first, then by time.

    Args:
        aqi: index of 24 h windows, one dimension, NaN where missing.
        times: `datetime64` in UTC; with a step of 24 hours the start of each day, else the end of each
            window.
        rules: the rule set.
        step_hours: hours from one element to the next; divides 24.
        countable: False where a window does not escalate.

    Raises:
        InputError: when lengths differ or times are not regular.
    """
    values = series(aqi, times, step_hours, countable)
    stride = stride_of(step_hours)
    findings = [
        _finding(values, times, step_hours, clause, run)
        for clause in rules.clauses
        for run in _runs(values, clause, stride)
    ]
    return sorted(findings, key=lambda found: (-found.level, found.first_window[0], found.clause))


def _runs(values: np.ndarray, clause: Clause, stride: int) -> list[np.ndarray]:
    """Disjoint runs that meet a clause, each extended as far as it goes, the longest phase of each."""
    met = meets(values, clause.conditions[0])
    candidates = np.flatnonzero(clause_starts(values, clause, stride))
    runs = []
    while candidates.size:
        phases = candidates[candidates < candidates[0] + stride]
        run = max((_extended(met, start, stride) for start in phases), key=len)
        runs.append(run)
        candidates = candidates[candidates > run[-1]]
    return runs


def _extended(met: np.ndarray, start: int, stride: int) -> np.ndarray:
    steps = met[start::stride]
    length = len(steps) if steps.all() else int(np.argmin(steps))
    return start + stride * np.arange(length)


def _finding(
    values: np.ndarray, times: np.ndarray, step_hours: int, clause: Clause, run: np.ndarray
) -> Finding:
    starts, ends = windows_of(times, step_hours)
    supporting = [
        ((starts[index], ends[index]), float(values[index]))
        for condition in clause.conditions[1:]
        for index in _first_within(values, condition, run, stride_of(step_hours))
    ]
    return Finding(
        level=clause.level,
        clause=clause.id,
        chinese=clause.chinese,
        english=clause.english,
        first_window=(starts[run[0]], ends[run[0]]),
        last_window=(starts[run[-1]], ends[run[-1]]),
        values=tuple(float(value) for value in values[run]),
        supporting=tuple(supporting),
    )


def _first_within(values: np.ndarray, condition: Condition, run: np.ndarray, stride: int) -> list[int]:
    inside = meets(values[run[0] : run[-1] + 1], condition)
    first = int(run[0]) + int(np.argmax(run_starts(inside, condition.windows, stride)))
    return [first + stride * window for window in range(condition.windows)]
