"""Scores of groups of cases, and skill against every baseline with its interval.

Cases of a stratum are pooled: each counts alike, whatever its place. Intervals come from weekly blocks of
issues (`forecast.verification.resampling`); a resample draws the same issues for all models, so that skill
keeps the dependence of the errors.

A stratum of measured levels is chosen by the outcome: its scores tell where errors sit, not which model is
better, since a model that always cries wolf wins among the wolves (Lerch et al. 2017, doi:10.1214/16-STS588).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from forecast.verification.events import THRESHOLDS, level_of
from forecast.verification.hindcast import INDEX
from forecast.verification.resampling import draws_of_issues, interval
from forecast.verification.strata import Stratum

_CASE = ("model", "issue", "lead", "place", "pollutant")
_DECIMALS = 6
_FEWEST_FOR_CORRELATION = 3
_SMALLEST_SPREAD = 1e-9


def stratified_scores(
    scores: xr.Dataset, strata: Sequence[Stratum], baselines: Sequence[str]
) -> list[dict[str, Any]]:
    """Scores of every stratum.

    Args:
        scores: from `forecast.verification.case_scores.case_scores`.
        strata: from `forecast.verification.strata.strata_of`.
        baselines: models against which skill is told; those that are not there are left out.

    Returns:
        Records with `stratum`, `id`, `lead_hours`, `pollutant`, `model`, `n`, `mae`, `rmse`, `bias`,
        `correlation`, `crps`, `coverage80`; for the index `level_hit`, counts of events and `csi150`,
        `pod150`, `far150`, likewise 200; and `skill`: for each baseline `mae`, `mae_low`, `mae_high` and the
        same of `crps`, 1 minus the ratio of errors, interval 95 %. None where a score is not defined.
        Records without a case are left out, and so is a model that lacks cases of others in a stratum.
    """
    arrays = {name: scores[name].transpose(*_CASE).values for name in ("forecast", "crps", "covered")}
    arrays["observed"] = np.broadcast_to(
        scores["observed"].transpose(*_CASE[1:]).values[None], arrays["forecast"].shape
    )
    arrays["error"] = arrays["forecast"] - arrays["observed"]
    names = {name: [str(value) for value in scores[name].values] for name in ("model", "pollutant")}
    leads = [int(lead) for lead in scores["lead"].values]
    levels = _levels(scores) if INDEX in names["pollutant"] else None
    draws = draws_of_issues(scores["issue"].values).values
    records: list[dict[str, Any]] = []
    for stratum in strata:
        places = np.flatnonzero(stratum.mask.any(axis=(0, 1)))
        mask = stratum.mask[None, :, :, places, None]
        part = {name: np.where(mask, array[:, :, :, places], np.nan) for name, array in arrays.items()}
        part = {name: np.where(_comparable(part["error"]), array, np.nan) for name, array in part.items()}
        told = _means(part) | _skills(part, draws, names["model"], baselines)
        if levels is not None:
            told |= _events(part, levels[:, :, :, places], names["pollutant"].index(INDEX))
        records += _records(stratum, told, names, leads)
    return records


def _comparable(error: np.ndarray) -> np.ndarray:
    """Models with as many cases as any (model, 1, lead, 1, pollutant): one city is not set beside four."""
    count = np.isfinite(error).sum(axis=(1, 3), keepdims=True)
    return np.asarray(count == count.max(axis=0, keepdims=True))


def _levels(scores: xr.Dataset) -> np.ndarray:
    """Whether the level of the median is the level measured (model, issue, lead, place); NaN uncounted."""
    index = scores["forecast"].sel(pollutant=INDEX, drop=True).transpose(*_CASE[:-1])
    true = scores["observed"].sel(pollutant=INDEX, drop=True).transpose(*_CASE[1:-1])
    hit = level_of(index).values == level_of(true).values[None]
    return np.where(np.isfinite(index.values), hit, np.nan)


def _sum(values: np.ndarray) -> np.ndarray:
    """Sum over issues and places of what is there."""
    return np.asarray(np.nansum(values, axis=(1, 3)))


def _ratio(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.where(count > 0, total / np.where(count > 0, count, 1), np.nan)


def _means(part: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Mean scores (model, lead, pollutant)."""
    error = part["error"]
    n, told = _sum(np.isfinite(error)), _sum(np.isfinite(part["crps"]))
    return {
        "n": n, "mae": _ratio(_sum(abs(error)), n), "rmse": np.sqrt(_ratio(_sum(error**2), n)),
        "bias": _ratio(_sum(error), n), "correlation": _correlation(part, n),
        "crps": _ratio(_sum(part["crps"]), told), "coverage80": _ratio(_sum(part["covered"]), told),
    }  # fmt: skip


def _correlation(part: dict[str, np.ndarray], n: np.ndarray) -> np.ndarray:
    """Pearson's coefficient; NaN with fewer than three cases or without a spread."""
    counts = np.isfinite(part["error"])
    series = [np.where(counts, part[name], np.nan) for name in ("forecast", "observed")]
    parts = [values - _ratio(_sum(values), n)[:, None, :, None, :] for values in series]
    spreads = [np.sqrt(_ratio(_sum(values**2), n)) for values in parts]
    sizes = [np.sqrt(_ratio(_sum(values**2), n)) for values in series]
    defined = n >= _FEWEST_FOR_CORRELATION
    for spread, size in zip(spreads, sizes, strict=True):
        defined = defined & (spread > _SMALLEST_SPREAD * np.maximum(np.nan_to_num(size), 1e-300))
    product = np.where(defined, spreads[0] * spreads[1], 1.0)
    covariance = _ratio(_sum(parts[0] * parts[1]), n)
    return np.where(defined, np.clip(covariance / product, -1.0, 1.0), np.nan)


def _events(part: dict[str, np.ndarray], hits: np.ndarray, index: int) -> dict[str, np.ndarray]:
    """Scores of the index, NaN for single pollutants."""
    forecast, observed = part["forecast"][..., index], part["observed"][..., index]
    counts = np.isfinite(part["error"][..., index])
    told = {"level_hit": _ratio(_sum(np.where(counts, hits, np.nan)), _sum(counts))}
    for threshold in THRESHOLDS:
        said, true = (forecast > threshold) & counts, (observed > threshold) & counts
        hit, missed, false = _sum(said & true), _sum(true & ~said), _sum(said & ~true)
        told |= {
            f"hits{threshold}": hit, f"misses{threshold}": missed, f"false_alarms{threshold}": false,
            f"csi{threshold}": _ratio(hit, hit + missed + false),
            f"pod{threshold}": _ratio(hit, hit + missed), f"far{threshold}": _ratio(false, hit + false),
        }  # fmt: skip
    empty = np.full((*told["level_hit"].shape, part["error"].shape[-1]), np.nan)
    for name, values in told.items():
        filled = empty.copy()
        filled[..., index] = values
        told[name] = filled
    return told


def _skills(
    part: dict[str, np.ndarray], draws: np.ndarray, models: list[str], baselines: Sequence[str]
) -> dict[str, np.ndarray]:
    """Skill and its interval (model, lead, pollutant), keyed `baseline/score`."""
    found: dict[str, np.ndarray] = {}
    present = [name for name in baselines if name in models]
    for name, values in (("mae", abs(part["error"])), ("crps", part["crps"])):
        totals, counts = np.nansum(values, axis=3), np.isfinite(values).sum(axis=3)
        mean = _ratio(totals.sum(axis=1), counts.sum(axis=1))
        drawn = _ratio(_drawn(draws, totals), _drawn(draws, counts.astype(float)))
        for baseline in present:
            floor = models.index(baseline)
            resampled = _skill(drawn, drawn[:, floor][:, None])
            low, high = interval(xr.DataArray(resampled, dims=("resample", "model", "lead", "pollutant")))
            found |= {
                f"{baseline}/{name}": _skill(mean, mean[floor]),
                f"{baseline}/{name}_low": low.values, f"{baseline}/{name}_high": high.values,
            }  # fmt: skip
    return found


def _drawn(draws: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sums over the issues drawn: (resample, model, lead, pollutant) of (model, issue, lead, pollutant)."""
    flat = np.moveaxis(values, 1, 0)
    return np.asarray((draws @ flat.reshape(len(flat), -1)).reshape(len(draws), *flat.shape[1:]))


def _skill(error: np.ndarray, floor: np.ndarray) -> np.ndarray:
    return np.where(floor > 0, 1.0 - error / np.where(floor > 0, floor, 1.0), np.nan)


def _records(
    stratum: Stratum, told: dict[str, np.ndarray], names: dict[str, list[str]], leads: list[int]
) -> list[dict[str, Any]]:
    records = []
    baselines = list(dict.fromkeys(key.partition("/")[0] for key in told if "/" in key))
    plain = [key for key in told if "/" not in key and key != "n"]
    kinds = ("mae", "mae_low", "mae_high", "crps", "crps_low", "crps_high")
    for model, lead, pollutant in np.ndindex(told["n"].shape):
        cell = (model, lead, pollutant)
        if not told["n"][cell]:
            continue
        skill = {
            baseline: {kind: _plain(told[f"{baseline}/{kind}"][cell]) for kind in kinds}
            for baseline in baselines
            if baseline != names["model"][model]
        }
        records.append({
            "stratum": stratum.kind, "id": stratum.id, "lead_hours": leads[lead],
            "pollutant": names["pollutant"][pollutant], "model": names["model"][model],
            "n": int(told["n"][cell]), **{key: _plain(told[key][cell]) for key in plain}, "skill": skill,
        })  # fmt: skip
    return records


def _plain(value: Any) -> float | None:
    return round(float(value), _DECIMALS) if np.isfinite(value) else None
