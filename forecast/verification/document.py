"""The verification of a hindcast as one document of plain data, which pages and programs read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from forecast.verification.case_scores import case_scores
from forecast.verification.configuration import VerificationConfig
from forecast.verification.drift import drift_within
from forecast.verification.hindcast import FLOOR, checked
from forecast.verification.strata import ALL, strata_of
from forecast.verification.stratified import stratified_scores
from foundation.errors import BogdaError, InputError
from foundation.pollutants import POLLUTANTS
from foundation.times import shown

Progress = Callable[[str], None]


def verification_document(
    hindcast: xr.Dataset, config: VerificationConfig, baseline: str = FLOOR,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """Judge a hindcast: by lead, place, season and level measured, beside every baseline, and its drift.

    Models with forecasts at few of the issues would leave few cases to all; they are compared apart, on
    their own cases, beside the others (`apart`).

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`.
        config: seasons, names, baselines, drift.
        baseline: the model against which skill is shown first.
        progress: called with the name of each step as it is begun.

    Returns:
        JSON: what was judged, `models`, `strata`, `scores` (`forecast.verification.stratified`), `apart`,
        `drift` and `provenance`.

    Raises:
        ContractError: when the hindcast is not what is expected.
        InputError: when the baseline is not in it, or nothing in it was measured.
    """
    data = checked(hindcast)
    names = [str(name) for name in data["model"].values]
    if baseline not in names:
        raise InputError(f"no model {baseline!r} in the hindcast", remedy=f"It holds: {', '.join(names)}")
    if not bool(data["observed"].notnull().any()):
        raise InputError("nothing is measured at the times of the hindcast", remedy="Judge another period")
    averaging = _averaging(data)
    baselines = list(dict.fromkeys([baseline, *config.baselines]))
    usual, sparse = _by_number_of_issues(data, config.fewest_issues, baseline)
    progress("scores")
    scores = case_scores(data.sel(model=usual))
    strata = strata_of(scores, averaging, config)
    subject = next((name for name in config.subjects if name in usual), usual[0])
    document: dict[str, Any] = {
        "averaging": averaging, "baseline": baseline, "subject": subject, **_extent(data),
        "models": [_model(name, data, config) for name in names],
        "strata": [
            {"kind": one.kind, "id": one.id, "chinese": one.chinese, "english": one.english} for one in strata
        ],
        "seasons": [season.model_dump(by_alias=True) for season in config.seasons],
        "scores": stratified_scores(scores, strata, baselines),
    }  # fmt: skip
    progress("models compared apart")
    document["apart"] = [_apart(data, usual, name, averaging, config, baselines) for name in sparse]
    progress("drift")
    document["drift"] = _drift(data.sel(model=usual).assign_attrs(averaging=averaging), subject, config)
    document["provenance"] = _provenance(data)
    return document


def _averaging(data: xr.Dataset) -> str:
    told = data.attrs.get("averaging")
    return str(told) if told in ("day", "hour") else "day" if "o3_8h" in data["pollutant"].values else "hour"


def _by_number_of_issues(data: xr.Dataset, share: float, baseline: str) -> tuple[list[str], list[str]]:
    """Models with forecasts at many issues and those with few; the baseline is always among the first."""
    median = data["concentration"].sel(quantile=0.5, method="nearest").transpose("model", "issue", ...)
    held = np.isfinite(median.values).reshape(*median.shape[:2], -1).any(axis=2).mean(axis=1)
    names = [str(name) for name in data["model"].values]
    usual = [name for name, part in zip(names, held, strict=True) if part >= share or name == baseline]
    return usual, [name for name, part in zip(names, held, strict=True) if name not in usual and part > 0]


def _extent(data: xr.Dataset) -> dict[str, Any]:
    """Issues, leads, pollutants with their names, and whether anything was made up."""
    issues = np.sort(data["issue"].values)
    pollutants = [str(name) for name in data["pollutant"].values]
    return {
        "issues": {"from": shown(issues[0]), "to": shown(issues[-1]), "number": len(issues)},
        "leads": [int(lead) for lead in data["lead"].values],
        "pollutants": [
            {"id": name, "label": POLLUTANTS[name].label if name in POLLUTANTS else name,
             "unit": POLLUTANTS[name].shown_unit if name in POLLUTANTS else ""}
            for name in pollutants
        ],
        "synthetic": bool(int(data.attrs.get("synthetic", 0))),
    }  # fmt: skip


def _model(name: str, data: xr.Dataset, config: VerificationConfig) -> dict[str, Any]:
    perfect = _parsed(data, "perfect_weather", [])
    return {**config.named(name).model_dump(), "perfect_weather": name in perfect}


def _apart(
    data: xr.Dataset, usual: list[str], model: str, averaging: str, config: VerificationConfig,
    baselines: list[str],
) -> dict[str, Any]:  # fmt: skip
    """One model with few issues, beside the others on its own cases."""
    median = data["concentration"].sel(model=model).sel(quantile=0.5, method="nearest")
    held = np.isfinite(median.transpose("issue", ...).values).reshape(data.sizes["issue"], -1).any(axis=1)
    scores = case_scores(data.sel(model=[model, *usual]).isel(issue=np.flatnonzero(held)))
    strata = [one for one in strata_of(scores, averaging, config) if one.kind == ALL]
    return {
        "model": model, "issues": int(held.sum()),
        "scores": stratified_scores(scores, strata, baselines),
    }  # fmt: skip


def _drift(data: xr.Dataset, subject: str, config: VerificationConfig) -> dict[str, Any]:
    """The drift of the last days against those before; why not, where it cannot be told."""
    try:
        return drift_within(data, subject, config)
    except BogdaError as error:
        return {"state": "unknown", "reason": str(error), "groups": []}


def _provenance(data: xr.Dataset) -> dict[str, Any]:
    return {
        "inputs": _parsed(data, "inputs", []), "versions": _parsed(data, "versions", {}),
        "known_at_issue": _parsed(data, "known_at_issue", {}),
        "learned": _parsed(data, "learned", {}),
    }  # fmt: skip


def _parsed(data: xr.Dataset, name: str, default: Any) -> Any:
    """An attribute that holds JSON; the default where it is absent or is none."""
    try:
        return json.loads(data.attrs[name])
    except (KeyError, ValueError, TypeError):
        return default
