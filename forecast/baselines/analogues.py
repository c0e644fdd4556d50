"""Analogues: what followed the most similar states of the past.

After Delle Monache et al. 2013, doi:10.1175/MWR-D-12-00281.1, here searched over the measurements of
all places at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.history import History, day_of_year, last_day_of, mean_of_known, targets, trailing_anchors


@dataclass(frozen=True)
class Analogues:
    """Median course after the nearest past states.

    A state is the anomaly of every place on each of the last days, and the season.

    Attributes:
        memory_days: length of the mean from which anomalies are taken.
        days: days that make a state.
        neighbours: number of past states used.
        minimum_states: past states needed before an answer is given.
        season_days: difference in season, in days, that weighs as much as an anomaly of one.
    """

    memory_days: int = 30
    days: int = 3
    neighbours: int = 25
    minimum_states: int = 60
    season_days: float = 60.0
    name: str = "analogues"

    def predict(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `SeriesModel.predict`."""
        anchors = trailing_anchors(history.recent, issues, self.memory_days, history.steps_per_day)
        states = self._states(history, issues, anchors)
        season = day_of_year(history.times[issues])
        ahead = anchors[:, (leads - 1) % history.steps_per_day, :]
        change = targets(history, issues, leads) - ahead
        forecast = np.full_like(ahead, np.nan)
        for row, issue in enumerate(issues):
            judged = np.flatnonzero(history.known_cases(issues, int(issue), int(leads.max())))
            distance = _distance(states[judged], states[row], season[judged], season[row], self.season_days)
            like = judged[np.isfinite(distance)]
            if len(like) >= self.minimum_states:
                order = np.argsort(distance[np.isfinite(distance)], kind="stable")
                forecast[row] = ahead[row] + _median(change[like[order[: self.neighbours]]])
        return forecast

    def _states(self, history: History, issues: np.ndarray, anchors: np.ndarray) -> np.ndarray:
        level = anchors.mean(axis=1)
        days = [
            mean_of_known(last_day_of(history.recent, issues, history.steps_per_day, back), axis=1) - level
            for back in range(self.days)
        ]
        return np.concatenate(days, axis=1)


def _distance(
    states: np.ndarray, state: np.ndarray, season: np.ndarray, day: int, season_days: float
) -> np.ndarray:
    squares = (states - state) ** 2
    count = np.isfinite(squares).sum(axis=1)
    mean = np.where(count > 0, np.nansum(squares, axis=1) / np.maximum(count, 1), np.nan)
    apart = np.abs((season - day + 183) % 366 - 183)
    return np.asarray(np.where(count * 2 >= states.shape[1], mean + (apart / season_days) ** 2, np.nan))


def _median(values: np.ndarray) -> np.ndarray:
    """Median over the first axis of what is there, NaN where fewer than half of the values are."""
    count = np.isfinite(values).sum(axis=0)
    ordered = np.sort(values, axis=0)
    lower = np.take_along_axis(ordered, np.maximum(count - 1, 0)[None] // 2, 0)[0]
    upper = np.take_along_axis(ordered, count[None] // 2, 0)[0]
    return np.asarray(np.where(count * 2 >= len(values), (lower + upper) / 2, np.nan))
