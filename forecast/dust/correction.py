"""Factors of the thresholds, by region of dust, and how late the wind is, from hourly PM10 up to the issue.

Least squares with a prior on ln(factor) and on the hours by which all comes late, by Gauss and Newton from several beginnings; the spread is that of
the linearised posterior (Tarantola 2005, doi:10.1137/1.9780898717921, section 3.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import xarray as xr

from forecast.dust.configuration import CorrectionConfig, dust_forecast_config
from forecast.dust.responses import Response
from foundation.errors import InputError

__all__ = ["Factors", "corrected_factors", "exceedance"]

_MICROGRAM = 1e-9
_STEP = 1e-3

Residuals = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Factors:
    """What the measurements say of the thresholds and of the wind's timing.

    Attributes:
        regions: of dust.
        factor: best factor of each, (region,).
        late_h: hours by which all comes later than in the run.
        covariance: of ln(factor) of every region and, last, of `late_h`.
        cost_before: half the sum of squares with all factors 1 and nothing late.
        cost: the same with the best.
        values: measurements used.
    """

    regions: tuple[str, ...]
    factor: np.ndarray
    late_h: float
    covariance: np.ndarray
    cost_before: float
    cost: float
    values: int

    def named(self) -> dict[str, float]:
        """The best factors by region."""
        return dict(zip(self.regions, map(float, self.factor), strict=True))

    def deviation(self) -> dict[str, float]:
        """Standard deviations of ln(factor) by region, and of `late_h`."""
        names = (*self.regions, "late_h")
        return dict(zip(names, map(float, np.sqrt(np.diag(self.covariance))), strict=True))

    def pm10(self, response: Response) -> np.ndarray:
        """PM10 of dust of a response with these factors, kg m-3, (hour, place)."""
        return response.at(self.named(), self.late_h)

    def drawn(self, response: Response, count: int, random: np.random.Generator) -> np.ndarray:
        """PM10 of dust with factors drawn from the posterior, kg m-3, (draw, hour, place)."""
        best = np.append(np.log(self.factor), self.late_h)
        draws = random.multivariate_normal(best, self.covariance, count)
        return np.stack([_pm10(response, one) for one in draws])


def corrected_factors(
    response: Response, measured: np.ndarray, config: CorrectionConfig | None = None
) -> Factors:
    """Fit the factors.

    Args:
        response: at the places of the measurements; its first hours are those measured.
        measured: PM10 of dust, kg m-3, (hour, place), with what other sources make taken out; may be
            negative; NaN where nothing was measured. Hours up to the issue.
        config: errors; those shipped by default.

    Raises:
        InputError: when measurements do not fit the response.
    """
    config = config or dust_forecast_config().correction
    hours, places = response.pm10.shape[2:]
    if measured.ndim != 2 or measured.shape[0] > hours or measured.shape[1] != places:
        raise InputError(f"measurements: expected up to {hours} hours at {places} places, got {measured.shape}")
    known = np.isfinite(measured)
    value = measured[known]
    share = config.measurement_error * np.maximum(value, 0)
    error = np.hypot(config.measurement_floor_ug_m3 * _MICROGRAM, share)
    prior = np.append(np.full(len(response.regions), config.deviation), config.timing_deviation_h)

    def residuals(at: np.ndarray) -> np.ndarray:
        modelled = _pm10(response, at)[: len(measured)][known]
        return np.concatenate([(modelled - value) / error, at / prior])

    best = _least(residuals, np.log(response.factors), len(response.regions), 3 * config.timing_deviation_h)
    slope = _slopes(residuals, best)
    covariance = np.linalg.inv(slope.T @ slope)
    costs = [0.5 * float(np.square(residuals(at)).sum()) for at in (np.zeros_like(best), best)]
    return Factors(
        response.regions, np.exp(best[:-1]), float(best[-1]), covariance, costs[0], costs[1], int(known.sum())
    )  # fmt: skip


def _pm10(response: Response, at: np.ndarray) -> np.ndarray:
    """With the logarithms of the factors and, last, how late all is."""
    return response.at(dict(zip(response.regions, np.exp(at[:-1]), strict=True)), float(at[-1]))


def _least(residuals: Residuals, nodes: np.ndarray, regions: int, latest_h: float) -> np.ndarray:
    """The best of several beginnings: every region at the same node, all early or late."""
    from scipy.optimize import least_squares

    low = np.append(np.full(regions, nodes[0]), -latest_h)
    high = np.append(np.full(regions, nodes[-1]), latest_h)
    found = []
    for start, late in product(np.linspace(nodes[0], nodes[-1], 5)[1:-1], (-0.5, 0.5)):
        begin = np.append(np.full(regions, start), late * latest_h)
        found.append(least_squares(residuals, begin, bounds=(low, high), diff_step=_STEP))
    best: np.ndarray = min(found, key=lambda one: float(one.cost)).x
    return best


def _slopes(residuals: Residuals, at: np.ndarray) -> np.ndarray:
    """Derivatives of the residuals, (residual, unknown), by central differences."""
    columns = []
    for place in range(len(at)):
        step = np.zeros_like(at)
        step[place] = 10 * _STEP
        columns.append((residuals(at + step) - residuals(at - step)) / (20 * _STEP))
    return np.stack(columns, 1)


def exceedance(
    response: Response, factors: Factors, background: np.ndarray | float = 0.0,
    config: CorrectionConfig | None = None,
) -> xr.Dataset:  # fmt: skip
    """Probability that hourly PM10 passes the configured values, from draws of the factors.

    Of the wind's errors only its timing is in it: it is sharper than the truth.

    Args:
        response: of the hours and places wanted.
        factors: as fitted.
        background: PM10 of other sources, kg m-3, of a shape that fits (hour, place).
        config: values and number of draws; those shipped by default.

    Returns:
        `probability` (valid_time, place, threshold), 1, and `pm10` (quantile, valid_time, place), kg m-3.
    """
    config = config or dust_forecast_config().correction
    pm10 = factors.drawn(response, config.draws, np.random.default_rng(0)) + background
    passed = np.stack([(pm10 > mark * _MICROGRAM).mean(0) for mark in config.probabilities], -1)
    levels = [0.1, 0.5, 0.9]
    return xr.Dataset(
        {
            "probability": (("valid_time", "place", "threshold"), passed, {"units": "1"}),
            "pm10": (("quantile", "valid_time", "place"), np.quantile(pm10, levels, axis=0), {"units": "kg m-3"}),
        },
        {
            "valid_time": response.times, "place": list(response.places), "quantile": levels,
            "threshold": ("threshold", list(config.probabilities), {"units": "ug m-3"}),
        },
    )  # fmt: skip
