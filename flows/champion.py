"""The learned model in the day: it leads the statistical combination, or the run says why it does not."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from flows.budget import Budget, BudgetSpentError, daily_config
from flows.champion_notes import beyond_horizon, fallen_back, lacking
from flows.champion_panel import Foreseen, champion_panel
from flows.champion_quantiles import AbsurdError, adapted, refuse_absurd
from flows.champion_record import Champion
from flows.measurements import Measurements
from flows.plan import DayPlan
from forecast.calibration.past_errors import QUANTILES
from forecast.configuration import ForecastConfig
from forecast.leading import Leading
from forecast.prediction import Prediction
from forecast.product import ForecastProduct, led_by
from forecast.series import lead_times
from foundation.errors import BogdaError, ContractError, InputError
from foundation.provenance import Degradation
from foundation.times import HOUR, shown

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster, LearnedForecast

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
    """A forecast with the champion in the place of the combination; a fault is told and changes nothing.

    Args:
        product: of the statistical models.
        champion: the release.
        asked: what it looks at.
        config: the choices.

    Returns:
        The forecast, with notes on what the champion lacked or why it was not used.
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
    leading, notes = made
    return replace(led_by(product, leading, config), notes=notes)


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
) -> tuple[Leading, tuple[Degradation, ...]]:
    choices = daily_config().champion
    model = _read(str(champion.folder))
    if asked.plan.reference_time <= model.trained_until:
        raise NewerError(f"trained until {shown(model.trained_until)} Beijing time")
    panel = champion_panel(model, asked.plan, asked.measured, asked.seen, config.hourly_record_days)
    prediction = product.predictions["pm25"]
    if not np.array_equal(panel.times, prediction.history.times):
        raise ContractError("learned model: expected the issues of the statistical forecast, got others")
    chosen = _issues(prediction, model, choices.issues[champion.kind])
    leads = prediction.leads[prediction.leads <= model.windows.horizon]
    told = model.forecast(panel, prediction.issues[chosen], leads)
    refuse_absurd(told, panel, choices)
    quantiles = adapted(told, panel, prediction.issues[chosen], leads, choices)
    leading = _leading(champion, model, product, chosen, told, quantiles)
    leading = replace(leading, panel=panel, reach=_reach(model))
    notes = lacking(champion.kind, told.flags[-1], panel.stations)
    if len(leads) < len(prediction.leads):
        last = int(lead_times(prediction.history, leads[-1:])[0] / HOUR)
        notes = (*notes, beyond_horizon(champion.kind, last))
    return leading, notes


def _reach(model: Forecaster) -> tuple[int, int]:
    """Steps that the model looks back and ahead; values to start from may be older than the window."""
    from forecast.learned.windows import ANCHOR_LAGS

    windows = model.windows
    return max(windows.reach, ANCHOR_LAGS[-1] + windows.fine), windows.horizon


def _issues(prediction: Prediction, model: Forecaster, most: int) -> np.ndarray:
    """Numbers of the last issues that lie after all that the model was trained on, and of the last of all."""
    times = prediction.history.times[prediction.issues]
    own = np.flatnonzero(times > model.trained_until.astype("datetime64[ns]"))[-most:]
    return np.union1d(own, [len(times) - 1])


def _leading(
    champion: Champion, model: Forecaster, product: ForecastProduct, chosen: np.ndarray,
    told: LearnedForecast, quantiles: np.ndarray,
) -> Leading:  # fmt: skip
    from forecast.verification.quantile_levels import at_levels

    since = model.trained_until.astype("datetime64[ns]")
    at = np.log(at_levels(quantiles, told.levels, QUANTILES))
    found = {}
    for name, prediction in product.predictions.items():
        shape = (len(prediction.issues), len(prediction.leads), quantiles.shape[2], len(QUANTILES))
        found[name] = np.full(shape, np.nan)
        if name in model.scales.pollutants:
            number = model.scales.pollutants.index(name)
            found[name][chosen, : at.shape[1]] = at[:, :, :, number]
    sources = _padded(told.sources, len(product.predictions["pm25"].leads))
    return Leading(champion.name, champion.sha256, since, found, sources, told.source_names)


def _padded(sources: np.ndarray | None, leads: int) -> np.ndarray | None:
    """Sources (lead, place, source + 1) of the last issue; NaN at leads that the model does not reach."""
    if sources is None:
        return None
    last = sources[-1]
    return np.concatenate([last, np.full((leads - len(last), *last.shape[1:]), np.nan)])
