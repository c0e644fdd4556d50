"""Fit the learned dust forecast on a record: laws of every quantity and lead, and when to warn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.dust.learned.cases import QUANTITIES, Cases
from forecast.dust.learned.configuration import (
    Coefficients,
    LawConfig,
    LearnedDustConfig,
    learned_dust_config,
)
from forecast.dust.learned.ordinal import Ordinal, fit_ordinal
from forecast.dust.learned.predictors import MODEL
from foundation.errors import InputError
from foundation.times import DAY, shown

__all__ = ["best_limit", "fit_cases"]

_LEAST_SPREAD = 1e-6
_PRESENT = 0.5
"""Between no dust (0) and dust (1)."""


@dataclass(frozen=True)
class _Rows:
    """Cases of one lead and quantity in one row each.

    Attributes:
        predictors: standardised, (row, predictor).
        values: (row,).
        days: whole days since the first issue, (row,).
    """

    predictors: np.ndarray
    values: np.ndarray
    days: np.ndarray


def fit_cases(
    cases: Cases, until: np.datetime64, source: str, config: LearnedDustConfig | None = None
) -> Coefficients:
    """Fit on all that was measured up to a time.

    Args:
        cases: of a record.
        until: last step whose measurement may be used, UTC.
        source: of the measurements, for the reader of the coefficients.
        config: the choices; those shipped by default.

    Raises:
        InputError: when there is too little to fit on.
    """
    config = config or learned_dust_config()
    leads = sorted(cases.predictors)
    upto = cases.times <= until
    everything = cases.predictors[leads[0]][upto].reshape(-1, len(cases.names))
    known = everything[np.isfinite(everything).all(-1)]
    if not len(known):
        raise InputError(f"nothing measured up to {shown(until)}", where="learned dust forecast")
    means, spreads = known.mean(0), known.std(0)
    spreads = np.where(spreads > _LEAST_SPREAD, spreads, 1.0)
    laws = []
    for quantity in QUANTITIES:
        for lead in leads:
            rows = _rows(cases, quantity, lead, until, (means, spreads))
            laws.append(_law(rows, quantity, lead, config))
    used = cases.times[upto & np.isfinite(cases.measured["pm10"]).any(1)]
    return Coefficients(
        source=source, averaging="hour" if cases.averaging == "hour" else "day",
        fitted_from=shown(used[0]), fitted_until=shown(used[-1]), cases=len(known),
        physical=any(name.startswith(MODEL) for name in cases.names),
        places=cases.places, predictors=cases.names, means=_plain(means), spreads=_plain(spreads),
        laws=tuple(laws),
    )  # fmt: skip


def _rows(
    cases: Cases, quantity: str, lead: int, until: np.datetime64, scale: tuple[np.ndarray, np.ndarray]
) -> _Rows:
    measured = np.zeros(len(cases.times), dtype=bool)
    measured[:-lead] = cases.times[lead:] <= until
    used = cases.usable(quantity, lead) & measured[:, None]
    day = ((cases.times - cases.times[0]) // DAY).astype(int)
    days = np.broadcast_to(day[:, None], used.shape)[used]
    standardised = (cases.predictors[lead][used] - scale[0]) / scale[1]
    return _Rows(standardised, cases.ahead(quantity, lead)[used], days)


def _law(rows: _Rows, quantity: str, lead: int, config: LearnedDustConfig) -> LawConfig:
    whole = quantity == "dust"
    cuts = np.array([_PRESENT] if whole else config.cuts_ug_m3)
    thresholds = cuts if whole else np.array(config.thresholds_ug_m3)
    fitted = fit_ordinal(rows.predictors, rows.values, cuts, config.penalty)
    chances = _out_of_fold(rows, cuts, thresholds, config)
    limits = {
        float(mark): best_limit(chances[:, number], rows.values > mark, config.limits)
        for number, mark in enumerate(thresholds)
    }
    return _written(fitted, quantity, lead, limits)


def _out_of_fold(
    rows: _Rows, cuts: np.ndarray, thresholds: np.ndarray, config: LearnedDustConfig
) -> np.ndarray:
    """Probability of every row from the rows of other blocks of days, (row, threshold); NaN without a fit."""
    fold = (rows.days // config.block_days) % config.folds
    found = np.full((len(rows.values), len(thresholds)), np.nan)
    for number in range(config.folds):
        judged = fold == number
        around = np.unique(rows.days[judged])[:, None] + np.arange(-config.guard_days, config.guard_days + 1)
        other = ~np.isin(rows.days, around)
        if not judged.any() or not _divided(rows.values[other], cuts):
            continue
        law = fit_ordinal(rows.predictors[other], rows.values[other], cuts, config.penalty)
        found[judged] = law.above(rows.predictors[judged], thresholds)
    return found


def _divided(values: np.ndarray, cuts: np.ndarray) -> bool:
    dividing = sum(bool((values > cut).any() and (values <= cut).any()) for cut in cuts)
    return dividing >= min(2, len(cuts))


def best_limit(chances: np.ndarray, passed: np.ndarray, tried: tuple[float, ...]) -> float:
    """The probability above which a warning has the highest threat score; the middle one without an event.

    Args:
        chances: probabilities, NaN where not known, (case,).
        passed: whether it came true, (case,).
        tried: limits to choose from.
    """
    known = np.isfinite(chances)
    scores = []
    for limit in tried:
        warned = chances[known] > limit
        either = (warned | passed[known]).sum()
        scores.append((warned & passed[known]).sum() / either if either else 0.0)
    return float(tried[int(np.argmax(scores))]) if max(scores) > 0 else float(tried[len(tried) // 2])


def _written(law: Ordinal, quantity: str, lead: int, limits: dict[float, float]) -> LawConfig:
    return LawConfig.model_validate({
        "quantity": quantity, "lead": lead, "cuts": _plain(law.cuts), "intercepts": _plain(law.intercepts),
        "slopes": _plain(law.slopes), "limits": limits,
    })  # fmt: skip


def _plain(values: np.ndarray) -> tuple[float, ...]:
    """Rounded to what matters, so that a file of them stays readable."""
    return tuple(float(f"{value:.6g}") for value in values)
