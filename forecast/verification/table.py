"""The table of scores: one record for each place, lead, pollutant and model."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from forecast.verification import events
from forecast.verification import hindcast as judged
from forecast.verification.averaging import with_mean_of_places
from forecast.verification.case_scores import CENTRAL
from forecast.verification.deterministic import point_scores
from forecast.verification.probabilistic import covered, crps_of_quantiles
from forecast.verification.records import records_of
from forecast.verification.resampling import draws_of_issues, interval, resampled_means


def score_table(hindcast: xr.Dataset) -> list[dict[str, Any]]:
    """Score every model on the same cases.

    Args:
        hindcast: see `forecast.verification.hindcast.HINDCAST`. The index is scored where `aqi` is there,
            primary pollutants where `primary` is, the published range where `range_low` is.

    Returns:
        Records with `place`, `place_chinese`, `place_english`, `lead_hours`, `pollutant` (`aqi` for the
        index), `model`, `n` and the scores that `docs/verification.md` lists; None where a score is not
        defined. Records of the place `mean` hold the mean over the places.

    Raises:
        ContractError: when the hindcast is not what is expected.
    """
    data = judged.checked(hindcast)
    forecast, observed = judged.forecasts(data), judged.observations(data)
    median = judged.quantile_position(data, 0.5)
    counted, distribution = judged.cases(forecast, observed, median)
    point = forecast.isel(quantile=median, drop=True).where(counted)
    scores = point_scores(point, observed)
    scores["n"] = counted.sum("issue")
    crps, coverage = _distribution_scores(data, forecast, observed, counted)
    scores["crps"], scores["coverage80"] = crps.where(distribution), coverage.where(distribution)
    index = _index_scores(data, point, observed, counted) if judged.INDEX in data else xr.Dataset()
    scores, index = with_mean_of_places(scores, index)
    scores = scores.merge(_with_intervals(point, observed, data["issue"].values))
    scores["skill_mae"] = _skill(scores["mae"])
    return records_of(scores, index)


def _distribution_scores(
    data: xr.Dataset, forecast: xr.DataArray, observed: xr.DataArray, counted: xr.DataArray
) -> tuple[xr.DataArray, xr.DataArray]:
    """Scored model by model and pollutant by pollutant, so that memory stays small."""
    low, high = (judged.quantile_position(data, level) for level in CENTRAL)
    crps = xr.full_like(counted.any("issue"), np.nan, float)
    coverage = crps.copy()
    for model in range(forecast.sizes["model"]):
        for pollutant in range(forecast.sizes["pollutant"]):
            cell = {"model": model, "pollutant": pollutant}
            counts, true = counted.isel(cell), observed.isel(pollutant=pollutant)
            score = crps_of_quantiles(forecast.isel(cell), true).where(counts)
            inside = covered(forecast.isel(cell), true, low, high).where(counts)
            crps[cell] = score.mean("issue")
            coverage[cell] = inside.mean("issue")
    return crps, coverage


def _index_scores(
    data: xr.Dataset, point: xr.DataArray, observed: xr.DataArray, counted: xr.DataArray
) -> xr.Dataset:
    last = {"pollutant": -1}
    index, true, counts = (array.isel(last, drop=True) for array in (point, observed, counted))
    scores = xr.Dataset({"n": counts.sum("issue"), "level_hit": events.level_hits(index, true).mean("issue")})
    for threshold in events.THRESHOLDS:
        table = events.contingency_counts(index, true, threshold)
        scores = scores.merge(table.rename({name: f"{name}{threshold}" for name in table}))
    if "primary" in data:
        named, measured = (data[name].reset_coords(drop=True) for name in ("primary", "primary_observed"))
        scores["primary_hit"] = events.primary_hits(named, measured, true, counts).mean("issue")
    if "range_low" in data:
        low, high = (data[name].reset_coords(drop=True) for name in ("range_low", "range_high"))
        scores["range_hit"] = events.range_hits(low, high, true, counts).mean("issue")
    return scores


def _skill(error: xr.DataArray) -> xr.DataArray:
    """Share by which an error is smaller than that of the floor; NaN where there is no floor."""
    if judged.FLOOR not in error["model"].values:
        return xr.full_like(error, np.nan)
    floor = error.sel(model=judged.FLOOR, drop=True)
    return 1.0 - error / floor.where(floor > 0)


def _with_intervals(point: xr.DataArray, observed: xr.DataArray, issues: np.ndarray) -> xr.Dataset:
    draws = draws_of_issues(issues)
    parts = []
    for pollutant in range(point.sizes["pollutant"]):
        error = abs(point.isel(pollutant=[pollutant]) - observed.isel(pollutant=[pollutant]))
        means = resampled_means(error, draws).to_dataset(name="mae")
        means["n"] = error.notnull().sum("issue")
        means, _ = with_mean_of_places(means, xr.Dataset())
        low, high = interval(means["mae"])
        skill_low, skill_high = interval(_skill(means["mae"]))
        parts.append(
            xr.Dataset(
                {"mae_low": low, "mae_high": high, "skill_mae_low": skill_low, "skill_mae_high": skill_high}
            )
        )
    return xr.concat(parts, "pollutant")
