"""By how much one model is better than another, with block-bootstrap intervals of the difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from forecast.verification.resampling import draws_of_issues, interval
from training.benchmark.scores import Entry, Judged, plain


def differences(judged: Judged, rival: str) -> list[dict[str, Any]]:
    """MAE and RMSE of every model less those of a rival with the same weather, with 95 % intervals.

    Blocks of a week are drawn (`forecast.verification.resampling`); all stations of an issue stay together.

    Args:
        judged: forecasts on the same cases.
        rival: name of the model to be compared with.

    Returns:
        Records with `difference`, `low`, `high`, and `better`: whether the interval lies below zero.
    """
    draws = draws_of_issues(judged.issues).values
    of_rival = {entry.perfect_weather: entry for entry in judged.entries if entry.model == rival}
    records = []
    for entry in judged.entries:
        against = of_rival.get(entry.perfect_weather)
        if against is None or entry.model == rival:
            continue
        for row, lead in enumerate(judged.leads):
            for score in ("mae", "rmse"):
                found = _difference((entry, against), judged.observed[:, row], row, score, draws)
                records.append(
                    {
                        "model": entry.model, "rival": rival, "perfect_weather": entry.perfect_weather,
                        "lead_hours": int(lead), "score": score, **found,
                    }
                )  # fmt: skip
    return records


def _difference(
    pair: tuple[Entry, Entry], observed: np.ndarray, row: int, score: str, draws: np.ndarray
) -> dict[str, Any]:
    whole = np.ones((1, len(observed)))
    first, second = (_pooled(entry, observed, row, score, np.concatenate([whole, draws])) for entry in pair)
    difference = first - second
    low, high = interval(xr.DataArray(difference[1:], dims="resample"))
    return {
        "difference": plain(difference[0]), "low": plain(low), "high": plain(high),
        "better": bool(float(high) < 0),
    }  # fmt: skip


def _pooled(entry: Entry, observed: np.ndarray, row: int, score: str, draws: np.ndarray) -> np.ndarray:
    """A score over all stations for every resample of issues (resample,)."""
    said = entry.median if score == "mae" else entry.mean
    error = said[:, row] - observed
    size = np.abs(error) if score == "mae" else error**2
    count = draws @ np.isfinite(observed).sum(axis=1)
    mean = draws @ np.where(np.isfinite(observed), size, 0.0).sum(axis=1) / np.where(count > 0, count, np.nan)
    return np.asarray(mean if score == "mae" else np.sqrt(mean))
