"""The probability of each category, its published profiles taken as a sample of what such sources are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sources.receptor.naming.comparison import Comparison
from sources.receptor.naming.published import NamingConfig, Published
from sources.receptor.samples import Array

__all__ = ["NO_CATEGORY", "category_probabilities", "chosen_categories", "compound_shares"]

NO_CATEGORY = -1
"""In place of a category's number where there is none."""

_LEAST = -1e300
"""Below every log-likelihood, so that differences to it are numbers."""

Numbers = NDArray[np.int64]


def category_probabilities(log_likelihood: Array, categories: Numbers, count: int, nearest: int) -> Array:
    """Probability of each category for each factor, every category as likely beforehand.

    A category's likelihood is the mean of those of its likeliest profiles that can speak for the factor.

    Args:
        log_likelihood: (factors, profiles).
        categories: (profiles,), number of each profile's category, or `NO_CATEGORY`.
        count: of categories.
        nearest: how many profiles of a category are the likeliest.

    Returns:
        (factors, categories), rows sum to one; zero for a category without profiles, and everywhere where no
        profile has a category.
    """
    found = np.full((len(log_likelihood), count), -np.inf)
    for category in range(count):
        members = log_likelihood[:, categories == category]
        if members.shape[1]:
            taken = np.sort(members, axis=1)[:, -nearest:]
            highest = members.max(1, keepdims=True, initial=_LEAST)
            with np.errstate(divide="ignore"):
                mean = np.exp(taken - highest).sum(1) / np.maximum(np.isfinite(taken).sum(1), 1)
                found[:, category] = highest[:, 0] + np.log(mean)
    top = found.max(1, keepdims=True)
    weights = np.where(np.isfinite(found), np.exp(found - np.where(np.isfinite(top), top, 0.0)), 0.0)
    total = weights.sum(1, keepdims=True)
    return np.asarray(weights / np.where(total > 0.0, total, 1.0))


def compound_shares(mass: Array, near: Comparison, published: Published, config: NamingConfig) -> Array:
    """Share of each factor's known mass that a compound's species make, (factors, profiles).

    Zero for a profile that is no compound or not acceptable.

    Args:
        mass: (factors, species), `comparison.known_mass`.
        near: factors against profiles.
        published: profiles over the same species.
        config: limits.
    """
    holds = (np.nan_to_num(published.fractions) > 0.0).astype(float)
    total = mass.sum(1, keepdims=True)
    shares = (mass @ holds.T) / np.where(total > 0.0, total, 1.0)
    return np.asarray(np.where(published.compound & near.acceptable(config), shares, 0.0))


def chosen_categories(probabilities: Array, acceptable: NDArray[np.bool_], categories: Numbers) -> Numbers:
    """(factors,): the likeliest category that has an acceptable profile, or `NO_CATEGORY` where none has.

    Args:
        probabilities: (factors, categories).
        acceptable: (factors, profiles).
        categories: (profiles,), their categories' numbers.
    """
    count = probabilities.shape[1]
    has = np.stack([acceptable[:, categories == one].any(1) for one in range(count)], axis=1)
    held = np.where(has, probabilities, -1.0)
    return np.where(has.any(1), held.argmax(1), NO_CATEGORY).astype(np.int64)
