"""Factors of the thresholds, by region of dust, from hourly PM10 up to the issue.

Least squares with a prior on ln(factor), by Gauss and Newton from several beginnings; the spread is that of
the linearised posterior (Tarantola 2005, doi:10.1137/1.9780898717921, section 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from forecast.dust.configuration import CorrectionConfig, dust_forecast_config
from forecast.dust.responses import Response
from foundation.errors import InputError

__all__ = ["Factors", "corrected_factors", "exceedance"]

_MICROGRAM = 1e-9
_STEP = 1e-3


@dataclass(frozen=True)
class Factors:
    """What the measurements say of the thresholds.

    Attributes:
        regions: of dust.
        factor: best factor of each, (region,).
        covariance: of ln(factor), (region, region).
        cost_before: half the sum of squares with all factors 1.
        cost: the same with the best.
        values: measurements used.
    """

    regions: tuple[str, ...]
    factor: np.ndarray
    covariance: np.ndarray
    cost_before: float
    cost: float
    values: int

    def named(self) -> dict[str, float]:
        """The best factors by region."""
        return dict(zip(self.regions, map(float, self.factor), strict=True))

    def deviation(self) -> dict[str, float]:
        """Standard deviations of ln(factor) by region."""
        return dict(zip(self.regions, map(float, np.sqrt(np.diag(self.covariance))), strict=True))

    def drawn(self, count: int, random: np.random.Generator) -> list[dict[str, float]]:
        """Factors drawn from the posterior."""
        draws = random.multivariate_normal(np.log(self.factor), self.covariance, count)
        return [dict(zip(self.regions, map(float, np.exp(one)), strict=True)) for one in draws]


def corrected_factors(
    response: Response, measured: np.ndarray, config: CorrectionConfig | None = None
) -> Factors:
    """Fit the factors.

    Args:
        response: of the hours up to the issue, at the places of the measurements.
        measured: PM10 of dust, kg m-3, (hour, place), with what other sources make taken out; may be
            negative; NaN where nothing was measured.
        config: errors; those shipped by default.

    Raises:
        InputError: when measurements do not fit the response.
    """
    config = config or dust_forecast_config().correction
    shape = response.pm10.shape[2:]
    if measured.shape != shape:
        raise InputError(f"measurements: expected hours and places {shape}, got {measured.shape}")
    known = np.isfinite(measured)
    value = measured[known]
    error = np.hypot(config.measurement_floor_ug_m3 * _MICROGRAM, config.measurement_error * np.maximum(value, 0))

    def residuals(logs: np.ndarray) -> np.ndarray:
        factors = dict(zip(response.regions, np.exp(logs), strict=True))
        return np.concatenate([(response.at(factors)[known] - value) / error, logs / config.deviation])

    best = _least(residuals, np.log(response.factors), len(response.regions))
    slope = _slopes(residuals, best)
    covariance = np.linalg.inv(slope.T @ slope)
    costs = [0.5 * float(np.square(residuals(logs)).sum()) for logs in (np.zeros_like(best), best)]
    return Factors(response.regions, np.exp(best), covariance, costs[0], costs[1], int(known.sum()))


def _least(residuals: object, nodes: np.ndarray, regions: int) -> np.ndarray:
    """The best of several beginnings: every region at the same node."""
    from scipy.optimize import least_squares

    inside = np.clip(nodes, nodes[0] + _STEP, nodes[-1] - _STEP)
    found = [
        least_squares(residuals, np.full(regions, start), bounds=(nodes[0], nodes[-1]), diff_step=_STEP)
        for start in inside[:: max(1, len(nodes) // 3)]
    ]
    best: np.ndarray = min(found, key=lambda one: one.cost).x
    return best


def _slopes(residuals: object, logs: np.ndarray) -> np.ndarray:
    """Derivatives of the residuals, (residual, region), by central differences."""
    assert callable(residuals)  # noqa: S101 - typing only
    columns = []
    for place in range(len(logs)):
        step = np.zeros_like(logs)
        step[place] = 10 * _STEP
        columns.append((residuals(logs + step) - residuals(logs - step)) / (20 * _STEP))
    return np.stack(columns, 1)


def exceedance(
    response: Response, factors: Factors, background: np.ndarray | float = 0.0,
    config: CorrectionConfig | None = None,
) -> xr.Dataset:  # fmt: skip
    """Probability that hourly PM10 passes the configured values, from draws of the factors.

    Errors of wind and transport are not in it: it is sharper than the truth.

    Args:
        response: of the hours and places wanted.
        factors: as fitted.
        background: PM10 of other sources, kg m-3, of a shape that fits (hour, place).
        config: values and number of draws; those shipped by default.

    Returns:
        `probability` (valid_time, place, threshold), 1, and `pm10` (quantile, valid_time, place), kg m-3.
    """
    config = config or dust_forecast_config().correction
    draws = factors.drawn(config.draws, np.random.default_rng(0))
    pm10 = np.stack([response.at(one) for one in draws]) + background
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
