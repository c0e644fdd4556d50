"""A twin of the correction with the transport model: many made truths behind four made fronts.

A truth is the model's own dust with other thresholds by region, another timing and another strength, measured
with errors. The model's forecast is the run as believed. Laws are fitted on the truths of three fronts and
judged on the fourth, in turn: with the model among the predictors, without it, and the model as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from atmosphere.transport.proofs.proof import Proof
from forecast.dust.basin import HOURS, START, basin_grid, basin_weather, hours, of_length, strong_scheme
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.learned.configuration import learned_dust_config
from forecast.dust.learned.known import known_at_all
from forecast.dust.learned.ordinal import fit_ordinal
from forecast.dust.learned.predictors import Foreseen, matrix_of, predictor_names, predictors_of
from forecast.dust.responses import Response, emissions_at_factors, response_of
from forecast.dust.run import dust_forecast
from forecast.dust.twin import STATIONS, TARGET

__all__ = ["Truths", "learned_twin_proofs", "twin_scores"]

_FRONTS = ((10.0, 1.0), (12.0, 0.85), (13.0, 1.0), (11.0, 0.92))
"""Hour of the passage and dryness of each front."""

_TRUTHS = 24
_ISSUES, _LEADS = range(8, 25, 2), (3, 6)
_THRESHOLDS = np.array([150.0, 420.0])
_FACTOR, _LATE_H, _STRENGTH, _ERROR, _FLOOR = 0.2, 1.5, 0.3, 0.2, 12.0
_NEAR_H, _OFFSET = 3, 20.0
_SHARE_OF_DUST, _SHARE_OF_REST = 0.2, 0.55
_LARGEST_BRIER, _LARGEST_ERROR = 0.9, 0.9


@dataclass(frozen=True)
class Truths:
    """Cases of one front, a row for each truth, issue, lead and place.

    Attributes:
        with_model: predictors with the transport model, (row, predictor).
        without: the same less the model's.
        model: PM10 of dust that the model foresaw, µg/m³, (row,).
        now: measured at the issue, what is usual without dust taken off, (row,).
        truth: that came, (row,).
    """

    with_model: np.ndarray
    without: np.ndarray
    model: np.ndarray
    now: np.ndarray
    truth: np.ndarray


def learned_twin_proofs(progress: Callable[[str], None] = lambda _step: None) -> list[Proof]:
    """Run four fronts, draw truths, fit on three, judge on the fourth."""
    groups = []
    for number, (hour, dryness) in enumerate(_FRONTS):
        progress(f"learned correction · front {number + 1}/{len(_FRONTS)}")
        groups.append(_truths(_response(hour, dryness), np.random.default_rng(number)))
    told = twin_scores(groups)
    proofs = []
    for mark in _THRESHOLDS:
        brier = told[f"brier {mark:g}"]
        name = f"learned correction, twin: Brier score of dust above {mark:g} over the best without"
        note = f"{_named(brier, '.4f')}; a twin, not real weather"
        proofs.append(Proof(name, _over_the_best(brier), _LARGEST_BRIER, note=note))
    error, dusty = told["error"], told["error of dusty hours"]
    name = "learned correction, twin: mean absolute error of the median over the best without"
    note = f"µg/m³: {_named(error, '.1f')}; of hours above 150: {_named(dusty, '.0f')}"
    return [*proofs, Proof(name, _over_the_best(error), _LARGEST_ERROR, note=note)]


def _over_the_best(scores: dict[str, float]) -> float:
    return scores["corrected"] / min(value for name, value in scores.items() if name != "corrected")


def _named(scores: dict[str, float], digits: str) -> str:
    return ", ".join(f"{name} {value:{digits}}" for name, value in scores.items())


def twin_scores(groups: list[Truths]) -> dict[str, dict[str, float]]:
    """Scores over all fronts, each judged by laws that have not seen it.

    Args:
        groups: of the fronts.

    Returns:
        `brier <threshold>`, `error` (mean absolute, of all hours, µg/m³) and `error of dusty hours` (where
        more than 150 came: chosen by the outcome, it rewards forecasts that are too bold), by forecast.
    """
    parts: dict[str, list[np.ndarray]] = {}
    truth = np.concatenate([group.truth for group in groups])
    for number, judged in enumerate(groups):
        others = [group for place, group in enumerate(groups) if place != number]
        for name, (chance, median) in _forecasts(judged, others).items():
            parts.setdefault(name, []).append(np.column_stack([chance, median]))
    made = {name: np.concatenate(rows) for name, rows in parts.items()}
    dusty = truth > _THRESHOLDS[0]
    told = {
        f"brier {mark:g}": {
            name: float(np.square(rows[:, place] - (truth > mark)).mean()) for name, rows in made.items()
        }
        for place, mark in enumerate(_THRESHOLDS)
    }
    for name, chosen in (("error", slice(None)), ("error of dusty hours", dusty)):
        told[name] = {
            model: float(np.abs(rows[chosen, -1] - truth[chosen]).mean()) for model, rows in made.items()
        }
    return told


def _forecasts(judged: Truths, others: list[Truths]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    found = {
        "model as it is": ((judged.model[:, None] > _THRESHOLDS).astype(float), judged.model),
        "persistence": ((judged.now[:, None] > _THRESHOLDS).astype(float), judged.now),
    }
    config = learned_dust_config()
    values = np.concatenate([group.truth for group in others])
    for name, field in (("measurements alone", "without"), ("corrected", "with_model")):
        known = np.concatenate([getattr(group, field) for group in others])
        mean, spread = known.mean(0), known.std(0)
        spread = np.where(spread > 1e-6, spread, 1.0)
        law = fit_ordinal((known - mean) / spread, values, np.array(config.cuts_ug_m3), config.penalty)
        matrix = (getattr(judged, field) - mean) / spread
        found[name] = (law.above(matrix, _THRESHOLDS), law.quantiles(matrix, np.array([0.5]))[:, 0])
    return found


def _response(hour: float, dryness: float) -> Response:
    grid = basin_grid()
    weather = basin_weather(grid, hour, dust=dryness)
    nodes = dust_forecast_config().correction.nodes
    emitted = emissions_at_factors(weather, grid, nodes, hours(), config=strong_scheme())
    return response_of(
        dust_forecast(weather, grid, emitted, START, of_length(HOURS)).tags, [*STATIONS, TARGET]
    )


def _truths(response: Response, random: np.random.Generator) -> Truths:
    rows = [row for _ in range(_TRUTHS) for row in _of_one(response, random)]
    stacked = [np.concatenate(part) for part in zip(*rows, strict=True)]
    return Truths(*stacked)


def _of_one(response: Response, random: np.random.Generator) -> Iterator[tuple[np.ndarray, ...]]:
    """One truth, measured, and what is known and foreseen at every issue and lead."""
    rest = dust_forecast_config().correction.background_ug_m3
    factors = {name: float(np.exp(random.normal(0, _FACTOR))) for name in response.regions}
    strength = float(np.exp(random.normal(0, _STRENGTH)))
    dust = response.at(factors, float(random.normal(0, _LATE_H))) * strength * 1e9
    measured = (dust + rest) * np.exp(random.normal(0, _ERROR, dust.shape)) + random.normal(
        0, _FLOOR, dust.shape
    )
    measured = np.maximum(measured, 5.0)
    believed = response.at({}) * 1e9
    error = np.log((np.maximum(measured - rest, 0) + _OFFSET) / (believed + _OFFSET))
    record = _record(measured, dust / (dust + rest), response)
    steps = learned_dust_config().steps["hour"]
    names = predictor_names("hour", response.places, physical=True)
    plain = predictor_names("hour", response.places, physical=False)
    issues = [response.times[step] for step in _ISSUES]
    for step, known in zip(_ISSUES, known_at_all(record, issues, steps.memory), strict=True):
        for lead in _LEADS:
            at = step + lead
            if at >= len(dust):
                continue
            near = believed[max(step, at - _NEAR_H) : at + _NEAR_H + 1].max(0)
            foreseen = Foreseen(believed[at], near, error[: step + 1].mean(0))
            made = predictors_of(known, lead, steps, response.places, foreseen)
            yield (
                matrix_of(made, names), matrix_of(made, plain), believed[at],
                np.maximum(measured[step] - rest, 0), dust[at],
            )  # fmt: skip


def _record(measured: np.ndarray, share_dust: np.ndarray, response: Response) -> xr.Dataset:
    fine = measured * (_SHARE_OF_DUST * share_dust + _SHARE_OF_REST * (1 - share_dust))
    return xr.Dataset(
        {name: (("time", "place"), one * 1e-9) for name, one in (("pm10", measured), ("pm25", fine))},
        {"time": response.times, "place": list(response.places)},
        {"averaging": "hour", "source": "twin"},
    )
