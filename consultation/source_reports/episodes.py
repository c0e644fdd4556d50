"""Finding an episode in a course of daily PM2.5: its first rise, its peak, its clearing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consultation.bulletin.looks import fine_particle_bands
from consultation.source_reports.configuration import EpisodeConfig
from foundation.errors import InputError
from standards.rules import rules_on

__all__ = ["Episode", "Stage", "find_episodes", "stages_of", "threshold_on"]

_HALF = 0.5
"""µg/m³: the index reads whole ones."""

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Episode:
    """An episode, by Beijing days.

    Attributes:
        first: first day of the rise.
        last: the day it cleared; the last day known where it is `open`.
        peak: day of the largest value.
        value: largest value, µg/m³.
        polluted_days: days at the level or worse, of concentrations rounded as the index rounds them.
        open: whether the course ends before it clears.
    """

    first: np.datetime64
    last: np.datetime64
    peak: np.datetime64
    value: float
    polluted_days: int
    open: bool


@dataclass(frozen=True)
class Stage:
    """A part of an episode: `rise`, `peak` or `clearing`; both days belong to it."""

    id: str
    chinese: str
    english: str
    first: np.datetime64
    last: np.datetime64


def threshold_on(day: np.datetime64, level: int) -> float:
    """PM2.5 above which a day is of a level of the index or worse, µg/m³, by the rules of its date."""
    return fine_particle_bands(rules_on(day))[level - 1].lower


def find_episodes(days: np.ndarray, values: np.ndarray, config: EpisodeConfig) -> list[Episode]:
    """Episodes in a course, the earliest first.

    Args:
        days: Beijing days in order, `datetime64[D]`; a day that is absent is unknown.
        values: PM2.5, µg/m³, NaN where neither measured nor forecast.
        config: what counts as one.

    Raises:
        InputError: when days are not in order.
    """
    if len(days) > 1 and not (np.diff(days) > np.timedelta64(0, "D")).all():
        raise InputError("days of a course: expected them in order, each once")
    whole = np.arange(days[0], days[-1] + _DAY) if len(days) else days
    course = np.full(len(whole), np.nan)
    course[np.searchsorted(whole, days)] = values
    limits = np.array([threshold_on(day, config.level) for day in whole])
    polluted = np.floor(np.nan_to_num(course) + _HALF) > limits
    spells = [
        part
        for first, last in _spells(polluted, config.bridged_days)
        for part in _split(course, first, last, config.trough_share)
    ]
    return [
        _episode(whole, course, polluted, first, last, config)
        for first, last in spells
        if polluted[first : last + 1].sum() >= config.least_days
    ]


def _spells(polluted: np.ndarray, bridged: int) -> list[tuple[int, int]]:
    """First and last polluted day of each spell; so many clean or unknown days between do not end one."""
    spells: list[tuple[int, int]] = []
    for day in np.flatnonzero(polluted):
        if spells and day - spells[-1][1] <= bridged + 1:
            spells[-1] = (spells[-1][0], int(day))
        else:
            spells.append((int(day), int(day)))
    return spells


def _split(course: np.ndarray, first: int, last: int, share: float) -> list[tuple[int, int]]:
    """A spell, divided at its deepest troughs; a trough itself is the clearing of the part before it.

    A day is a trough when it is at most `share` of the largest value before it and of the one after it.
    """
    values = np.nan_to_num(course[first : last + 1], nan=np.inf)
    known = np.where(np.isfinite(values), values, 0.0)
    before, after = np.maximum.accumulate(known), np.maximum.accumulate(known[::-1])[::-1]
    depth = values / np.maximum(np.minimum(before, after), 1e-9)
    deepest = int(depth.argmin()) if len(depth) else 0
    if not len(depth) or depth[deepest] > share:
        return [(first, last)]
    middle = first + deepest
    return [*_split(course, first, middle - 1, share), *_split(course, middle + 1, last, share)]


def _episode(
    days: np.ndarray, course: np.ndarray, polluted: np.ndarray, first: int, last: int, config: EpisodeConfig
) -> Episode:
    begin = first
    while begin > 0 and first - begin < config.rise_days and course[begin - 1] < course[begin]:
        begin -= 1
    if begin < first and begin > 0 and course[begin - 1] >= course[begin]:
        begin += 1
    cleared = last + 1 < len(days) and bool(np.isfinite(course[last + 1]))
    peak = first + int(np.nanargmax(course[first : last + 1]))
    return Episode(
        days[begin], days[last + 1] if cleared else days[last], days[peak], float(course[peak]),
        int(polluted[first : last + 1].sum()), not cleared,
    )  # fmt: skip


def stages_of(
    episode: Episode, days: np.ndarray, values: np.ndarray, config: EpisodeConfig
) -> tuple[Stage, ...]:
    """Rise, peak and clearing of an episode, those that have a day.

    The peak lasts from the first to the last day with at least `peak_share` of the largest value.
    """
    inside = (days >= episode.first) & (days <= episode.last)
    high = days[inside & (np.nan_to_num(values) >= config.peak_share * episode.value)]
    first, last = (high[0], high[-1]) if len(high) else (episode.peak, episode.peak)
    stages = (
        Stage("rise", "上升阶段", "Rise", episode.first, first - _DAY),
        Stage("peak", "峰值阶段", "Peak", first, last),
        Stage(
            "clearing",
            *(("回落阶段", "Decline") if episode.open else ("清除阶段", "Clearing")),
            last + _DAY,
            episode.last,
        ),
    )
    return tuple(stage for stage in stages if stage.first <= stage.last)
