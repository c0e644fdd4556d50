"""The learned model in the day: it leads, or is a candidate of the combination, or the run says why not."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from flows.budget import Budget, BudgetSpentError, daily_config
from flows.champion.line import medians_said, padded, quantiles_said, weighed_issues
from flows.champion.notes import beyond_horizon, fallen_back, lacking, unfamiliar
from flows.champion.panel import Foreseen, champion_panel
from flows.champion.part import part_of
from flows.champion.quantiles import AbsurdError, adapted, own_issues, refuse_absurd
from flows.champion.record import Champion
from flows.measurements import Measurements
from flows.plan import DayPlan
from forecast.configuration import ForecastConfig
from forecast.leading import LearnedLine
from forecast.product import ForecastProduct, with_learned
from forecast.series import lead_times
from foundation.errors import BogdaError, ContractError, InputError
from foundation.provenance import Degradation
from foundation.times import HOUR, shown

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster

__all__ = ["Asked", "NewerError", "UnreadableError", "lead"]


class NewerError(ContractError):
    """A learned model was trained on what was measured after the issue."""


class UnreadableError(InputError):
    """A release cannot be read."""


@dataclass(frozen=True)
class Asked:
    """What a learned model is asked with.

    Attributes:
        plan: the run.
        measured: what was measured by its time of issue.
        seen: what outer models said, this issue's last.
    """

    plan: DayPlan
    measured: Measurements
    seen: tuple[Foreseen, ...]


def lead(
    product: ForecastProduct, champion: Champion, asked: Asked, config: ForecastConfig
) -> ForecastProduct:
    """A forecast with the champion alone or as a candidate; a fault is told and changes nothing.

    Args:
        product: of the statistical models.
        champion: the release.
        asked: what it looks at.
        config: the choices.

    Returns:
        The forecast, with notes on the champion's part and what it lacked, or why it was not used.
    """
    choices = daily_config().champion
    if champion.fault:
        return replace(product, notes=(fallen_back(champion.kind, "unreadable", champion.fault),))
    try:
        made = Budget(choices.seconds / 60).spend(lambda: _said(product, champion, asked, config))
    except BogdaError as error:
        return replace(product, notes=(fallen_back(champion.kind, _fault_of(error), str(error)),))
    except Exception as error:  # noqa: BLE001 - the statistical forecast must go out whatever fails here
        reason = f"{type(error).__name__}: {(str(error).strip().splitlines() or ['no message'])[0]}"
        warnings.warn(f"learned model failed: {reason}", RuntimeWarning, stacklevel=2)
        return replace(product, notes=(fallen_back(champion.kind, "failed", reason),))
    line, notes = made
    joined = with_learned(product, line, config)
    return replace(joined, notes=notes if line.alone else part_of(champion.kind, joined, notes))


_FAULTS: dict[type[BogdaError], str] = {
    BudgetSpentError: "slow", AbsurdError: "absurd", NewerError: "newer", UnreadableError: "unreadable",
}  # fmt: skip


def _fault_of(error: BogdaError) -> str:
    return _FAULTS.get(type(error), "unfit")


def _read(folder: str) -> Forecaster:
    from forecast.learned.forecaster import Forecaster

    try:
        return Forecaster.read(folder)
    except BogdaError as error:
        raise UnreadableError(error.what, where=error.where) from error


def _said(
    product: ForecastProduct, champion: Champion, asked: Asked, config: ForecastConfig
) -> tuple[LearnedLine, tuple[Degradation, ...]]:
    from forecast.learned.release import read_past

    choices = daily_config().champion
    model = _read(str(champion.folder))
    if asked.plan.reference_time <= model.trained_until:
        raise NewerError(f"trained until {shown(model.trained_until)} Beijing time")
    panel = champion_panel(model, asked.plan, asked.measured, asked.seen, config.hourly_record_days)
    prediction = product.predictions["pm25"]
    if not np.array_equal(panel.times, prediction.history.times):
        raise ContractError("learned model: expected the issues of the statistical forecast, got others")
    alone, times = champion.uses_tags, panel.times[prediction.issues]
    chosen = (
        own_issues(times, model.trained_until, choices.issues[champion.kind])
        if alone
        else weighed_issues(prediction, model.trained_until)
    )
    leads = prediction.leads[prediction.leads <= model.windows.horizon]
    told = model.forecast(panel, prediction.issues[chosen], leads)
    refuse_absurd(told, panel, choices)
    if alone:
        quantiles = adapted(told, panel, prediction.issues[chosen], leads, choices)
        said = quantiles_said(product.predictions, model, chosen, quantiles)
    else:
        past = read_past(str(champion.folder))
        said = medians_said(product.predictions, panel.stations, model, chosen, told, past)
    line = LearnedLine(
        champion.name, champion.sha256, model.trained_until.astype("datetime64[ns]"), said, alone,
        padded(told.sources, len(prediction.leads)), told.source_names, panel,
        (model.windows.reach, model.windows.horizon),
    )  # fmt: skip
    notes = (
        *lacking(champion.kind, told.flags[-1], panel.stations, wider=alone),
        *unfamiliar(champion.kind, model.unknown_sources(panel)),
    )
    if len(leads) < len(prediction.leads):
        last = int(lead_times(prediction.history, leads[-1:])[0] / HOUR)
        notes = (*notes, beyond_horizon(champion.kind, last))
    return line, notes
