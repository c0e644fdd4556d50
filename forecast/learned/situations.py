"""In which situation a station is forecast: what its forecast had to do without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecast.history import sums_before
from forecast.learned.panel import Panel

SILENT = 1
"""The station itself has measured no PM2.5 in the last 48 hours."""

ALL_SILENT = 2
"""No station has."""

UNSEEN = 4
"""The station was not among those trained on."""

NO_WEATHER = 8
"""Weather that the network expects is missing, in part or as a whole."""

SILENT_HOURS = 48


def flags_of(
    panel: Panel, issues: np.ndarray, leads: np.ndarray, trained_on: Sequence[str], *, expects_ahead: bool
) -> np.ndarray:
    """What each forecast has to do without.

    Args:
        panel: the series.
        issues: (issue,) rows.
        leads: (lead,) steps ahead.
        trained_on: ids of the stations trained on.
        expects_ahead: whether the network was trained with weather ahead.

    Returns:
        (issue, station) bit mask of the constants of this module.
    """
    steps = max(1, SILENT_HOURS * panel.steps_per_day // 24)
    measured = np.isfinite(panel.recent[..., 0])
    heard = _any_within(measured, issues, steps)
    flags = np.where(heard, 0, SILENT)
    flags = flags | np.where(heard.any(axis=1), 0, ALL_SILENT)[:, None]
    strange = np.array([station not in set(trained_on) for station in panel.stations])
    flags = flags | np.where(strange, UNSEEN, 0)
    known = _weather_known(panel, issues, leads, expects_ahead=expects_ahead)
    return np.asarray(flags | np.where(known, 0, NO_WEATHER))


def _weather_known(panel: Panel, issues: np.ndarray, leads: np.ndarray, *, expects_ahead: bool) -> np.ndarray:
    """Whether some weather of the last day and all weather ahead are there (issue, station)."""
    known = np.ones((len(issues), len(panel.stations)), dtype=bool)
    if not panel.weather_names:
        return known
    known &= _any_within(np.isfinite(panel.weather).all(axis=-1), issues, panel.steps_per_day)
    if expects_ahead:
        if panel.ahead is None:
            return np.zeros_like(known)
        known &= np.isfinite(panel.ahead.of(issues, leads)).all(axis=(1, 3))
    return known


def _any_within(present: np.ndarray, issues: np.ndarray, steps: int) -> np.ndarray:
    """Whether anything is there in the last steps up to each issue (issue, station)."""
    count = sums_before(present.astype(int))
    return np.asarray(count[issues + 1] > count[np.maximum(issues + 1 - steps, 0)])
