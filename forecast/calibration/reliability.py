"""Does what is forecast with 30 % happen in 30 of 100 cases? Reliability of the probabilities of a hindcast.

Diagram and score by isotonic regression (CORP: Dimitriadis, Gneiting and Jordan 2021,
doi:10.1073/pnas.2016191118). With S the mean Brier score of the forecast, S_C that of the recalibrated
forecast and S_R that of the share of events as a constant, S = MCB - DSC + UNC with miscalibration
MCB = S - S_C, discrimination DSC = S_R - S_C and uncertainty UNC = S_R, none of them negative.

The consistency interval shows how far from the diagonal a reliable forecast strays. Outcomes hang together
in time and place, so that drawing each on its own makes it far too narrow. Here each case is given a number
that is uniform if the recalibrated forecast is right, and below its probability if the event occurred (the
randomised transform of Czado, Gneiting and Held 2009, doi:10.1111/j.1541-0420.2009.01191.x, with one random
number for all cases of an issue); an outcome made from that number with the probability forecast is that of
a reliable forecast, and cases that went the same way still do. Issues with all their cases are then drawn
in blocks of a week and recalibrated (the resampling of Bröcker and Smith 2007, doi:10.1175/WAF993.1, with
blocks for independent cases). The interval is rather too wide than too narrow; `docs/calibration.md` says
how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from forecast.calibration.isotonic import calibrated_shares
from forecast.calibration.judged_cases import counted_cases
from forecast.calibration.probabilities import above
from forecast.verification import hindcast as judged
from forecast.verification.resampling import draws_of_issues
from foundation.errors import InputError

RESAMPLES = 300
CONFIDENCE = 0.9
_SEED = 20260302
_DECIMALS = 4
"""Decimals of a probability: forecasts that differ by less are one point of the curve."""


@dataclass(frozen=True)
class Reliability:
    """How reliable the probabilities of one event are.

    Attributes:
        model: name.
        threshold: the event is an index above it.
        cases: number of cases (issue, lead, place).
        events: number of them in which the event occurred.
        forecast: (point,) the different probabilities forecast, increasing.
        number: (point,) cases with each.
        observed: (point,) recalibrated probability, not decreasing.
        low: (point,) lower bound of the consistency interval of 90 %.
        high: (point,) upper bound.
        brier: mean Brier score.
        miscalibration: MCB.
        discrimination: DSC.
        uncertainty: UNC.
    """

    model: str
    threshold: int
    cases: int
    events: int
    forecast: np.ndarray
    number: np.ndarray
    observed: np.ndarray
    low: np.ndarray
    high: np.ndarray
    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float

    @property
    def consistent(self) -> float:
        """Share of the cases at which the recalibrated probability lies in the consistency interval."""
        inside = (self.observed >= self.low - 1e-12) & (self.observed <= self.high + 1e-12)
        return float(np.average(inside, weights=self.number))


def reliability_of(
    hindcast: xr.Dataset, model: str, threshold: int, *, leads: tuple[int, ...] | None = None
) -> Reliability:
    """Reliability of the probability that the index is above a threshold, on the cases of the score table.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`, with the index.
        model: name.
        threshold: such as 150 or 200.
        leads: lead times in hours that are pooled; None pools all.

    Raises:
        ContractError: when the hindcast is not what is expected, or has no index.
        InputError: when the model or a lead is not in it, or no case counts.
    """
    chosen = counted_cases(hindcast, model, judged.INDEX, leads)
    probability = above(chosen.forecast, threshold, chosen.levels)
    known = np.isfinite(probability) & np.isfinite(chosen.observed)
    if not known.any():
        raise InputError(
            f"no case of the model {model!r} counts",
            remedy="Choose another period, or a model with quantiles",
        )
    draws = draws_of_issues(chosen.issues, resamples=RESAMPLES).values
    issue = np.nonzero(known)[0]
    occurred = (chosen.observed[known] > threshold).astype(float)
    return reliability_of_cases(probability[known], occurred, issue, draws, model=model, threshold=threshold)


def reliability_of_cases(
    probability: np.ndarray, occurred: np.ndarray, issue: np.ndarray, draws: np.ndarray,
    *, model: str, threshold: int,
) -> Reliability:  # fmt: skip
    """Reliability of probabilities of one event.

    Args:
        probability: (case,) forecast, 0 to 1.
        occurred: (case,) 1 or 0.
        issue: (case,) number of the issue.
        draws: (resample, issue) how often each issue is drawn in each resample.
        model: name.
        threshold: of the event.
    """
    probability = np.round(probability, _DECIMALS)
    points, rank = np.unique(probability, return_inverse=True)
    curve = calibrated_shares(rank, occurred, np.ones(len(rank)))
    share = float(occurred.mean())
    brier, recalibrated = _brier(probability, occurred), _brier(curve[rank], occurred)
    low, high = _consistency(_Forecast(points, rank, curve), occurred, issue, draws)
    return Reliability(
        model, threshold, len(occurred), int(occurred.sum()), points, np.bincount(rank), curve, low, high,
        brier, brier - recalibrated, share * (1 - share) - recalibrated, share * (1 - share),
    )  # fmt: skip


@dataclass(frozen=True)
class _Forecast:
    """Different probabilities (point,), the one of each case by its number, and what they are mapped to."""

    points: np.ndarray
    rank: np.ndarray
    curve: np.ndarray


def _brier(probability: np.ndarray, occurred: np.ndarray) -> float:
    return float(np.mean((probability - occurred) ** 2))


def _consistency(
    forecast: _Forecast, occurred: np.ndarray, issue: np.ndarray, draws: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds (point,) between which the recalibrated probabilities of a reliable forecast lie."""
    random = np.random.default_rng(_SEED)
    share, stated = forecast.curve[forecast.rank], forecast.points[forecast.rank]
    resampled = np.empty((len(draws), len(forecast.points)))
    for row, weights in enumerate(draws):
        uniform = random.random((draws.shape[1],))[issue]
        standing = np.where(occurred > 0, uniform * share, share + uniform * (1 - share))
        outcome = (standing < stated).astype(float)
        resampled[row] = calibrated_shares(forecast.rank, outcome, weights[issue])
    tail = (1 - CONFIDENCE) / 2
    bounds = np.asarray(np.quantile(resampled, [tail, 1 - tail], axis=0))
    return bounds[0], bounds[1]
