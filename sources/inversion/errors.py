"""Errors of measured rows: of the instrument, of what stations stand for, and of the transport model.

In the logarithm of (value + c), c the lowest value of the pollutant. The model's error lasts: it is
correlated in time, exp(-|dt| / hours), and between the pollutants of a place. Places err independently but
for what `states` holds of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sources.inversion.arrays import Array, Index
from sources.inversion.configuration import InversionConfig
from sources.inversion.samples import Samples

__all__ = ["PER_UG", "Errors", "RowErrors", "offsets"]

PER_UG = 1e-9
"""kg in a microgram."""


@dataclass(frozen=True)
class Errors:
    """Covariance of the rows, by place.

    Attributes:
        rows: numbers of the rows of each place.
        covariances: of the rows of each place.
    """

    rows: tuple[Index, ...]
    covariances: tuple[Array, ...]
    _roots: list[Array] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Factorise the covariances."""
        from scipy.linalg import cholesky

        self._roots.extend(cholesky(one, lower=True, check_finite=False) for one in self.covariances)

    def whitened(self, values: Array) -> Array:
        """Values, (row, ...), times the inverse of the covariance's root: errors become independent."""
        from scipy.linalg import solve_triangular

        made = np.empty_like(values)
        for rows, root in zip(self.rows, self._roots, strict=True):
            made[rows] = solve_triangular(root, values[rows], lower=True, check_finite=False)
        return made

    def weighted(self, values: Array) -> Array:
        """Values, (row,), times the inverse of the covariance."""
        from scipy.linalg import cho_solve

        made = np.empty_like(values)
        for rows, root in zip(self.rows, self._roots, strict=True):
            made[rows] = cho_solve((root, True), values[rows], check_finite=False)
        return made

    def standing_out(self, residual: Array) -> tuple[Array, Array]:
        """What the other rows of its place leave of each row's error, and its variance, (row,).

        The error of a row given all others is (R^-1 r)_i / (R^-1)_ii, of variance 1 / (R^-1)_ii.
        """
        from scipy.linalg import cho_solve
        from scipy.linalg.lapack import dtrtri

        left, variance = np.empty_like(residual), np.empty_like(residual)
        for rows, root in zip(self.rows, self._roots, strict=True):
            inverse, _ = dtrtri(root, lower=1)
            variance[rows] = 1.0 / (inverse**2).sum(0)
            left[rows] = cho_solve((root, True), residual[rows], check_finite=False) * variance[rows]
        return left, variance


@dataclass(frozen=True)
class RowErrors:
    """Makes the covariance of rows for any values the model gives.

    Attributes:
        rows: numbers of the rows of each place.
        correlations: of the transport model's error in the rows of each place, times its variance.
        offset: lowest value of each row's pollutant, kg m-3.
        relative: variance of the independent error of a row's mean where it is a share of the value.
        absolute: standard deviation of the part that is not, kg m-3.
    """

    rows: tuple[Index, ...]
    correlations: tuple[Array, ...]
    offset: Array
    relative: Array
    absolute: Array

    @classmethod
    def of(cls, samples: Samples, config: InversionConfig) -> RowErrors:
        """Errors of samples as the choices assume them."""
        transport, measurement = config.transport, config.measurement
        absolute = np.array([measurement.absolute_ug_m3[name] for name in samples.pollutants]) * PER_UG
        rows = tuple(np.flatnonzero(samples.place == number) for number in range(len(samples.places)))
        rows = tuple(one for one in rows if len(one))
        correlations = []
        for one in rows:
            alike = samples.pollutant[one][:, None] == samples.pollutant[one]
            apart = np.abs(samples.hour[one][:, None] - samples.hour[one])
            in_time = _of_means(apart, transport.hours, config.averaging_hours)
            correlations.append(
                transport.deviation**2 * in_time * np.where(alike, 1.0, transport.between_pollutants)
            )
        return cls(
            rows, tuple(correlations), offsets(samples, config), measurement.deviation**2 / samples.count,
            absolute[samples.pollutant] / np.sqrt(samples.count),
        )  # fmt: skip

    def about(self, value: Array, widened: Array) -> Errors:
        """The covariance where the model gives these values.

        Args:
            value: kg m-3, (row,).
            widened: the independent variance of each row is multiplied by it.
        """
        share = value / (value + self.offset)
        passing = self.passing(value) * widened
        return Errors(self.rows, tuple(
            correlation * np.outer(share[one], share[one]) + np.diag(passing[one])
            for one, correlation in zip(self.rows, self.correlations, strict=True)
        ))  # fmt: skip

    def scaled(self, factor: float) -> RowErrors:
        """The same with every covariance multiplied."""
        return replace(
            self, correlations=tuple(factor * one for one in self.correlations),
            relative=factor * self.relative, absolute=np.sqrt(factor) * self.absolute,
        )  # fmt: skip

    def passing(self, value: Array) -> Array:
        """Variance of the independent error of each row where the model gives these values, (row,)."""
        whole = value + self.offset
        return np.asarray((value / whole) ** 2 * self.relative + (self.absolute / whole) ** 2)


def offsets(samples: Samples, config: InversionConfig) -> Array:
    """Lowest value of each row's pollutant, kg m-3, (row,)."""
    lowest = np.array([config.lowest_values_ug_m3[name] for name in samples.pollutants])
    return np.asarray(lowest[samples.pollutant] * PER_UG)


def _of_means(apart: Array, hours: float, averaged: int) -> Array:
    """Correlation of means over so many hours, relative to the variance of one hour."""
    each = np.arange(averaged)
    within = float(np.exp(-np.abs(each[:, None] - each) / hours).mean())
    between = float(np.exp(-(each[:, None] - each) / hours).mean())
    return np.where(apart < averaged, within, between * np.exp(-apart / hours))
