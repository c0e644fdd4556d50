"""Emissions corrected by measurements: the factors of sources, their intervals, and what the data could see.

Bayesian, with log-normal factors (Rodgers 2000, Inverse Methods for Atmospheric Sounding; Tarantola 2005,
Inverse Problem Theory; Brasseur and Jacob 2017, Modeling of Atmospheric Chemistry, chapter 11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from foundation.errors import InputError
from sources.inversion.arrays import Array
from sources.inversion.configuration import InversionConfig, inversion_config
from sources.inversion.problem import problem_of
from sources.inversion.samples import Samples, Source, sampled
from sources.inversion.solving import Solution, solve
from sources.inversion.threads import one_thread

__all__ = ["INTERVAL", "Inversion", "invert"]

INTERVAL = 0.9
"""Probability of the intervals that are given."""

_DEVIATIONS = 1.6448536269514722
"""Standard deviations from the median of a normal distribution to the ends of `INTERVAL`."""

_MOST_WIDENINGS = 6


@dataclass(frozen=True)
class Inversion:
    """The correction of emissions by measurements.

    Attributes:
        samples: what was used.
        config: the choices.
        solution: the most probable states and their covariance; the first are the sources'.
        widening: by which the variances of errors were multiplied because residuals were larger than assumed.
        assumed_chi_square: chi-square per value with the errors as they were assumed; 1 is expected.
    """

    samples: Samples
    config: InversionConfig
    solution: Solution
    widening: float
    assumed_chi_square: float

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources, in the order of all that is given by source."""
        return self.samples.sources

    @property
    def logarithm(self) -> Array:
        """Most probable logarithms of the factors, (source,)."""
        return self.solution.state[: len(self.sources)]

    @property
    def covariance(self) -> Array:
        """Covariance of these logarithms, (source, source)."""
        count = len(self.sources)
        return self.solution.covariance[:count, :count]

    @property
    def deviation(self) -> Array:
        """Standard deviation of these logarithms, (source,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def prior_covariance(self) -> Array:
        """Covariance of these logarithms before, (source, source)."""
        count = len(self.sources)
        return self.solution.problem.states.covariance[:count, :count]

    @property
    def prior_deviation(self) -> Array:
        """Standard deviation of these logarithms before, (source,)."""
        return np.asarray(np.sqrt(np.diag(self.prior_covariance)))

    @property
    def factor(self) -> Array:
        """Medians of the factors, 1, (source,)."""
        return np.asarray(np.exp(self.logarithm))

    @property
    def interval(self) -> Array:
        """Ends of the factors' intervals of probability `INTERVAL`, 1, (2, source)."""
        half = _DEVIATIONS * self.deviation
        return np.asarray(np.exp(np.stack([self.logarithm - half, self.logarithm + half])))

    @property
    def prior_interval(self) -> Array:
        """Ends of these intervals before, 1, (2, source)."""
        half = _DEVIATIONS * self.prior_deviation
        return np.asarray(np.exp(np.stack([-half, half])))

    @property
    def removed(self) -> Array:
        """Share of the variance of each logarithm that the data removed, 1, (source,)."""
        return np.asarray(1.0 - (self.deviation / self.prior_deviation) ** 2)

    @property
    def kernel(self) -> Array:
        """Averaging kernel of the sources: what of a true change (column) is found in a source (row)."""
        count = len(self.sources)
        return self.solution.kernel[:count, :count]

    @property
    def degrees_of_freedom(self) -> float:
        """Degrees of freedom for signal of the sources: the trace of their averaging kernel."""
        return float(np.trace(self.kernel))


def invert(tags: xr.Dataset, measured: xr.Dataset, config: InversionConfig | None = None) -> Inversion:
    """Correct emissions by measurements.

    Args:
        tags: hourly contributions of one run that no measurement has corrected, kg m-3, `contribution`
            (reference_time, lead_time, place, pollutant, source), as the transport model gives them.
        measured: hourly means of places, (time, place), kg m-3, an hour labelled by its end.
        config: the choices; those that ship with the program by default.

    Raises:
        InputError: when they are not hourly, share no hour, place or pollutant, or no solution is found.
    """
    choices = config or inversion_config()
    samples = sampled(tags, measured, choices)
    with one_thread():
        return _widened(samples, choices)


def _widened(samples: Samples, config: InversionConfig) -> Inversion:
    """The solution, its errors widened until the residuals are no larger than they say."""
    problem = problem_of(samples, config)
    solution = solve(problem, config.outlier)
    assumed = solution.chi_square / len(samples.measured)
    widening, misfit = 1.0, assumed
    for _ in range(_MOST_WIDENINGS):
        if misfit <= config.misfit:
            break
        widening *= misfit
        changed = replace(problem, row_errors=problem.row_errors.scaled(widening))
        solution = solve(changed, config.outlier)
        misfit = solution.chi_square / len(samples.measured)
    if not solution.converged or not np.isfinite(solution.state).all():
        raise InputError("no most probable factors found", where="tags and measurements",
                         remedy="Look for places or hours that are far from the model")  # fmt: skip
    return Inversion(samples, config, solution, widening, assumed)
