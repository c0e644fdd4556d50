"""Errors of a candidate beside those of its rivals, on the same cases, with intervals of the differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from forecast.verification import hindcast as judged
from forecast.verification.case_scores import CENTRAL
from forecast.verification.probabilistic import covered, crps_of_quantiles
from forecast.verification.resampling import BLOCK, draws_of_issues, interval, resampled_means
from foundation.errors import ContractError

SCORES = ("crps", "mae")
ALL = "all"
"""Name of the group of all leads."""


@dataclass(frozen=True)
class Setting:
    """What is compared, and when a difference counts; see `configs/promotion.yaml`.

    Attributes:
        pollutant: short name.
        groups: first and last lead of each group, h.
        confidence: of the intervals.
        coverage: lowest and highest share inside the 80 % interval.
        fewest_weeks: weeks with cases below which nothing is told.
        fewest_cases: cases of a group below which nothing is told.
        not_worse_than: rivals than which the candidate need not be better on average, only nowhere worse.
        least_part: share of issues at which a candidate of the combination must have a weight.
    """

    pollutant: str
    groups: tuple[tuple[int, int], ...]
    confidence: float
    coverage: tuple[float, float]
    fewest_weeks: int
    fewest_cases: int
    not_worse_than: tuple[str, ...] = ()
    least_part: float = 0.5


def compare(data: xr.Dataset, candidate: str, rivals: list[str], setting: Setting) -> dict[str, Any]:
    """Compare, case by case.

    A case counts when it was measured and every model gave all its quantiles. The mean is over the issues of
    each place and lead, then over places and leads, each of the same weight.

    Args:
        data: a checked hindcast that holds all these models.
        candidate: name of the one judged.
        rivals: names of the others.
        setting: what is compared.

    Returns:
        `cases` and `weeks`; `groups`: records with `leads`, `cases`, `coverage80`; `differences`: records
        with `rival`, `score`, `leads`, `candidate`, `value` (of the rival), `difference` (candidate less
        rival) and its interval `low` to `high`, display units; None where there is no case.

    Raises:
        ContractError: when the quantiles are not equally spaced, or lack those of the 80 % interval.
    """
    forecast, observed, counted = _same_cases(data, [candidate, *rivals], setting.pollutant)
    low, high = (judged.quantile_position(data, level) for level in CENTRAL)
    median = judged.quantile_position(data, 0.5)
    errors = {
        "crps": crps_of_quantiles(forecast, observed).where(counted),
        "mae": abs(forecast.isel(quantile=median, drop=True) - observed).where(counted),
    }
    inside = covered(forecast, observed, low, high).where(counted).sel(model=candidate, drop=True)
    draws = draws_of_issues(data["issue"].values)
    drawn = {score: resampled_means(error, draws) for score, error in errors.items()}
    groups = {ALL: data["lead"].values, **_leads_of_groups(data, setting)}
    differences: list[dict[str, Any]] = []
    for score, error in errors.items():
        for name, leads in groups.items():
            means = (_mean(error.sel(lead=leads)), _mean(drawn[score].sel(lead=leads)))
            told = {"score": score, "leads": name}
            differences += [told | one for one in _differences(*means, candidate, setting.confidence)]
    return {
        "cases": int(counted.sum()), "weeks": _weeks(counted),
        "groups": [
            {
                "leads": name, "cases": int(counted.sel(lead=leads).sum()),
                "coverage80": _plain(_mean(inside.sel(lead=leads))),
            }
            for name, leads in groups.items()
        ],
        "differences": differences,
    }  # fmt: skip


def _same_cases(
    data: xr.Dataset, models: list[str], pollutant: str
) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    levels = data["quantile"].values
    if len(levels) < 3 or not np.allclose(np.diff(levels), levels[1] - levels[0], atol=1e-6):
        raise ContractError("hindcast contract: expected equally spaced quantiles, for the CRPS")
    chosen = data.sel(model=models, pollutant=pollutant)
    forecast = chosen["concentration"].reset_coords(drop=True).astype(float)
    observed = chosen["observed"].reset_coords(drop=True).astype(float)
    counted = forecast.notnull().all(("quantile", "model")) & observed.notnull()
    return forecast, observed, counted


def _leads_of_groups(data: xr.Dataset, setting: Setting) -> dict[str, np.ndarray]:
    leads = data["lead"].values
    named = {f"{a}-{b}": leads[(leads >= a) & (leads <= b)] for a, b in setting.groups}
    return {name: there for name, there in named.items() if len(there)}


def _mean(values: xr.DataArray) -> xr.DataArray:
    """Over issues, then over the places and leads that have cases."""
    means = values.mean("issue") if "issue" in values.dims else values
    return means.mean(("place", "lead"))


def _differences(
    means: xr.DataArray, drawn: xr.DataArray, candidate: str, confidence: float
) -> list[dict[str, Any]]:
    """Candidate beside each rival, from means (model) and resampled means (model, resample).

    On the same cases the difference of the means is the mean of the differences.
    """
    differences = drawn.sel(model=candidate, drop=True) - drawn
    low, high = interval(differences, confidence)
    own = means.sel(model=candidate, drop=True)
    values = {"candidate": own.broadcast_like(means), "value": means, "difference": own - means}
    columns = {**values, "low": low, "high": high}
    return [
        {"rival": str(rival), **{name: _plain(column[place]) for name, column in columns.items()}}
        for place, rival in enumerate(means["model"].values)
        if rival != candidate
    ]


def _weeks(counted: xr.DataArray) -> int:
    there = counted["issue"].values[counted.any(("lead", "place")).values]
    return len(
        np.unique(there.astype("datetime64[s]").astype("int64") // int(BLOCK / np.timedelta64(1, "s")))
    )


def _plain(value: xr.DataArray) -> float | None:
    return round(float(value), 6) if np.isfinite(float(value)) else None
