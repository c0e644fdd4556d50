"""Errors of a candidate beside those of its rivals, on the same cases, with intervals of the differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from forecast.verification import hindcast as judged
from forecast.verification.probabilistic import covered, crps_of_quantiles
from forecast.verification.resampling import BLOCK, draws_of_issues, interval, resampled_means
from forecast.verification.table import CENTRAL
from foundation.errors import ContractError
from training.verdict import Reason, fails, holds

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
    """

    pollutant: str
    groups: tuple[tuple[int, int], ...]
    confidence: float
    coverage: tuple[float, float]
    fewest_weeks: int
    fewest_cases: int


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
    differences = [
        _difference(errors[score].sel(lead=leads), drawn[score].sel(lead=leads), (candidate, rival), setting)
        | {"rival": rival, "score": score, "leads": name}
        for score in SCORES
        for rival in rivals
        for name, leads in groups.items()
    ]
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


def _difference(
    error: xr.DataArray, drawn: xr.DataArray, pair: tuple[str, str], setting: Setting
) -> dict[str, Any]:
    """Means of two models and of their difference, which on the same cases is the difference of the means."""
    own, other = (_mean(error.sel(model=name, drop=True)) for name in pair)
    resampled = [_mean(drawn.sel(model=name, drop=True)) for name in pair]
    low, high = interval(resampled[0] - resampled[1], setting.confidence)
    values = {"candidate": own, "value": other, "difference": own - other, "low": low, "high": high}
    return {name: _plain(value) for name, value in values.items()}


def _weeks(counted: xr.DataArray) -> int:
    there = counted["issue"].values[counted.any(("lead", "place")).values]
    return len(
        np.unique(there.astype("datetime64[s]").astype("int64") // int(BLOCK / np.timedelta64(1, "s")))
    )


def _plain(value: xr.DataArray) -> float | None:
    return round(float(value), 6) if np.isfinite(float(value)) else None


def reasons_of(figures: dict[str, Any], setting: Setting) -> list[Reason]:
    """What the figures say for and against the candidate."""
    enough = _enough(figures, setting)
    if not enough.holds:
        return [enough]
    rivals = dict.fromkeys(record["rival"] for record in figures["differences"])
    against = [_against(rival, score, figures["differences"]) for rival in rivals for score in SCORES]
    return [enough, *against, *(_coverage(group, setting) for group in figures["groups"])]


def _enough(figures: dict[str, Any], setting: Setting) -> Reason:
    weeks, fewest = figures["weeks"], min(group["cases"] for group in figures["groups"])
    count = f"{weeks} / {setting.fewest_weeks}, {fewest} / {setting.fewest_cases}"
    if weeks < setting.fewest_weeks or fewest < setting.fewest_cases:
        return fails(
            "cases", f"样本太少：周数、最少样本 {count}。", f"Too few weeks, or cases of a group: {count}."
        )
    return holds("cases", f"样本足够：周数、最少样本 {count}。", f"Enough weeks and cases: {count}.")


def _against(rival: str, score: str, differences: list[dict[str, Any]]) -> Reason:
    """Better on average, and in no group of leads worse by more than chance."""
    own = [record for record in differences if (record["rival"], record["score"]) == (rival, score)]
    overall = next(record for record in own if record["leads"] == ALL)
    worse = [record["leads"] for record in own if record["low"] > 0]
    shown = f"{overall['candidate']:.2f} / {overall['value']:.2f} µg/m³"
    chance = f"{overall['difference']:+.2f} [{overall['low']:+.2f}, {overall['high']:+.2f}]"
    code, label = f"{score}:{rival}", score.upper()
    if worse:
        leads = ", ".join(name for name in worse if name != ALL) or ALL
        return fails(
            code, f"{label}在时效{leads} h显著差于{rival}（{shown}，{chance}）。",
            f"{label} is worse than {rival} at leads {leads} h, beyond chance ({shown}, {chance}).",
        )  # fmt: skip
    if overall["difference"] >= 0:
        return fails(
            code, f"{label}平均不优于{rival}：{shown}，{chance}。",
            f"{label} is not better than {rival} on average: {shown}, {chance}.",
        )  # fmt: skip
    return holds(
        code,
        f"{label}优于{rival}：{shown}，{chance}。",
        f"{label} is better than {rival}: {shown}, {chance}.",
    )


def _coverage(group: dict[str, Any], setting: Setting) -> Reason:
    low, high = setting.coverage
    share, leads = group["coverage80"], group["leads"]
    say = holds if low <= share <= high else fails
    return say(
        f"coverage80:{leads}", f"80%区间在时效{leads} h包含{share:.1%}（应为{low:.0%}至{high:.0%}）。",
        f"The 80 % interval holds {share:.1%} at leads {leads} h (asked: {low:.0%} to {high:.0%}).",
    )  # fmt: skip
