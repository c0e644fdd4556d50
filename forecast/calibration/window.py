"""Which past cases speak for today: those of the season, in any year, and those of late."""

from __future__ import annotations

from dataclasses import dataclass, replace

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

    def over(self, history: History, issues: np.ndarray) -> PastCases:
        """Lay the window over the issues of a history.

        Args:
            history: the series.
            issues: (issue,) rows of the history, increasing.
        """
        times = history.times[issues]
        days = day_of_year(times)
        apart = np.abs((days[:, None] - days + 183) % 366 - 183)
        age = (times[:, None] - times) / np.timedelta64(1, "D")
        near = (apart <= self.season_days) | (age <= self.recent_days)
        return PastCases(history, issues, near, self.minimum_cases)


@dataclass(frozen=True)
class PastCases:
    """A window laid over the issues of a history.

    Attributes:
        history: the series.
        issues: (issue,) rows of the history.
        near: (issue, issue) whether the second speaks for the first, judged or not.
        minimum_cases: with fewer judged, every judged issue counts.
    """

    history: History
    issues: np.ndarray
    near: np.ndarray
    minimum_cases: int

    def until(self, row: int) -> PastCases:
        """The same up to issue number `row`."""
        end = slice(row + 1)
        return replace(self, issues=self.issues[end], near=self.near[end, end])

    def of(self, row: int, lead: int) -> np.ndarray:
        """Numbers of the issues that were judged by issue number `row` at that lead and speak for it."""
        known = self.history.known_cases(self.issues, int(self.issues[row]), lead)
        chosen = known & self.near[row]
        return np.flatnonzero(chosen if chosen.sum() >= self.minimum_cases else known)
