"""How well a balance fits: the diagnostics that users of EPA-CMB8.2 know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sources.receptor.cmb.balance import Balance
from sources.receptor.cmb.effective_variance import Equations, effective_variances
from sources.receptor.samples import Array

__all__ = ["FitStatistics", "SpeciesFit", "fit_statistics", "influence", "species_fit"]


@dataclass(frozen=True)
class FitStatistics:
    """Per sample; NaN where there is no solution.

    Attributes:
        chi_square: squared residuals over effective variances, per degree of freedom; NaN with none left.
        r_square: share of the weighed squares of the concentrations that is explained.
        percent_mass: sum of the contributions in per cent of the measured mass; NaN where not measured.
        degrees_of_freedom: fitting species with a value less sources.
    """

    chi_square: Array
    r_square: Array
    percent_mass: Array
    degrees_of_freedom: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class SpeciesFit:
    """Per sample and species of the samples, fitted or not; NaN where profiles or samples do not say.

    Attributes:
        calculated: concentrations of the fit.
        uncertainties: of the calculated, from the profiles' uncertainties.
        ratio: calculated over measured.
        ratio_uncertainty: one standard deviation of that.
        residual_ratio: R/U, calculated less measured over the uncertainty of both; beyond 2 in size a
            species does not fit, positive where the sources bring too much of it.
    """

    calculated: Array
    uncertainties: Array
    ratio: Array
    ratio_uncertainty: Array
    residual_ratio: Array


def fit_statistics(found: Balance) -> FitStatistics:
    """Chi square, R square, per cent mass and degrees of freedom (EPA-CMB8.2, EPA-452/R-04-011).

    chi^2 = sum (c - F S)^2 / V / (I - J); R^2 = 1 - (I - J) chi^2 / sum (c^2 / V).
    """
    equations = found.given.equations()
    there = equations.there
    weights = np.where(there, 1.0 / effective_variances(equations, found.contributions), 0.0)
    values = np.where(there, equations.concentrations, 0.0)
    residuals = values - found.contributions @ equations.profiles
    squares = (weights * residuals**2).sum(1)
    freedom = there.sum(1) - (~found.eliminated).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        chi_square = np.where(freedom > 0, squares / np.maximum(freedom, 1), np.nan)
        r_square = 1.0 - squares / (weights * values**2).sum(1)
        percent = 100.0 * found.contributions.sum(1) / found.given.total_mass
    void = ~found.solved
    return FitStatistics(
        np.where(void, np.nan, chi_square),
        np.where(void, np.nan, r_square),
        np.where(void | ~np.isfinite(percent), np.nan, percent),
        np.where(void, 0, freedom),
    )


def species_fit(found: Balance) -> SpeciesFit:
    """Calculated against measured for every species that all profiles state."""
    samples, profiles = found.given.samples, found.given.profiles
    every = Equations(
        samples.concentrations, samples.uncertainties, profiles.fractions, profiles.uncertainties
    )
    calculated = found.contributions @ every.profiles
    variances = effective_variances(every, found.contributions)
    own = np.sqrt(np.square(found.contributions) @ np.square(every.doubts))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = calculated / every.concentrations
        relative = np.hypot(own / calculated, every.uncertainties / every.concentrations)
        spread = np.abs(ratio) * relative
        residual = (calculated - every.concentrations) / np.sqrt(variances)
    finite = np.isfinite(ratio)
    return SpeciesFit(
        calculated, own, np.where(finite, ratio, np.nan),
        np.where(finite & np.isfinite(spread), spread, np.nan), residual,
    )  # fmt: skip


def influence(found: Balance) -> Array:
    """MPIN, the modified pseudo-inverse matrix, normalised: which species a source's contribution hangs on.

    (F' V^-1 F)^-1 F' V^-1/2, each source's row divided by its largest size (Kim and Henry 1999,
    J. Air Waste Manage. Assoc. 49, 1449-1455): sizes of 0.5 to 1 are influential, below 0.3 not.

    Returns:
        (samples, sources, fitted species), -1 to 1; NaN for sources eliminated and samples unsolved, zero
        where a value is missing.
    """
    equations = found.given.equations()
    roots = np.where(equations.there, effective_variances(equations, found.contributions) ** -0.5, 0.0)
    rows = np.einsum("njk,ki,ni->nji", found.covariances, equations.profiles, roots, optimize=True)
    largest = np.abs(rows).max(2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(rows / np.where(largest > 0.0, largest, np.nan))
