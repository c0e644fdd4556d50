"""One yes or no at one lead, forecast by several models: by event, by day, at the onset, as a probability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from forecast.dust.scoring.counts import Tally, days_tally, difference, draws_of, events_tally
from forecast.dust.scoring.passages import Passage, passages_of_runs
from observations.dust.verification import Matching, match_events

__all__ = ["Judged", "judged_document"]

_REFERENCE = "persistence"
_TAILS = (2.5, 97.5)
_NONE = np.zeros((0, 0))


@dataclass(frozen=True)
class Judged:
    """What was forecast for the same steps and places by all models.

    Attributes:
        quantity: `pm10`, `pm10_dust` or `dust`.
        threshold: passed by values above it.
        lead: steps.
        times: for which it was forecast, UTC, (step,).
        places: ids.
        passed: 1 yes, 0 no, NaN not known, (step, place).
        known: which count, (step, place) bool.
        models: probability (step, place) and the limit of a warning, by name.
        at_issue: whether it was yes when the forecast was made, as `passed`.
        values: what was measured, whose largest is an event's peak, (step, place).
        tolerance_hours: how far apart events may lie and still be the same.
        longest_gap: steps in a row that may be missing within an event.
    """

    quantity: str
    threshold: float
    lead: int
    times: np.ndarray
    places: tuple[str, ...]
    passed: np.ndarray
    known: np.ndarray
    models: Mapping[str, tuple[np.ndarray, float]]
    at_issue: np.ndarray = field(default_factory=lambda: _NONE)
    values: np.ndarray = field(default_factory=lambda: _NONE)
    tolerance_hours: int = 0
    longest_gap: int = 0

    def within(self, steps: np.ndarray) -> Judged:
        """The same on some of the steps, (step,) bool."""
        models = {name: (chance[steps], limit) for name, (chance, limit) in self.models.items()}
        parts = {
            name: getattr(self, name)[steps] for name in ("times", "passed", "known", "at_issue", "values")
        }
        return replace(self, models=models, **parts)

    def warned(self, model: str) -> np.ndarray:
        """Whether a model says yes, (step, place)."""
        chance, limit = self.models[model]
        with np.errstate(invalid="ignore"):
            return np.asarray((chance > limit) & self.known)


def judged_document(judged: Judged) -> dict[str, Any]:
    """Scores of every model, with intervals, and against persistence on the same resamples."""
    yes = np.nan_to_num(judged.passed) > 0
    fresh = judged.known & (judged.at_issue == 0)
    events = _events(judged, yes, judged.values)
    tallies, found = {}, {}
    for model in judged.models:
        warned = judged.warned(model)
        chance = np.nan_to_num(judged.models[model][0])
        matching = match_events(_events(judged, warned, chance), events, judged.tolerance_hours)
        tallies[model] = {
            "events": events_tally(matching, judged.times),
            "steps": days_tally(warned, yes, judged.known, judged.times),
            "onsets": days_tally(warned, yes, fresh, judged.times),
        }  # fmt: skip
        found[model] = {"timing": _timing(matching)} | _probability(judged, model)
    return {
        "quantity": judged.quantity, "threshold": judged.threshold, "lead": judged.lead,
        "cases": int(judged.known.sum()), "steps_with": int((yes & judged.known).sum()),
        "events": len(events),
        "models": {model: _of_model(tallies, model) | found[model] for model in judged.models},
    }  # fmt: skip


def _of_model(tallies: dict[str, dict[str, Tally]], model: str) -> dict[str, Any]:
    own, other = tallies[model], tallies.get(_REFERENCE)
    told: dict[str, Any] = {name: tally.document() for name, tally in own.items()}
    if other is not None and model != _REFERENCE:
        for name, tally in own.items():
            told[name]["less_persistence_interval"] = difference(tally, other[name])
    return told


def _events(judged: Judged, yes: np.ndarray, values: np.ndarray) -> list[Passage]:
    """Events with their peaks: where most was measured, or where a model is surest."""
    held = (yes, judged.known, judged.times, judged.places)
    return passages_of_runs(*held, values, judged.longest_gap)


def _timing(matching: Matching) -> dict[str, float | None]:
    """Median and mean absolute error of arrival, peak and end of the hits, hours."""
    told: dict[str, float | None] = {}
    for name in ("start", "peak", "end"):
        late = [(getattr(a, name) - getattr(b, name)) / np.timedelta64(1, "h") for a, b in matching.pairs]
        told[f"{name}_median_error_h"] = float(np.median(late)) if late else None
        told[f"{name}_mean_absolute_error_h"] = round(float(np.mean(np.abs(late))), 1) if late else None
    return told


def _probability(judged: Judged, model: str) -> dict[str, Any]:
    """Brier score (Brier 1950), and its skill over climatology with an interval."""
    squares = _squares(judged, judged.models[model][0])
    told: dict[str, Any] = {"brier": round(float(np.nansum(squares) / judged.known.sum()), 4)}
    if "climatology" not in judged.models or model == "climatology":
        return told
    usual = _squares(judged, judged.models["climatology"][0])
    draws = draws_of(judged.times)
    own, other = (draws @ np.nansum(one, axis=1) for one in (squares, usual))
    held = 1 - own[other > 0] / other[other > 0]
    if not held.size or np.nansum(usual) == 0:
        return told
    low, high = np.percentile(held, _TAILS)
    skill = 1 - float(np.nansum(squares) / np.nansum(usual))
    return told | {
        "brier_skill": round(skill, 3), "brier_skill_interval": [round(float(low), 3), round(float(high), 3)]
    }  # fmt: skip


def _squares(judged: Judged, chance: np.ndarray) -> np.ndarray:
    return np.where(judged.known, np.square(chance - judged.passed), np.nan)
