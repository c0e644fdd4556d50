"""What the daily run would have published of a learned model at past issues, from what was known at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from flows.budget import daily_config
from flows.champion_panel import learned_panel
from flows.champion_quantiles import adapted, own_issues
from flows.hindcast_foreseen import foreseen_at, outer_of
from flows.hindcast_work import clock_rows, histories_in, places_in, plan_in
from forecast.history import History

if TYPE_CHECKING:
    from flows.champion_panel import Foreseen
    from forecast.learned.forecaster import Forecaster, LearnedForecast

__all__ = ["Said", "said_at"]


@dataclass(frozen=True)
class Said:
    """A learned model at some issues.

    Attributes:
        quantiles: (issue, lead, place, pollutant, level) display units, drawn to its own errors of late.
        levels: (level,).
        leads: (lead,) 1, 2, ... steps.
        flags: (issue, place) bit mask of `forecast.learned.situations`.
    """

    quantiles: np.ndarray
    levels: np.ndarray
    leads: np.ndarray
    flags: np.ndarray


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
    quantiles, flags = (np.concatenate(values) for values in zip(*parts, strict=True))
    return Said(quantiles, np.array(model.network.levels), asked.leads, flags)


@dataclass(frozen=True)
class _Asked:
    """A learned model, and what was measured for all issues of a clock time and beyond."""

    model: Forecaster
    histories: Mapping[str, History]
    places: tuple[str, ...]
    leads: np.ndarray

    def said(self, wanted: np.ndarray, seen: Sequence[Foreseen]) -> tuple[np.ndarray, np.ndarray]:
        """Quantiles (issue, lead, place, pollutant, level) and flags (issue, place).

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
        asked = np.unique(np.concatenate(own))
        told = self.model.forecast(panel, asked, self.leads)
        parts = [_part(told, np.searchsorted(asked, issues)) for issues in own]
        drawn = [
            adapted(part, panel, issues, self.leads, choices)[-1]
            for part, issues in zip(parts, own, strict=True)
        ]
        return np.stack(drawn), np.stack([part.flags[-1] for part in parts])


def _up_to(history: History, row: int) -> History:
    """A history that ends with the issue of a row."""
    end = slice(row + 1)
    return replace(history, recent=history.recent[end], target=history.target[end], times=history.times[end])


def _part(told: LearnedForecast, issues: np.ndarray) -> LearnedForecast:
    return replace(told, quantiles=told.quantiles[issues], flags=told.flags[issues], sources=None)
