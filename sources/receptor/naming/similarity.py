"""How alike two compositions are, in the measures of the field."""

from __future__ import annotations

import numpy as np

from sources.receptor.samples import Array

__all__ = ["identity_distance", "pearson_distance", "uncentred_correlation", "weighted_difference"]


def pearson_distance(one: Array, other: Array) -> Array:
    """PD = 1 - r, r Pearson's correlation over the species both have (Belis et al. 2015, DeltaSA).

    Large components decide it. Compositions are taken to be alike below 0.4.

    Args:
        one: (..., species); NaN where a species is not compared.
        other: the same shape, or one that broadcasts.

    Returns:
        (...), 0 to 2; NaN where fewer than two species are compared or one composition does not vary.
    """
    first, second = _both(one, other)
    with np.errstate(invalid="ignore", divide="ignore"):
        count = np.isfinite(first).sum(-1)
        first = first - np.nansum(first, -1, keepdims=True) / count[..., None]
        second = second - np.nansum(second, -1, keepdims=True) / count[..., None]
        return np.asarray(1.0 - _cosine(first, second))


def uncentred_correlation(one: Array, other: Array) -> Array:
    """Cosine of the angle between two compositions over the species both have; arguments as above."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _cosine(*_both(one, other))


def identity_distance(one: Array, other: Array) -> Array:
    """SID = sqrt(2) / m sum |x - y| / (x + y) over the m species both have (Belis et al. 2015, DeltaSA).

    Every species counts the same, traces as much as the main components; one that is zero in both counts as
    equal. Compositions, both relative to the mass, are taken to be alike below 1.

    Args:
        one: (..., species), not negative; NaN where a species is not compared.
        other: the same shape, or one that broadcasts.

    Returns:
        (...), 0 to sqrt(2); NaN where nothing is compared.
    """
    first, second = _both(one, other)
    there = np.isfinite(first)
    total = first + second
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(total > 0.0, np.abs(first - second) / total, 0.0)
        return np.asarray(np.sqrt(2.0) * np.where(there, parts, 0.0).sum(-1) / there.sum(-1))


def weighted_difference(one: Array, other: Array, one_doubt: Array, other_doubt: Array) -> Array:
    """WD = 1 / m sum |x - y| / sqrt(u_x^2 + u_y^2): differences in units of their uncertainty.

    Karagulian and Belis 2012 (doi:10.1504/IJEP.2012.051192); compositions are alike below 2.

    Args:
        one: (..., species); NaN where a species is not compared.
        other: the same shape, or one that broadcasts.
        one_doubt: standard deviations of `one`.
        other_doubt: those of `other`.

    Returns:
        (...); NaN where nothing is compared.
    """
    first, second = _both(one, other)
    there = np.isfinite(first)
    spread = np.hypot(one_doubt, other_doubt)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(spread > 0.0, np.abs(first - second) / spread, 0.0)
        return np.asarray(np.where(there, parts, 0.0).sum(-1) / there.sum(-1))


def _both(one: Array, other: Array) -> tuple[Array, Array]:
    there = np.isfinite(one) & np.isfinite(other)
    return np.where(there, one, np.nan), np.where(there, other, np.nan)


def _cosine(first: Array, second: Array) -> Array:
    product = np.nansum(first * second, -1)
    size = np.sqrt(np.nansum(first**2, -1) * np.nansum(second**2, -1))
    return np.asarray(np.where(size > 0.0, product / np.where(size > 0.0, size, 1.0), np.nan))
