"""What the daily run would have published of a learned model at past issues, from what was known at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from flows.budget import daily_config
from flows.champion.panel import learned_panel
from flows.champion.quantiles import adapted, own_issues
from flows.hindcasts.foreseen import foreseen_at, outer_of
from flows.hindcasts.work import clock_rows, histories_in, places_in, plan_in
from forecast.history import History
from forecast.learned.panel import Panel

if TYPE_CHECKING:
    from flows.champion.panel import Foreseen
    from forecast.learned.forecaster import Forecaster, LearnedForecast

__all__ = ["Answer", "Said", "is_candidate", "said_at"]


@dataclass(frozen=True)
class Answer:
    """What a learned model answers when it is asked at an issue: of this one and of all its own before.

    Attributes:
        rows: (asked,) rows of the histories, increasing.
        told: what it said, at leads 1, 2, ...; nothing in it is drawn to its errors.
        panel: what it looked at.
    """

    rows: np.ndarray
    told: LearnedForecast
    panel: Panel

    def of(self, rows: np.ndarray, leads: np.ndarray) -> LearnedForecast:
        """What it said at some of the rows and leads."""
        issues, steps = np.searchsorted(self.rows, rows), leads[leads <= self.told.quantiles.shape[1]] - 1
        return replace(_part(self.told, issues), quantiles=self.told.quantiles[issues[:, None], steps])


@dataclass(frozen=True)
class Said:
    """A learned model at some issues.

    Attributes:
        quantiles: (issue, lead, place, pollutant, level) display units, drawn to its own errors of late.
        levels: (level,).
        leads: (lead,) 1, 2, ... steps.
        flags: (issue, place) bit mask of `forecast.learned.situations`.
        answers: (issue,) what it had said by then, as it says it at that issue.
    """

    quantiles: np.ndarray
    levels: np.ndarray
    leads: np.ndarray
    flags: np.ndarray
    answers: tuple[Answer, ...]


def said_at(model: Forecaster, work: Path, clock: int, wanted: np.ndarray) -> Said:
    """What a learned model said, as the daily run makes it: its leads, its inputs, its intervals.

    Where neither weather nor tags are there, what it said earlier does not depend on when it is asked, and it
    is asked once for all issues.

    Args:
        model: the release.
        work: the work folder of a hindcast.
        clock: hours after the first issue at which the clock time of the issues lies.
        wanted: (issue,) UTC, increasing.

    Raises:
        ContractError: when the release expects other pollutants.
    """
    plan = plan_in(work)
    asked = _Asked(
        model, histories_in(work, clock, carried=False), places_in(work),
        np.arange(1, min(plan.leads[-1], model.windows.horizon) + 1),
    )  # fmt: skip
    outer = outer_of(plan, model)
    if outer.weather or outer.tagged:
        parts = [
            asked.said(wanted[n : n + 1], foreseen_at(plan, outer, wanted[n], work))
            for n in range(len(wanted))
        ]
    else:
        parts = [asked.said(wanted, ())]
    return Said(
        np.concatenate([part.quantiles for part in parts]), np.array(model.network.levels), asked.leads,
        np.concatenate([part.flags for part in parts]),
        tuple(answer for part in parts for answer in part.answers),
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """A learned model, and what was measured for all issues of a clock time and beyond."""

    model: Forecaster
    histories: Mapping[str, History]
    places: tuple[str, ...]
    leads: np.ndarray

    def said(self, wanted: np.ndarray, seen: Sequence[Foreseen]) -> Said:
        """What it said at some issues.

        Args:
            wanted: (issue,) UTC, increasing; the last is that of `seen`.
            seen: what outer models had said.
        """
        choices, until = daily_config().champion, self.model.trained_until
        rows = np.searchsorted(next(iter(self.histories.values())).times, wanted)
        cut = {name: _up_to(history, int(rows[-1])) for name, history in self.histories.items()}
        panel = learned_panel(self.model, cut, self.places, seen).without_future(int(rows[-1]))
        every = clock_rows(next(iter(cut.values())))
        kind = "day" if panel.steps_per_day == 1 else "hour"
        own = [every[: int(np.searchsorted(every, row)) + 1] for row in rows]
        own = [issues[own_issues(panel.times[issues], until, choices.issues[kind])] for issues in own]
        known = every[panel.times[every] > until] if is_candidate(self.model) else every[:0]
        asked = np.unique(np.concatenate([*own, known[known <= rows[-1]]]))
        told = self.model.forecast(panel, asked, self.leads)
        parts = [_part(told, np.searchsorted(asked, issues)) for issues in own]
        drawn = [
            adapted(part, panel, issues, self.leads, choices)[-1]
            for part, issues in zip(parts, own, strict=True)
        ]
        return Said(
            np.stack(drawn), told.levels, self.leads, np.stack([part.flags[-1] for part in parts]),
            (Answer(asked, told, panel),) * len(wanted),
        )  # fmt: skip


def is_candidate(model: Forecaster) -> bool:
    """Whether a learned model is one candidate of the combination: it makes no sources of its own."""
    return model.network.sources is None


def _up_to(history: History, row: int) -> History:
    """A history that ends with the issue of a row."""
    end = slice(row + 1)
    return replace(history, recent=history.recent[end], target=history.target[end], times=history.times[end])


def _part(told: LearnedForecast, issues: np.ndarray) -> LearnedForecast:
    return replace(told, quantiles=told.quantiles[issues], flags=told.flags[issues], sources=None)
