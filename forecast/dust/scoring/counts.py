"""Hits, misses and false alarms with intervals: threat score, detection, false alarms, bias.

Threat score H / (H + M + F), probability of detection H / (H + M), false alarm ratio F / (H + F), frequency
bias (H + F) / (H + M): Wilks 2011, Statistical Methods in the Atmospheric Sciences, chapter 8. The interval
is that of a circular block bootstrap over time (`forecast.verification.resampling`), all places of a step
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from forecast.verification.resampling import draws_of_issues
from observations.dust.verification import Matching

__all__ = ["Tally", "days_tally", "difference", "draws_of", "events_tally"]

BLOCK = np.timedelta64(7, "D")
_TAILS = (2.5, 97.5)
_LEAST_BLOCKS = 4
_SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True)
class Tally:
    """Counts by step, so that steps can be drawn again.

    Attributes:
        times: of the steps, (step,).
        hits: at each step, (step,).
        misses: the same.
        false_alarms: the same.
    """

    times: np.ndarray
    hits: np.ndarray
    misses: np.ndarray
    false_alarms: np.ndarray

    def document(self, block: np.timedelta64 = BLOCK) -> dict[str, float | int | list[float] | None]:
        """Counts and scores; None where a score has nothing below the line."""
        hits, misses, alarms = (int(part.sum()) for part in (self.hits, self.misses, self.false_alarms))
        return {
            "hits": hits, "misses": misses, "false_alarms": alarms,
            "threat_score": _ratio(hits, hits + misses + alarms),
            "threat_score_interval": _interval(self.drawn(block)),
            "probability_of_detection": _ratio(hits, hits + misses),
            "false_alarm_ratio": _ratio(alarms, hits + alarms),
            "frequency_bias": _ratio(hits + alarms, hits + misses),
        }  # fmt: skip

    def drawn(self, block: np.timedelta64 = BLOCK) -> np.ndarray:
        """Threat score of each resample, NaN without an event; tallies of the same steps share draws.

        None at all where the record is shorter than four blocks: drawing them again would tell nothing.
        """
        if self.times[-1] - self.times[0] < _LEAST_BLOCKS * block:
            return np.zeros(0)
        draws = draws_of(self.times, block)
        hits, misses, alarms = (draws @ part for part in (self.hits, self.misses, self.false_alarms))
        either = hits + misses + alarms
        return np.where(either > 0, hits / np.maximum(either, 1), np.nan)


def draws_of(times: np.ndarray, block: np.timedelta64 = BLOCK) -> np.ndarray:
    """How often each step is drawn in each resample, (resample, step); the same for the same steps."""
    return _drawn_steps(times.astype("datetime64[s]").astype(np.int64).tobytes(), int(block / _SECOND))


@lru_cache(maxsize=8)
def _drawn_steps(seconds: bytes, block_s: int) -> np.ndarray:
    times = np.frombuffer(seconds, dtype=np.int64).astype("datetime64[s]")
    return np.asarray(draws_of_issues(times, block=np.timedelta64(block_s, "s")).values)


def difference(one: Tally, other: Tally, block: np.timedelta64 = BLOCK) -> list[float] | None:
    """Interval of the threat score of one less that of the other, on the same resamples; None without."""
    return _interval(one.drawn(block) - other.drawn(block))


def days_tally(warned: np.ndarray, passed: np.ndarray, known: np.ndarray, times: np.ndarray) -> Tally:
    """Count places and steps one by one.

    Args:
        warned: (step, place) bool.
        passed: the same, of what was measured.
        known: which count, (step, place).
        times: (step,).
    """
    hits, misses, alarms = (
        (part & known).sum(1).astype(float)
        for part in (warned & passed, ~warned & passed, warned & ~passed)
    )  # fmt: skip
    return Tally(times, hits, misses, alarms)


def events_tally(matching: Matching, times: np.ndarray) -> Tally:
    """Count events at the step at which each begins, a hit where the measured one does.

    Args:
        matching: of events forecast with those measured.
        times: of the steps, (step,).
    """
    groups = ([wanted for _, wanted in matching.pairs], matching.missed, matching.alone)
    counts = [np.zeros(len(times)) for _ in groups]
    for count, events in zip(counts, groups, strict=True):
        at = np.searchsorted(times, [event.start for event in events])
        np.add.at(count, at, 1.0)
    return Tally(times, *counts)


def _interval(values: np.ndarray) -> list[float] | None:
    held = values[np.isfinite(values)]
    return [round(float(value), 3) for value in np.percentile(held, _TAILS)] if held.size else None


def _ratio(above: int, below: int) -> float | None:
    return round(above / below, 3) if below else None
