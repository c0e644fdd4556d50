"""What the network is compared with: baselines, ridge and gradient boosting, on the same issues."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.configuration import forecast_config
from forecast.models import models_named
from forecast.statistical.neighbour_cases import Cases, Parts, Regressor, concentrations
from forecast.statistical.neighbours import boosting, ridge
from training.benchmark.configuration import BenchmarkConfig
from training.benchmark.kept import Kept
from training.benchmark.scores import Entry
from training.uci_beijing import Protocol, pm25_history

BASELINES = ("persistence", "damped persistence", "seasonal damped persistence", "climatology")
RIDGE = "ridge with neighbours"
BOOSTING = "gradient boosting with neighbours"

_HISTORY = 240
"""Hours before the first case of training: the longest mean among the columns."""

_ISSUES_AT_ONCE = 1000

Progress = Callable[[str], None]
Fit = Callable[[Cases, Parts, int], Regressor]


@dataclass(frozen=True)
class Rivals:
    """Makes the forecasts of the rivals.

    Attributes:
        protocol: what is judged; its panel foresees no weather.
        perfect: the same with the weather as it was measured.
        config: the choices.
        kept: forecasts of regressions kept from before.
        progress: called with the name of each step begun.
    """

    protocol: Protocol
    perfect: Protocol
    config: BenchmarkConfig
    kept: Kept
    progress: Progress

    def entries(self, models: tuple[str, ...], *, with_perfect: bool) -> list[Entry]:
        """The forecasts of those models; regressions also with perfect weather when wanted."""
        made = [self._baseline(name) for name in models if name in BASELINES]
        regressions = [name for name in (RIDGE, BOOSTING) if name in models]
        if not regressions:
            return made
        material = _Material(self.protocol)
        for protocol in (self.protocol, self.perfect) if with_perfect else (self.protocol,):
            seen = material.foreseen_by(protocol)
            made += [self._ridge(seen) if name == RIDGE else self._boosting(seen) for name in regressions]
        return made

    def _baseline(self, name: str) -> Entry:
        """A model of single series, asked at one hour of the day after another, as it expects."""
        self.progress(name)
        begun = time.process_time()
        history, issues = pm25_history(self.protocol.panel), self.protocol.issues
        model = models_named([name], forecast_config())[0]
        steps = history.steps_per_day
        said = np.empty((len(issues), len(self.protocol.leads), history.recent.shape[1]))
        for clock in range(steps):
            rows = np.flatnonzero(issues % steps == clock)
            if len(rows):
                said[rows] = np.exp(model.predict(history, issues[rows], self.protocol.leads))
        return Entry(name, False, said, said, seconds=time.process_time() - begun)

    def _ridge(self, material: _Material) -> Entry:
        chosen = self.config.ridge

        def fit(known: Cases, parts: Parts, lead: int) -> Regressor:
            return ridge(known, parts, lead, chosen.penalties, chosen.stride)

        said, seconds = self._regression(RIDGE, chosen.model_dump_json(), material, fit)
        return Entry(RIDGE, material.perfect, said, said, seconds=seconds)

    def _boosting(self, material: _Material) -> Entry:
        chosen = self.config.boosting

        def mean_of(known: Cases, parts: Parts, lead: int) -> Regressor:
            return boosting(known, parts, lead, "squared_error", chosen)

        def median_of(known: Cases, parts: Parts, lead: int) -> Regressor:
            return boosting(known, parts, lead, "absolute_error", chosen)

        text = chosen.model_dump_json()
        mean, first = self._regression(f"{BOOSTING}, mean", text, material, mean_of)
        median, second = self._regression(f"{BOOSTING}, median", text, material, median_of)
        seconds = None if first is None or second is None else first + second
        return Entry(BOOSTING, material.perfect, median, mean, seconds=seconds)

    def _regression(
        self, name: str, choices: str, material: _Material, fit: Fit
    ) -> tuple[np.ndarray, float | None]:
        """Forecasts (issue, lead, station) of one regression, and the seconds it took."""
        said, begun, found = [], time.process_time(), 0
        for lead in map(int, material.protocol.leads):
            label = f"{name}{', perfect weather' if material.perfect else ''} · {lead} h"
            self.progress(label)
            kept = self.kept.read(f"{label} {choices}")
            found += kept is not None
            if kept is None:
                kept = _forecast(material, lead, fit)
                self.kept.write(f"{label} {choices}", kept)
            said.append(kept)
        return np.stack(said, axis=1), None if found else time.process_time() - begun


class _Material:
    """Cases of a protocol; the columns that all models share are made when they are first needed."""

    def __init__(self, protocol: Protocol, made: list[Cases] | None = None) -> None:
        self.protocol = protocol
        self._made: list[Cases] = [] if made is None else made

    def foreseen_by(self, protocol: Protocol) -> _Material:
        """The same series with what another protocol foresees."""
        return _Material(protocol, self._made)

    @property
    def perfect(self) -> bool:
        """Whether the weather of the hours ahead is known."""
        return self.protocol.panel.ahead is not None

    @property
    def parts(self) -> Parts:
        """Rows to fit on and to stop by."""
        middle, end = self.protocol.train_end, self.protocol.judged_from
        return Parts((min(_HISTORY, middle // 4), middle), (middle, end))

    def cases(self) -> Cases:
        """The cases, made once."""
        if not self._made:
            self._made.append(Cases(self.protocol.panel))
        return self._made[0].with_panel(self.protocol.panel)


def _forecast(material: _Material, lead: int, fit: Fit) -> np.ndarray:
    """Forecasts (issue, station) for one lead; NaN where the valid hour lies beyond the record."""
    cases, issues = material.cases(), material.protocol.issues
    model = fit(cases, material.parts, lead)
    said = np.full((len(issues), len(cases.panel.stations)), np.nan)
    inside = issues[issues + lead < len(cases.panel.times)]
    for first in range(0, len(inside), _ISSUES_AT_ONCE):
        some = inside[first : first + _ISSUES_AT_ONCE]
        said[first : first + len(some)] = concentrations(cases, model, some, lead)
    return said
