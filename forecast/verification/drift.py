"""Have the forecasts grown worse? Recent days against the period in which the model was verified.

Three questions about all cases, each group of leads and each place: whether the ratio of the error to that
of the baseline grew, whether the interval of 80 % holds less than it did, and whether a sequential test
of the daily CRPS skill passed its limit (`forecast.verification.drift_limits`). Only the third raises the
alarm, as only its false alarms are counted over a year; the first two say what the matter is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from forecast.verification.configuration import DriftConfig, VerificationConfig
from forecast.verification.daily_losses import DailyLosses, Group, daily_losses
from forecast.verification.drift_evidence import coverage_changes, error_ratios
from forecast.verification.drift_limits import Limits, cumulative_sums, limits_of
from foundation.errors import InputError

ALARM, WATCH, STEADY = "alarm", "watch", "steady"


@dataclass(frozen=True)
class Reference:
    """The period in which a model was verified, and the limits that follow from it."""

    model: str
    baseline: str
    losses: DailyLosses
    limits: Limits


def reference_of(
    hindcast: xr.Dataset, model: str, config: DriftConfig, until: np.datetime64 | None = None
) -> Reference:
    """The reference that a hindcast gives for a model.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`, with `valid_time`.
        model: whose drift is looked for.
        config: the choices.
        until: first Beijing day that no longer belongs to the reference; None for all days.

    Raises:
        InputError: when fewer days were judged than the choices ask for.
        ContractError: when the hindcast lacks what is needed.
    """
    losses = _losses(hindcast, model, config)
    if until is not None:
        losses = losses.part(slice(0, int((losses.days < until).sum())))
    days = int((losses.count[:, 0] > 0).sum())
    if days < config.fewest_reference_days:
        raise InputError(
            f"drift: expected at least {config.fewest_reference_days} judged days of reference, got {days}",
            remedy="Make a longer hindcast",
        )
    kinds = [group.kind for group in losses.groups]
    return Reference(model, config.baseline, losses, limits_of(losses.ratio, kinds, config))


def drift_state(reference: Reference, recent: xr.Dataset, config: DriftConfig) -> dict[str, Any]:
    """How recent days compare with the reference.

    Args:
        reference: from `reference_of`.
        recent: a hindcast of the days since, of the same model and baseline.
        config: the choices.

    Returns:
        `state` (`alarm`, `watch` or `steady`), the periods, and `groups`: for each `state`, `statistic` now,
        `limit`, `alarm_day` and `since` (the day from which the test counts; Page 1954), `error_ratio` (the
        recent ratio to the baseline over that of the reference) and `coverage` with their intervals.

    Raises:
        InputError: when no recent day was judged.
        ContractError: when the hindcast lacks what is needed.
    """
    return state_of(reference, _losses(recent, reference.model, config), config)


def drift_within(hindcast: xr.Dataset, model: str, config: VerificationConfig) -> dict[str, Any]:
    """The last days of a hindcast against the days before them; see `drift_state`.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`, with `valid_time`.
        model: whose drift is looked for.
        config: the choices.
    """
    choices = config.drift
    losses = _losses(hindcast, model, choices)
    begin = losses.days[-1] - choices.recent_days + 1
    split = int((losses.days < begin).sum())
    reference = reference_of(hindcast, model, choices, until=begin)
    return state_of(reference, losses.part(slice(split, None)), choices)


def state_of(reference: Reference, recent: DailyLosses, config: DriftConfig) -> dict[str, Any]:
    """The state as `drift_state` gives it, from losses; a group that the reference lacks is left out."""
    if not (recent.count > 0).any():
        raise InputError("drift: no recent day was judged", remedy="Give later measurements")
    where = {(group.kind, group.id): number for number, group in enumerate(recent.groups)}
    kept = [n for n, group in enumerate(reference.losses.groups) if (group.kind, group.id) in where]
    groups = [reference.losses.groups[n] for n in kept]
    columns = [where[group.kind, group.id] for group in groups]
    limits = reference.limits.of_groups(kept)
    sums = cumulative_sums(recent.ratio[:, columns], limits)
    before, now = reference.losses.of_groups(kept), recent.of_groups(columns)
    evidence = zip(error_ratios(before, now, config), coverage_changes(before, now, config), strict=True)
    told = [
        _group(group, recent.days, sums[:, n], float(limits.limit[n]), found)
        for n, (group, found) in enumerate(zip(groups, evidence, strict=True))
        if recent.count[:, columns[n]].any()
    ]
    states = [one["state"] for one in told]
    return {
        "state": next(state for state in (ALARM, WATCH, STEADY) if state in states),
        "model": reference.model, "baseline": reference.baseline, "pollutant": config.pollutant,
        "reference": _period(reference.losses), "recent": _period(recent),
        "false_alarm_a_year": config.false_alarm, "worsening": config.worsening, "groups": told,
    }  # fmt: skip


def _losses(hindcast: xr.Dataset, model: str, config: DriftConfig) -> DailyLosses:
    return daily_losses(hindcast, model, config.baseline, config.pollutant, config.lead_days)


def _period(losses: DailyLosses) -> dict[str, Any]:
    judged = losses.count.sum(axis=1) > 0
    days = losses.days[judged]
    return {"from": str(days[0]), "to": str(days[-1]), "days": int(judged.sum())}


def _group(
    group: Group, days: np.ndarray, sums: np.ndarray, limit: float,
    evidence: tuple[dict[str, Any], dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    ratio, coverage = evidence
    beyond = np.flatnonzero(sums > limit)
    zero = np.flatnonzero(sums[: beyond[0]] == 0.0) if beyond.size else np.zeros(0, int)
    noted = ratio["grew"] or coverage["fell"]
    state = ALARM if beyond.size else WATCH if noted else STEADY
    return {
        **vars(group), "state": state, "statistic": round(float(sums[-1]), 3),
        "largest": round(float(sums.max()), 3), "limit": round(limit, 3),
        "alarm_day": str(days[beyond[0]]) if beyond.size else None,
        "since": str(days[zero[-1] + 1 if zero.size else 0]) if beyond.size else None,
        "error_ratio": ratio, "coverage": coverage,
    }  # fmt: skip
