"""What the daily run would have published at past issues with a learned model among the candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from flows.budget import daily_config
from flows.champion.line import medians_said, weighed_issues
from flows.champion.quantiles import AbsurdError, refuse_absurd
from flows.hindcasts.said import Answer, Said
from forecast.candidates import among_candidates
from forecast.configuration import forecast_config
from forecast.models import PUBLISHED
from forecast.prediction import Prediction, quantiles

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster
    from forecast.learned.past import LearnedPast

__all__ = ["Candidate"]


@dataclass(frozen=True)
class Candidate:
    """A learned model that would be one candidate of the combination.

    Attributes:
        model: the release.
        past: what it carries; None where it carries none.
        predictions: of the statistical models at every issue of a clock time, by pollutant.
    """

    model: Forecaster
    past: LearnedPast | None
    predictions: Mapping[str, Prediction]

    def published(self, said: Said, wanted: np.ndarray) -> np.ndarray:
        """Quantiles (issue, lead, place, pollutant, quantile) at `QUANTILES`, display units.

        Each issue is made as the daily run makes it: from the past of the release and from what it said after
        its training, weighed by what was verified by then; intervals from the past errors of just that.

        Args:
            said: by the model at these issues.
            wanted: (issue,) UTC.
        """
        any_one = next(iter(self.predictions.values()))
        rows = np.searchsorted(any_one.history.times[any_one.issues], wanted)
        after = wanted > self.model.trained_until
        made: list[np.ndarray] = []
        keys = [self._alike(int(row), answer) for row, answer in zip(rows, said.answers, strict=True)]
        for _, group in groupby(range(len(rows)), lambda n: (bool(after[n]), keys[n])):
            same = list(group)
            made += self._at(rows[same], said.answers[same[0]], own=bool(after[same[0]]))
        return np.stack(made)

    def _alike(self, row: int, answer: Answer) -> tuple[object, ...]:
        """Issues that share this are made at once: what was said by then is the same, at the same places."""
        measured = [np.isfinite(one.of(PUBLISHED)[row]).any(axis=0) for one in self.predictions.values()]
        return id(answer), np.stack(measured).tobytes()

    def _at(self, rows: np.ndarray, answer: Answer, *, own: bool) -> list[np.ndarray]:
        last, days = int(rows[-1]), int(rows[-1] - rows[0]) + 1
        known = {name: prediction.at(last, days) for name, prediction in self.predictions.items()}
        joined, config = self._joined(known, answer) if own else known, forecast_config()
        return [
            np.stack([quantiles(one, PUBLISHED, int(row), config) for one in joined.values()], axis=2)
            for row in rows
        ]

    def _joined(self, known: dict[str, Prediction], answer: Answer) -> dict[str, Prediction]:
        """With the model among the candidates; as they were where it says what cannot be."""
        fine = known["pm25"]
        chosen = weighed_issues(fine, self.model.trained_until)
        told = answer.of(fine.issues[chosen], fine.leads)
        try:
            refuse_absurd(told, answer.panel, daily_config().champion)
        except AbsurdError:
            return known
        said = medians_said(known, answer.panel.stations, self.model, chosen, told, self.past)
        config = forecast_config()
        return {name: among_candidates(one, said[name][..., 0], config) for name, one in known.items()}
