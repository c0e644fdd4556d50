"""Factor profiles held against published profiles: the distances of the field, and the likelihood of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sources.receptor.naming.published import Mask, NamingConfig, Published
from sources.receptor.naming.similarity import (
    identity_distance,
    pearson_distance,
    uncentred_correlation,
    weighted_difference,
)
from sources.receptor.samples import Array

__all__ = ["Comparison", "compare", "determined", "known_mass"]

_SCALES = np.geomspace(1e-3, 10.0, 41)
"""Tried masses of a source in a factor, in units of the factor's own mass; a step is 26 %."""


_MARKER = 0.5
"""Share of a species above which it marks the factor."""


@dataclass(frozen=True)
class Comparison:
    """Each factor against each profile.

    Attributes:
        pearson: (factors, profiles), PD.
        identity: (factors, profiles), SID.
        uncentred: (factors, profiles), uncentred correlation.
        weighted: (factors, profiles), WD.
        log_likelihood: (factors, profiles), of the factor if its source is of this composition; -inf where
            the profile cannot speak for it.
        misfit: (factors, profiles), root mean square of the differences over their uncertainties.
        species: (factors, profiles), how many were compared for the distances.
    """

    pearson: Array
    identity: Array
    uncentred: Array
    weighted: Array
    log_likelihood: Array
    misfit: Array
    species: np.ndarray[tuple[int, ...], np.dtype[np.int64]]

    def acceptable(self, config: NamingConfig) -> Mask:
        """(factors, profiles): PD, SID and misfit within their limits."""
        with np.errstate(invalid="ignore"):
            near = (self.pearson <= config.pearson_distance) & (self.identity <= config.identity_distance)
            near &= np.isfinite(self.log_likelihood) & (self.misfit <= config.largest_misfit)
        return np.asarray(near)


def determined(factors: Array, doubts: Array, config: NamingConfig) -> Mask:
    """Which species the samples tell of each factor, (factors, species).

    Args:
        factors: (factors, species).
        doubts: (factors, species), standard deviations.
        config: limits.
    """
    known = known_mass(factors, doubts).sum(1, keepdims=True)
    return np.asarray((factors >= doubts) | (doubts <= config.undetermined_above * known))


def compare(factors: Array, doubts: Array, published: Published, config: NamingConfig) -> Comparison:
    """Compare factor profiles with published ones.

    For the distances both are made to sum to one over the species that are determined in the factor and
    stated by the profile. The likelihood needs no such choice, a species weighs by its uncertainty there. A
    profile that states too little of what marks the factor, or of its mass, cannot speak for it: its
    likelihood is zero.

    Args:
        factors: (factors, species), not negative.
        doubts: (factors, species), their standard deviations.
        published: over the same species.
        config: limits.
    """
    told = determined(factors, doubts, config)
    pairs = told[:, None] & np.isfinite(published.fractions)
    first = np.where(pairs, factors[:, None], np.nan)
    second = np.where(pairs, published.fractions, np.nan)
    scale, other_scale = (_inverse(np.nansum(one, -1, keepdims=True)) for one in (first, second))
    first, second = first * scale, second * other_scale
    judged = ~published.compound[:, None] | (np.nan_to_num(published.fractions) > 0.0)
    likelihood, misfit = _likelihood(factors, doubts, published, config)
    silent = _silent(factors, doubts, published, config)
    return Comparison(
        pearson_distance(first, second),
        identity_distance(np.where(judged, first, np.nan), second),
        uncentred_correlation(first, second),
        weighted_difference(first, second, doubts[:, None] * scale, published.uncertainties * other_scale),
        np.where(silent, -np.inf, likelihood),
        misfit,
        pairs.sum(-1),
    )


def known_mass(factors: Array, doubts: Array) -> Array:
    """Factor profiles with zero for what is not known to twice its uncertainty, (factors, species)."""
    return np.where(factors >= 2.0 * doubts, factors, 0.0)


def _likelihood(
    factors: Array, doubts: Array, published: Published, config: NamingConfig
) -> tuple[Array, Array]:
    """Log-likelihood and misfit of each factor as a mass s of each profile, at the best s.

    A species is normal about s p with the effective variance u^2 + (a m)^2 + s^2 (v^2 + (r p)^2), as in a
    mass balance of one source (Watson et al. 1984); r is the representativeness, a the impurity, and m the
    mean of all factors in as much mass as this factor has. Densities are per modelled mean of the species. A
    species that a profile does not state has the mean density of those that do.
    """
    stated = np.isfinite(published.fractions)
    fractions, spread = np.nan_to_num(published.fractions), np.nan_to_num(published.uncertainties)
    variances = spread**2 + (config.representativeness * fractions) ** 2
    unit = np.where(factors.sum(0) > 0.0, factors.sum(0), 1.0)
    mean = factors.sum(1, keepdims=True) * factors.sum(0) / factors.sum()
    impurity = np.where(published.compound, config.compound_impurity, config.impurity)[:, None]
    own = doubts[:, None] ** 2 + (impurity * mean[:, None]) ** 2
    masses = (factors.sum(1)[:, None] * _inverse(fractions.sum(1)))[:, :, None]
    shape = len(factors), *fractions.shape
    best = np.full(shape[:2], -np.inf)
    density, squares = np.zeros(shape), np.zeros(shape)
    smallest = (1e-6 * unit) ** 2
    for share in _SCALES:
        scale = share * masses
        effective = own + scale**2 * variances + smallest
        away = np.where(stated, (factors[:, None] - scale * fractions) ** 2 / effective, 0.0)
        logs = np.where(stated, -0.5 * (away + np.log(effective / unit**2)), 0.0)
        total = logs.sum(-1)
        better = total > best
        best = np.where(better, total, best)
        density[better], squares[better] = logs[better], away[better]
    misfit = np.sqrt(squares.sum(-1) / stated.sum(-1))
    return np.where(stated, density, _mean_density(density, stated)).sum(-1), misfit


def _mean_density(density: Array, stated: Mask) -> Array:
    """Logarithm of the mean density of each species in the profiles that state it, (factors, 1, species)."""
    held = np.where(stated, density, -np.inf)
    top = held.max(1, keepdims=True, initial=-1e300)
    with np.errstate(divide="ignore"):
        mean = np.exp(held - top).sum(1, keepdims=True) / np.maximum(stated.sum(0), 1)
        return np.asarray(np.where(stated.any(0), top + np.log(mean), 0.0))


def _silent(factors: Array, doubts: Array, published: Published, config: NamingConfig) -> Mask:
    """(factors, profiles): where a profile states too little to speak for a factor."""
    stated = np.isfinite(published.fractions).astype(float)
    total = factors.sum(0)
    mass = known_mass(factors, doubts)
    markers = (mass > 0.0) & (factors > _MARKER * np.where(total > 0.0, total, np.inf))
    few = markers.astype(float) @ stated.T < 0.5 * markers.sum(1, keepdims=True)
    return np.asarray(few | (mass @ stated.T < config.least_coverage * mass.sum(1, keepdims=True)))


def _inverse(values: Array) -> Array:
    return np.asarray(1.0 / np.where(values > 0.0, values, 1.0))
