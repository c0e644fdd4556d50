"""Measurements: the first source whose hours are up to date, or the one that has the latest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival
from flows.acquisition.sources import MeasurementSource
from flows.ladder.standing import Passed
from flows.ladder.table import ladder
from flows.site.inputs import Measured
from flows.site.reasons import nothing_came, of_failures
from foundation.errors import InputError
from foundation.times import HOUR

__all__ = ["ArchiveFound", "find_archive", "wanted_hours"]


@dataclass(frozen=True)
class ArchiveFound:
    """The archive a run is made from, and why hours or whole sources are missing."""

    measured: Measured
    newest: np.datetime64
    passed: tuple[Passed, ...]


def wanted_hours(reference_time: np.datetime64, count: int) -> np.ndarray:
    """Ends of the last so many hours, UTC, shape (hour,)."""
    back = np.arange(count)[::-1]
    return np.asarray(reference_time.astype("datetime64[h]") - back * HOUR).astype("datetime64[ns]")


def find_archive(
    sources: Sequence[tuple[MeasurementSource, tuple[str, str]]], reference_time: np.datetime64,
    allowance: Callable[[], Allowance] | None,
) -> ArchiveFound:  # fmt: skip
    """Ask the sources in turn until one is up to date.

    Args:
        sources: in the order of trust, each with its name in Chinese and in English.
        reference_time: time of issue, UTC.
        allowance: time for each; None to look only at what is here.

    Raises:
        InputError: when none holds anything.
    """
    choices, passed = ladder().choices, []
    hours = wanted_hours(reference_time, choices.measured_back_h)
    longer = wanted_hours(reference_time, int(24 * choices.oldest_measured_days))
    held: list[tuple[MeasurementSource, Arrival, np.datetime64]] = []
    for source, titles in sources:
        came = source.held(longer) if allowance is None else source.fetch(hours, allowance())
        rung = "complete"
        passed += of_failures(rung, titles, came.failures)
        if came.newest is None:
            came = replace(source.held(longer), failures=came.failures)
        if came.newest is None:
            passed += [] if came.failures else [nothing_came(rung, source.name, titles)]
            continue
        newest = min(came.newest, reference_time)
        held.append((source, came, newest))
        if reference_time - newest <= choices.late_after_h * HOUR:
            break
    if not held:
        reasons = "; ".join(one.english for one in passed) or "no source is named"
        raise InputError(
            f"no measurement is in the inbox and none arrived: {reasons}",
            remedy="Bring measurements into the inbox, or see that a source of the site answers",
        )
    source, came, newest = max(held, key=lambda one: one[2])
    return ArchiveFound(Measured(came.folder, source.provider), newest, tuple(passed))
