"""Which past cases speak for today: those of the season, in any year, and those of late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.history import History, day_of_year


@dataclass(frozen=True)
class Window:
    """Choice of past issues.

    Attributes:
        season_days: an issue counts when its day of the year is this near, days.
        recent_days: an issue counts when it is this recent, days.
        minimum_cases: with fewer, every past issue counts.
    """

    season_days: int = 45
    recent_days: int = 60
    minimum_cases: int = 30

    def of(self, history: History, issues: np.ndarray, row: int, lead: int) -> np.ndarray:
        """Rows of `issues` that were judged by issue number `row` at that lead and speak for it.

        Args:
            history: the series.
            issues: (issue,) rows of the history, increasing.
            row: number of the issue in `issues`.
            lead: steps ahead.
        """
        known = history.known_cases(issues, int(issues[row]), lead)
        times = history.times[issues]
        days = day_of_year(times)
        apart = np.abs((days - days[row] + 183) % 366 - 183)
        age = (times[row] - times) / np.timedelta64(1, "D")
        chosen = known & ((apart <= self.season_days) | (age <= self.recent_days))
        return np.flatnonzero(chosen if chosen.sum() >= self.minimum_cases else known)
