"""Factors of the thresholds, by region of dust, and how late the wind is, from hourly PM10 up to the issue.

Least squares with a prior on ln(factor) and on the hours by which all comes late, by Gauss and Newton from
several beginnings; the spread is that of the linearised posterior (Tarantola 2005,
doi:10.1137/1.9780898717921, section 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from forecast.dust.configuration import CorrectionConfig, dust_forecast_config
from forecast.dust.responses import Response
from foundation.errors import InputError

__all__ = ["Factors", "corrected_factors"]

_MICROGRAM = 1e-9
_STEP = 1e-3
_ROUNDS = 3
"""Fits; each takes the errors of the measurements from the one before."""

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


def threshold_factors(factors: Factors | None) -> dict[str, float]:
    """Factors by region as `dust_emissions` takes them; none where nothing was found."""
    return {} if factors is None else {name.partition(".")[2]: one for name, one in factors.named().items()}


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
        raise InputError(
            f"measurements: expected up to {hours} hours at {places} places, got {measured.shape}"
        )
    known = np.isfinite(measured)
    prior = np.append(np.full(len(response.regions), config.deviation), config.timing_deviation_h)
    bounds = _bounds(response, 3 * config.timing_deviation_h)
    best, begins = np.zeros_like(prior), _beginnings(*bounds)
    for _ in range(_ROUNDS):
        residuals = _residuals(response, measured, known, _error(_pm10(response, best), known, config), prior)
        best = _least(residuals, begins, bounds)
        begins = [best]
    slope = _slopes(residuals, best)
    before, after = (0.5 * float(np.square(residuals(at)).sum()) for at in (np.zeros_like(best), best))
    return Factors(
        response.regions, np.exp(best[:-1]), float(best[-1]), np.linalg.inv(slope.T @ slope), before, after,
        int(known.sum()),
    )  # fmt: skip


def _residuals(
    response: Response, measured: np.ndarray, known: np.ndarray, error: np.ndarray, prior: np.ndarray
) -> Residuals:
    """Misfit and prior over their standard deviations, of the unknowns."""

    def of(at: np.ndarray) -> np.ndarray:
        modelled = _pm10(response, at)[: len(measured)][known]
        return np.concatenate([np.asarray((modelled - measured[known]) / error), at / prior])

    return of


def _error(modelled: np.ndarray, known: np.ndarray, config: CorrectionConfig) -> np.ndarray:
    """Standard deviation of the measurements used, by the model: by themselves, low ones weigh too much."""
    dust = modelled[: len(known)][known]
    background = config.background_ug_m3 * _MICROGRAM
    share = config.measurement_error * (dust + background)
    return np.asarray(np.hypot(config.measurement_floor_ug_m3 * _MICROGRAM, share))


def _pm10(response: Response, at: np.ndarray) -> np.ndarray:
    """With the logarithms of the factors and, last, how late all is."""
    return response.at(dict(zip(response.regions, np.exp(at[:-1]), strict=True)), float(at[-1]))


def _bounds(response: Response, latest_h: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest unknowns: the factors run, and so many hours."""
    low, high = np.log(response.factors[[0, -1]])
    ends = [
        np.append(np.full(len(response.regions), end), late)
        for end, late in ((low, -latest_h), (high, latest_h))
    ]
    return ends[0], ends[1]


def _beginnings(low: np.ndarray, high: np.ndarray) -> list[np.ndarray]:
    """Unknowns to begin with: every region at the same factor, all early or late."""
    found = []
    for factor, late in product((0.25, 0.5, 0.75), (0.25, 0.75)):
        found.append(low + np.append(np.full(len(low) - 1, factor), late) * (high - low))
    return found


def _least(
    residuals: Residuals, begins: Sequence[np.ndarray], bounds: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """The best of the least squares from several beginnings."""
    from scipy.optimize import least_squares

    inside = (bounds[0] + _STEP, bounds[1] - _STEP)
    found = [
        least_squares(residuals, np.clip(begin, *inside), bounds=bounds, diff_step=_STEP) for begin in begins
    ]
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
