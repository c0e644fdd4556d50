"""Hourly series of outer models on the steps of a panel, beyond its end too."""

from __future__ import annotations

import numpy as np

from forecast.learned.panel import Panel
from foundation.times import DAY, HOUR, day_of_hour, start_of_day

__all__ = ["means_by_step", "steps_of"]

_FEWEST_HOURS = 12
"""Hours of a Beijing day that a series must hold to speak for it."""


def steps_of(panel: Panel, hours: np.ndarray) -> np.ndarray:
    """Row of the panel, beyond its end too, of the step that holds each hour (by its end)."""
    if panel.steps_per_day == 24:
        return np.asarray(((hours - panel.times[0]) / HOUR).round().astype(int))
    first = start_of_day(day_of_hour(panel.times[:1]))
    return np.asarray(((start_of_day(day_of_hour(hours)) - first) / DAY).round().astype(int))


def means_by_step(panel: Panel, values: np.ndarray, steps: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Means over the hours of each step wanted.

    Args:
        panel: whose steps.
        values: (hour, ...).
        steps: (hour,) as `steps_of` gives them.
        wanted: (step,) rows.

    Returns:
        (step, ...); NaN where too few hours are there.
    """
    fewest = 1 if panel.steps_per_day == 24 else _FEWEST_HOURS
    made = np.full((len(wanted), *values.shape[1:]), np.nan)
    for position, step in enumerate(wanted):
        inside = steps == step
        if inside.sum() >= fewest:
            made[position] = values[inside].mean(axis=0)
    return made
