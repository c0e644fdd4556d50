"""The twin experiment: the truth has other thresholds; ten stations tell; does the forecast for Urumqi gain?

The truth, the uncorrected run and all factors of the correction are tags of one run, or of two when the
truth has weather of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from atmosphere.transport.proofs.proof import Proof
from forecast.dust.basin import (
    FRONT_HOUR,
    HOURS,
    START,
    basin_grid,
    basin_weather,
    hours,
    of_length,
    strong_scheme,
)
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.correction import Factors, corrected_factors
from forecast.dust.responses import Response, emissions_at_factors, response_of
from forecast.dust.run import dust_forecast

__all__ = ["STATIONS", "Passage", "Twin", "passage", "response_with", "twin", "twin_proofs"]

STATIONS = (
    "bole", "shuanghe", "karamay", "huyanghe", "wusu", "kuitun", "dushanzi", "shawan", "shihezi", "manas",
)  # fmt: skip
"""Where PM10 is measured: ten places west of Urumqi."""

TARGET = "urumqi"
ISSUE_HOUR = 17
"""Hours of measurements: the dust has passed the western stations and is some hours from Urumqi."""

_ARRIVED = 150e-9
"""PM10 above which dust has arrived, kg m-3."""

_SPREAD, _NOISE_UG_M3 = 0.2, 12.0
_MICROGRAM = 1e-9
_LARGEST_TIMING_H, _LARGEST_PEAK = 2.0, 0.25


@dataclass(frozen=True)
class Passage:
    """Dust at a place: hours after the start and kg m-3.

    Attributes:
        arrival: end of the first hour above 150 µg/m³; NaN when it never is.
        peak_time: end of the strongest hour.
        peak: PM10 then, other sources included.
    """

    arrival: float
    peak_time: float
    peak: float


@dataclass(frozen=True)
class Twin:
    """One truth and what was made of it.

    Attributes:
        truth: PM10 at the target in truth.
        uncorrected: with all factors 1.
        corrected: with the factors found.
        factors: as found.
    """

    truth: Passage
    uncorrected: Passage
    corrected: Passage
    factors: Factors


def passage(pm10: np.ndarray) -> Passage:
    """Arrival and peak of a series of hourly PM10, kg m-3, (hour,)."""
    over = np.flatnonzero(pm10 > _ARRIVED)
    strongest = int(pm10.argmax())
    return Passage(float(over[0] + 1) if len(over) else np.nan, strongest + 1.0, float(pm10[strongest]))


def twin(response: Response, truth: np.ndarray, seed: int = 0) -> Twin:
    """Measure the truth with errors, correct, and compare at Urumqi.

    Args:
        response: of the forecast's run, at `STATIONS` and then at Urumqi.
        truth: PM10 of dust in truth, kg m-3, (hour, place).
        seed: of the errors.
    """
    config = dust_forecast_config().correction
    background = config.background_ug_m3 * _MICROGRAM
    measured = _measured(truth[:, :-1], background, seed)[:ISSUE_HOUR]
    factors = corrected_factors(response.places_only(len(STATIONS)), measured - background, config)
    at_target = [truth, response.at({}), factors.pm10(response)]
    passages = [passage(one[:, -1] + background) for one in at_target]
    return Twin(passages[0], passages[1], passages[2], factors)


def _measured(truth: np.ndarray, background: float, seed: int) -> np.ndarray:
    """PM10 with the errors of measurements and of other sources, kg m-3."""
    random = np.random.default_rng(seed)
    exact = truth + background
    noisy = exact * np.exp(random.normal(0, _SPREAD, exact.shape))
    return np.maximum(noisy + random.normal(0, _NOISE_UG_M3 * _MICROGRAM, exact.shape), 0.0)


def response_with(factors: tuple[float, ...], front_hour: float = FRONT_HOUR) -> Response:
    """A run of the basin with several factors, at the stations and Urumqi."""
    grid = basin_grid()
    weather = basin_weather(grid, front_hour)
    emitted = emissions_at_factors(weather, grid, factors, hours(), config=strong_scheme())
    made = dust_forecast(weather, grid, emitted, START, of_length(HOURS))
    return response_of(made.tags, [*STATIONS, TARGET])


def twin_proofs(progress: Callable[[str], None] = lambda _step: None) -> list[Proof]:
    """Thresholds 20 % too high and too low, and a front that the forecast has an hour late."""
    nodes = dust_forecast_config().correction.nodes
    progress("twin · run of all factors")
    known = response_with((*nodes, *_TRUTHS))
    believed, proofs = _only(known, nodes), []
    for true in _TRUTHS:
        truth = _only(known, (true,)).pm10[:, 0].sum(0)
        proofs += _judged(twin(believed, truth), f"thresholds {true:g} of those believed")
    progress("twin · a front an hour earlier")
    early = response_with(_TRUTHS[:1], FRONT_HOUR - 1).pm10[:, 0].sum(0)
    return [*proofs, *_judged(twin(believed, early), "the same and the front an hour earlier")]


_TRUTHS = (0.83, 1.25)
"""True factors: those believed are 20 % too high (1/1.2) and 20 % too low (1/0.8)."""


def _only(response: Response, factors: tuple[float, ...]) -> Response:
    """The response at some of its factors."""
    places = [int(np.flatnonzero(response.factors == one)[0]) for one in sorted(factors)]
    return replace(response, factors=response.factors[places], pm10=response.pm10[:, places])


def _judged(made: Twin, name: str) -> list[Proof]:
    truth, before, after = made.truth, made.uncorrected, made.corrected
    spread = made.factors.deviation()
    found = ", ".join(
        f"{region.partition('.')[2]} {factor:.2f} ± {spread[region] * factor:.2f}"
        for region, factor in made.factors.named().items()
    )
    arrival = (
        f"hour {_told(truth)} in truth, {_told(before)} uncorrected, {_told(after)} corrected; "
        f"issue after {ISSUE_HOUR} h"
    )
    peak = (
        f"µg/m³: {truth.peak * 1e9:.0f} in truth, {before.peak * 1e9:.0f} uncorrected "
        f"({_off(before, truth):+.0%}), {after.peak * 1e9:.0f} corrected; factors: {found}; "
        f"late by {made.factors.late_h:.1f} ± {spread['late_h']:.1f} h"
    )
    late = 0.0 if np.isnan([after.arrival, truth.arrival]).all() else abs(after.arrival - truth.arrival)
    return [
        Proof(f"twin, {name}: arrival at Urumqi, h", late, _LARGEST_TIMING_H, note=arrival),
        Proof(f"twin, {name}: peak at Urumqi", abs(_off(after, truth)), _LARGEST_PEAK, note=peak),
    ]


def _off(one: Passage, truth: Passage) -> float:
    return one.peak / truth.peak - 1


def _told(one: Passage) -> str:
    return "none" if np.isnan(one.arrival) else f"{one.arrival:.0f}"
