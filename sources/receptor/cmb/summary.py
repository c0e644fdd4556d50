"""The figures of a balance that a command prints."""

from __future__ import annotations

from typing import Any

import numpy as np

from sources.receptor.cmb.balance import Balance
from sources.receptor.cmb.collinearity import Collinearity
from sources.receptor.cmb.diagnostics import fit_statistics, influence, species_fit

__all__ = ["plain", "summary"]

_OUTSIDE = 2.0
"""Sizes of t and of R/U on which EPA-CMB8.2 looks."""


def plain(value: float) -> float | None:
    """A number, or None where it is none."""
    return float(value) if np.isfinite(value) else None


def summary(found: Balance, near: Collinearity) -> dict[str, Any]:
    """Sources, species and samples of a balance as plain data; what is not a number is None.

    Means are over the samples that have a solution; an eliminated source counts as zero there. The errors of
    a profile are common to all samples and do not average out, so the mean of the standard errors is given as
    an upper bound of the mean contribution's.
    """
    given, fit, solved = found.given, fit_statistics(found), found.solved
    unsolved = {
        time: reason for time, reason in zip(given.samples.times, found.failures, strict=True) if reason
    }
    return {
        "samples": len(given.samples.times),
        "solved": int(solved.sum()),
        "unsolved": unsolved,
        "unit": given.samples.unit,
        "fitted_species": list(given.fitted_species),
        "left_out_species": given.left_out,
        "sources": _sources(found, near),
        "species": _species(found),
        "chi_square": _quartiles(fit.chi_square),
        "r_square": _quartiles(fit.r_square),
        "percent_mass": _quartiles(fit.percent_mass),
        "degrees_of_freedom": sorted({int(one) for one in fit.degrees_of_freedom[solved]}),
        "eligible_space": {
            "maximum_uncertainty": near.maximum_uncertainty,
            "minimum_projection": near.minimum_projection,
            "samples_all_estimable": int((near.estimable | found.eliminated)[solved].all(1).sum()),
        },
        "clusters": _clusters(found, near),
        "by_sample": _by_sample(found),
        "notes": [*given.samples.notes, *given.profiles.notes],
    }


def _sources(found: Balance, near: Collinearity) -> list[dict[str, Any]]:
    profiles, solved = found.given.profiles, found.solved
    contributions, errors = found.contributions[solved], found.standard_errors[solved]
    strengths = found.t_statistics[solved]
    weights = np.abs(influence(found)[solved])
    total = float(contributions.mean(0).sum()) if len(contributions) else 0.0
    rows = []
    for at, label in enumerate(profiles.labels):
        mean = float(contributions[:, at].mean()) if len(contributions) else float("nan")
        size = [_mean(weights[:, at, column]) for column in range(weights.shape[2])]
        names = found.given.fitted_species
        rows.append({
            "profile": label,
            "name": profiles.names[at],
            "mean_contribution": plain(mean),
            "mean_standard_error": plain(_mean(errors[:, at])),
            "share": plain(mean / total) if total > 0.0 else None,
            "told_from_nothing": int((strengths[:, at] >= _OUTSIDE).sum()),
            "negative": int(found.negative[:, at].sum()),
            "eliminated": int(found.eliminated[:, at].sum()),
            "inestimable": int((solved & ~near.estimable[:, at] & ~found.eliminated[:, at]).sum()),
            "influential_species": [
                name for name, one in zip(names, size, strict=True) if np.isfinite(one) and one >= 0.5
            ],
        })  # fmt: skip
    return rows


def _species(found: Balance) -> list[dict[str, Any]]:
    fit, given = species_fit(found), found.given
    rows = []
    for column, name in enumerate(given.samples.species):
        residual = fit.residual_ratio[:, column]
        residual = residual[np.isfinite(residual)]
        if not len(residual):
            continue
        measured = np.isfinite(fit.calculated[:, column] + given.samples.concentrations[:, column])
        both = given.samples.concentrations[measured, column].sum()
        ratio = fit.calculated[measured, column].sum() / both if both > 0.0 else float("nan")
        rows.append({
            "species": name,
            "fitted": column in given.fitted,
            "calculated_over_measured": plain(ratio),
            "residual_ratio_median": plain(float(np.median(residual))),
            "too_much": int((residual > _OUTSIDE).sum()),
            "too_little": int((residual < -_OUTSIDE).sum()),
        })  # fmt: skip
    return rows


def _clusters(found: Balance, near: Collinearity) -> list[dict[str, Any]]:
    counts: dict[tuple[int, ...], int] = {}
    for row in range(len(found.failures)):
        for group in near.clusters(row):
            counts[group] = counts.get(group, 0) + 1
    labels = found.given.profiles.labels
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{"profiles": [labels[one] for one in group], "samples": count} for group, count in ordered]


def _by_sample(found: Balance) -> list[dict[str, Any]]:
    fit, times = fit_statistics(found), found.given.samples.times
    return [
        {
            "time": time,
            "contributions": [plain(one) for one in found.contributions[row]],
            "standard_errors": [plain(one) for one in found.standard_errors[row]],
            "chi_square": plain(fit.chi_square[row]),
            "r_square": plain(fit.r_square[row]),
            "percent_mass": plain(fit.percent_mass[row]),
        }
        for row, time in enumerate(times)
    ]


def _quartiles(values: np.ndarray) -> list[float] | None:
    there = values[np.isfinite(values)]
    return [float(one) for one in np.quantile(there, (0.25, 0.5, 0.75))] if len(there) else None


def _mean(values: np.ndarray) -> float:
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else float("nan")
