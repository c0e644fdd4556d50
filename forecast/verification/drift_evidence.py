"""What grew worse: the error beside that of the baseline, and how often the interval holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecast.verification.configuration import DriftConfig
from forecast.verification.daily_losses import DailyLosses
from forecast.verification.resampling import SEED, draws_of_issues

__all__ = ["coverage_changes", "error_ratios"]


def error_ratios(before: DailyLosses, recent: DailyLosses, config: DriftConfig) -> list[dict[str, Any]]:
    """Ratio of the model's error to the baseline's, recent over reference, of every group.

    Args:
        before: losses of the reference.
        recent: losses of recent days, of the same groups.
        config: confidence of the interval.

    Returns:
        `value`, `low`, `high` (weekly block bootstrap of both periods), and whether it `grew`: the whole
        interval is above 1.
    """
    parts = [
        _drawn_ratio(losses.error[0], losses.error[1], losses.days, seed)
        for seed, losses in enumerate((recent, before))
    ]
    ratio = parts[0] / np.where(parts[1] > 0, parts[1], np.nan)
    low, high = _interval(ratio[1:], config)
    return [
        {"value": _plain(value), "low": _plain(a), "high": _plain(b), "grew": bool(a > 1.0)}
        for value, a, b in zip(ratio[0], low, high, strict=True)
    ]


def coverage_changes(before: DailyLosses, recent: DailyLosses, config: DriftConfig) -> list[dict[str, Any]]:
    """Share of measurements inside the interval of 80 %, recent and in the reference, of every group.

    Args:
        before: losses of the reference.
        recent: losses of recent days, of the same groups.
        config: confidence of the interval, and the change that is worth telling.

    Returns:
        `recent`, `reference`, `change` with `low` and `high`, and whether it `fell`: by more than the margin,
        with the whole interval below zero.
    """
    now, then = (
        _drawn_ratio(losses.inside, losses.count, losses.days, seed)
        for seed, losses in enumerate((recent, before))
    )
    change = now - then
    low, high = _interval(change[1:], config)
    fell = (high < 0.0) & (change[0] < -config.coverage_margin)
    return [
        {
            "recent": _plain(now[0, n]), "reference": _plain(then[0, n]), "change": _plain(change[0, n]),
            "low": _plain(low[n]), "high": _plain(high[n]), "fell": bool(fell[n]),
        }
        for n in range(len(fell))
    ]  # fmt: skip


def _drawn_ratio(above: np.ndarray, below: np.ndarray, days: np.ndarray, seed: int) -> np.ndarray:
    """Ratio of sums over the days, as it is and in each resample of weekly blocks (1 + resample, group)."""
    draws = draws_of_issues(days.astype("datetime64[ns]"), seed=SEED + seed).values
    weights = np.concatenate([np.ones((1, len(days))), draws])
    total, count = weights @ above, weights @ below
    return np.where(count > 0, total / np.where(count > 0, count, 1.0), np.nan)


def _interval(drawn: np.ndarray, config: DriftConfig) -> tuple[np.ndarray, np.ndarray]:
    tail = (1.0 - config.confidence) / 2.0
    known = np.isfinite(drawn).any(axis=0)
    low, high = np.nanquantile(np.where(known, drawn, 0.0), (tail, 1.0 - tail), axis=0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _plain(value: Any) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
