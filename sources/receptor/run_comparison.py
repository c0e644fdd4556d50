"""How the solutions of all starts compare: factors beside those of the best, residuals too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sources.receptor.results import Factorisation
from sources.receptor.samples import Array

__all__ = ["Runs", "compare_runs"]


@dataclass(frozen=True)
class Runs:
    """Solutions of all starts.

    Attributes:
        profiles: (starts, factors, species), of contributions of mean one, each factor in the place of the
            best solution's factor with which its contributions correlate most.
        correlations: (starts, factors), of contributions with those of the best.
        differences: (starts, starts, species), sum over samples of the squared difference of scaled
            residuals: how unlike two solutions are in what they leave unexplained.
    """

    profiles: Array
    correlations: Array
    differences: Array


def compare_runs(found: Factorisation) -> Runs | None:
    """Compare the solutions of all starts with the best; None where they were not kept."""
    from scipy.optimize import linear_sum_assignment

    solutions = found.starts.solutions
    if solutions is None:
        return None
    held, shapes = solutions.contributions, solutions.profiles
    scaled = shapes * held.mean(2)[:, :, None]
    placed, strength = np.empty_like(scaled), np.empty(scaled.shape[:2])
    for start, rows in enumerate(held):
        likeness = _correlations(found.contributions.T, rows)
        ours, theirs = linear_sum_assignment(-likeness)
        placed[start, ours] = scaled[start, theirs]
        strength[start, ours] = likeness[ours, theirs]
    fitted = np.einsum("akt,akj->atj", held, shapes, optimize=True)
    residuals = (found.samples.concentrations - fitted) / found.samples.uncertainties
    squares = np.square(residuals).sum(1)
    products = np.einsum("aij,bij->abj", residuals, residuals, optimize=True)
    differences = np.maximum(squares[:, None] + squares[None] - 2.0 * products, 0.0)
    return Runs(placed, strength, differences)


def _correlations(one: Array, other: Array) -> Array:
    """(rows of one, rows of other); zero where a row does not vary."""
    left, right = (_standardised(rows) for rows in (one, other))
    return np.asarray(left @ right.T)


def _standardised(rows: Array) -> Array:
    centred = rows - rows.mean(1, keepdims=True)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-300))
