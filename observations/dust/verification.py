"""Dust events of a forecast or a detector against those of a rule: hits, misses, false alarms, timing.

Threat score H / (H + M + F), probability of detection H / (H + M), false alarm ratio F / (H + F): Wilks 2011,
Statistical Methods in the Atmospheric Sciences, chapter 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from foundation.times import HOUR


class Timed(Protocol):
    """Anything with a place and three times in UTC, such as `events.DustEvent`."""

    @property
    def place(self) -> str: ...  # noqa: D102 - named by the protocol
    @property
    def start(self) -> np.datetime64: ...  # noqa: D102
    @property
    def peak(self) -> np.datetime64: ...  # noqa: D102
    @property
    def end(self) -> np.datetime64: ...  # noqa: D102


@dataclass(frozen=True)
class EventScores:
    """How events agree.

    Attributes:
        hits: events of the reference that were found.
        misses: events of the reference that were not.
        false_alarms: events found that overlap none of the reference.
        start_errors: hours, found less reference, one for each hit.
        peak_errors: the same of the peak.
        end_errors: the same of the end.
    """

    hits: int
    misses: int
    false_alarms: int
    start_errors: tuple[float, ...]
    peak_errors: tuple[float, ...]
    end_errors: tuple[float, ...]

    @property
    def threat_score(self) -> float:
        """Hits over all events of either; NaN without any."""
        return _ratio(self.hits, self.hits + self.misses + self.false_alarms)

    @property
    def probability_of_detection(self) -> float:
        """Hits over events of the reference; NaN without any."""
        return _ratio(self.hits, self.hits + self.misses)

    @property
    def false_alarm_ratio(self) -> float:
        """False alarms over events found; NaN without any."""
        return _ratio(self.false_alarms, self.hits + self.false_alarms)


@dataclass(frozen=True)
class Matching:
    """Which events are which.

    Attributes:
        pairs: of an event found and the event of the reference that it is.
        missed: events of the reference that were not found.
        alone: events found that overlap none of the reference.
    """

    pairs: tuple[tuple[Timed, Timed], ...]
    missed: tuple[Timed, ...]
    alone: tuple[Timed, ...]


def match_events(found: Sequence[Timed], reference: Sequence[Timed], tolerance_hours: int = 2) -> Matching:
    """Match events of the same place that overlap when either is longer by the tolerance at both ends.

    Each event of the reference, in order of time, takes the event not yet taken whose start is nearest. What
    is left of the events found is a false alarm only if it overlaps nothing of the reference: two events
    found within one of the reference are one hit.

    Args:
        found: events of a forecast or detector.
        reference: events to be found.
        tolerance_hours: how far apart they may lie and still be the same.
    """
    taken: set[int] = set()
    pairs: list[tuple[Timed, Timed]] = []
    missed: list[Timed] = []
    for wanted in sorted(reference, key=lambda event: (event.place, event.start)):
        near = [
            number
            for number, event in enumerate(found)
            if number not in taken and _overlap(event, wanted, tolerance_hours)
        ]
        if near:
            best = min(near, key=lambda number: abs(found[number].start - wanted.start))
            taken.add(best)
            pairs.append((found[best], wanted))
        else:
            missed.append(wanted)
    alone = [
        event
        for number, event in enumerate(found)
        if number not in taken and not any(_overlap(event, wanted, tolerance_hours) for wanted in reference)
    ]
    return Matching(tuple(pairs), tuple(missed), tuple(alone))


def score_events(found: Sequence[Timed], reference: Sequence[Timed], tolerance_hours: int = 2) -> EventScores:
    """Counts and errors of time of the events matched; arguments as `match_events`."""
    matching = match_events(found, reference, tolerance_hours)
    return EventScores(
        hits=len(matching.pairs),
        misses=len(matching.missed),
        false_alarms=len(matching.alone),
        start_errors=tuple(_hours(a.start - b.start) for a, b in matching.pairs),
        peak_errors=tuple(_hours(a.peak - b.peak) for a, b in matching.pairs),
        end_errors=tuple(_hours(a.end - b.end) for a, b in matching.pairs),
    )


def _overlap(first: Timed, second: Timed, tolerance: int) -> bool:
    margin = tolerance * HOUR
    near = first.start <= second.end + margin and second.start <= first.end + margin
    return first.place == second.place and bool(near)


def _hours(difference: np.timedelta64) -> float:
    return float(difference / HOUR)


def _ratio(above: int, below: int) -> float:
    return above / below if below else float("nan")
