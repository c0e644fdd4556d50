"""What any dust forecast must beat: persistence, damped persistence, climatology, always no.

Damped persistence is a chain of two states, yes and no: the frequency of yes some steps after each state in
the region, by which persistence fades into the usual (Wilks 2011, section 10.2). Climatology is the frequency
at the place within a month of the day of the year. Both are drawn towards the region's by a few cases, and
warn above the probability that scored best on the days they were made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from forecast.dust.learned.fitting import best_limit
from foundation.times import beijing_from_utc
from observations.dust.configuration import detection_config

__all__ = ["RIVALS", "Record", "rival_chances"]

_OWN_CASES = 10.0
"""Cases of the region that a place's own frequency is mixed with."""

_WITHIN_DAYS = 30
_DAYS_OF_YEAR = 366


@dataclass(frozen=True)
class Record:
    """One yes or no at every step and place.

    Attributes:
        passed: 1 yes, 0 no, NaN not known, with all that was measured later, (step, place).
        at_issue: the same as it was known at each step as an issue, (step, place).
        times: UTC, (step,).
        places: ids.
        fitted: steps whose measurements may be used to fit, (step,) bool.
        limits: probabilities tried as limits of a warning.
    """

    passed: np.ndarray
    at_issue: np.ndarray
    times: np.ndarray
    places: tuple[str, ...]
    fitted: np.ndarray
    limits: tuple[float, ...]

    def ahead(self, lead: int) -> np.ndarray:
        """What came so many steps after each issue, (step, place)."""
        found = np.full(self.passed.shape, np.nan)
        found[:-lead] = self.passed[lead:]
        return found

    def fitted_ahead(self, lead: int) -> np.ndarray:
        """The same, NaN where it may not be used to fit."""
        used = np.zeros(len(self.times), dtype=bool)
        used[:-lead] = self.fitted[lead:]
        return np.where(used[:, None], self.ahead(lead), np.nan)


def rival_chances(record: Record, lead: int) -> Mapping[str, tuple[np.ndarray, float]]:
    """By rival: probability of yes some steps after an issue, (step, place), and the limit of a warning."""
    return {name: made(record, lead) for name, made in RIVALS.items()}


def _persistence(record: Record, _lead: int) -> tuple[np.ndarray, float]:
    return np.nan_to_num(record.at_issue), 0.5


def _always_no(record: Record, _lead: int) -> tuple[np.ndarray, float]:
    return np.zeros(record.passed.shape), 0.5


def _damped(record: Record, lead: int) -> tuple[np.ndarray, float]:
    later = record.fitted_ahead(lead)
    regions = _regions(record.places)
    chance = np.zeros(later.shape)
    for region in np.unique(regions):
        inside = regions == region
        usual = _mean(later[:, inside])
        for state in (0, 1):
            after = later[:, inside][record.passed[:, inside] == state]
            after = after[np.isfinite(after)]
            share = (after.sum() + usual) / (len(after) + 1)
            chance[:, inside] = np.where(
                np.nan_to_num(record.at_issue[:, inside]) == state, share, chance[:, inside]
            )
    return chance, _limit(chance, later, record)


def _climatology(record: Record, lead: int) -> tuple[np.ndarray, float]:
    day = _day_of_year(record.times)
    step = record.times[1] - record.times[0]
    valid = _day_of_year(record.times + lead * step)
    known = np.where(record.fitted[:, None], record.passed, np.nan)
    regions = _regions(record.places)
    chance = np.zeros(record.passed.shape)
    for number in np.unique(valid):
        apart = np.abs(day - number)
        near = known[np.minimum(apart, _DAYS_OF_YEAR - apart) <= _WITHIN_DAYS]
        for column in range(len(record.places)):
            usual = _mean(near[:, regions == regions[column]])
            own = near[:, column][np.isfinite(near[:, column])]
            chance[valid == number, column] = (own.sum() + _OWN_CASES * usual) / (len(own) + _OWN_CASES)
    return chance, _limit(chance, record.fitted_ahead(lead), record)


RIVALS: dict[str, Callable[[Record, int], tuple[np.ndarray, float]]] = {
    "persistence": _persistence, "damped persistence": _damped, "climatology": _climatology,
    "always no": _always_no,
}  # fmt: skip
"""By name; each gives the probability and the limit of a warning."""


def _limit(chance: np.ndarray, later: np.ndarray, record: Record) -> float:
    known = np.isfinite(later)
    return best_limit(chance[known], later[known] > 0, record.limits)


def _regions(places: tuple[str, ...]) -> np.ndarray:
    config = detection_config()
    return np.array([config.region_of(place).name for place in places])


def _day_of_year(times: np.ndarray) -> np.ndarray:
    days = beijing_from_utc(times).astype("datetime64[D]")
    return np.asarray((days - days.astype("datetime64[Y]")).astype(int))


def _mean(values: np.ndarray) -> float:
    held = values[np.isfinite(values)]
    return float(held.mean()) if held.size else 0.0
