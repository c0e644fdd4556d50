"""Dust events of a series of PM10 above a value, or of dust days: arrival, peak and end at a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Passage", "passages_above", "passages_of_runs"]


@dataclass(frozen=True)
class Passage:
    """Steps in a row above the value at a place.

    Attributes:
        place: id.
        start: time of the first step.
        peak: time of the strongest.
        end: time of the last.
        peak_value: of the strongest, in the unit of the series; NaN where only whether is known.
    """

    place: str
    start: np.datetime64
    peak: np.datetime64
    end: np.datetime64
    peak_value: float


def passages_above(
    values: np.ndarray, times: np.ndarray, places: tuple[str, ...], threshold: float, longest_gap: int = 0
) -> list[Passage]:
    """Events of a series.

    A missing step neither starts nor ends an event; one is split where more steps than `longest_gap` in a row
    are missing.

    Args:
        values: (step, place), NaN where missing.
        times: of the steps, evenly spaced, (step,).
        places: ids.
        threshold: passed by values above it.
        longest_gap: missing steps that may lie within.
    """
    with np.errstate(invalid="ignore"):
        over = values > threshold
    return passages_of_runs(over, np.isfinite(values), times, places, values, longest_gap)


def passages_of_runs(
    over: np.ndarray, known: np.ndarray, times: np.ndarray, places: tuple[str, ...],
    values: np.ndarray | None = None, longest_gap: int = 0,
) -> list[Passage]:  # fmt: skip
    """Events where a condition holds in a row.

    Args:
        over: whether it holds, (step, place).
        known: whether that is known, (step, place).
        times: (step,).
        places: ids.
        values: whose largest is the peak, (step, place); the first step of all is the peak without.
        longest_gap: steps not known that may lie within.
    """
    found = []
    for column, place in enumerate(places):
        for steps in _runs(over[:, column] & known[:, column], known[:, column], longest_gap):
            peak = 0 if values is None else int(np.argmax(values[steps, column]))
            height = float("nan") if values is None else float(values[steps[peak], column])
            first, last = times[steps[0]], times[steps[-1]]
            found.append(Passage(place, first, times[steps[peak]], last, height))
    return found


def _runs(over: np.ndarray, known: np.ndarray, longest_gap: int) -> list[np.ndarray]:
    """Steps of each event, those not known left out."""
    held = np.flatnonzero(over)
    if not len(held):
        return []
    refuted = np.cumsum(known & ~over)
    apart = np.diff(held) - 1
    broken = (refuted[held[1:]] > refuted[held[:-1]]) | (apart > longest_gap)
    return np.split(held, np.flatnonzero(broken) + 1)
