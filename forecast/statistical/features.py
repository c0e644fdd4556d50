"""What a regression looks at: how far each place is from its usual level of late, and the season."""

from __future__ import annotations

import numpy as np

from forecast.history import History, day_of_year, trailing_anchor

MEMORY_DAYS = 30
"""Length of the mean from which anomalies are taken, days."""

NAMES = (
    "anomaly_today", "anomaly_yesterday", "anomaly_two_days_ago", "anomaly_of_week",
    "anomaly_all_places", "anomaly_all_places_yesterday", "annual_cosine", "annual_sine",
)  # fmt: skip


def features(history: History, issues: np.ndarray) -> np.ndarray:
    """Features of each issue and place.

    Args:
        history: the series.
        issues: (issue,) rows.

    Returns:
        (issue, place, feature) in the order of `NAMES`; NaN where a place has no anomaly.
    """
    daily = np.stack([_daily_anomalies(history, issue) for issue in issues])
    basin = _mean(daily, axis=2)[..., None].repeat(daily.shape[2], axis=2)
    year = 2 * np.pi * day_of_year(history.times[issues]) / 365.25
    season = np.broadcast_to(
        np.stack([np.cos(year), np.sin(year)], axis=-1)[:, None, :], (*daily[:, 0].shape, 2)
    )
    columns = [daily[:, 0], daily[:, 1], daily[:, 2], _mean(daily, axis=1), basin[:, 0], basin[:, 1]]
    return np.concatenate([np.stack(columns, axis=-1), season], axis=-1)


def _daily_anomalies(history: History, issue: int) -> np.ndarray:
    """Anomalies (day back 0..6, place) of daily means from the mean of the last 30 days."""
    steps, places = history.steps_per_day, history.recent.shape[1]
    first = issue + 1 - 7 * steps
    week = history.recent[max(first, 0) : issue + 1]
    if first < 0:
        week = np.concatenate([np.full((-first, places), np.nan), week])
    days = _mean(week.reshape(7, steps, places), axis=1)[::-1]
    anchor = _mean(trailing_anchor(history.recent, issue, MEMORY_DAYS, steps), axis=0)
    return np.asarray(days - anchor)


def _mean(values: np.ndarray, axis: int) -> np.ndarray:
    count = np.isfinite(values).sum(axis=axis)
    return np.where(count > 0, np.nansum(values, axis=axis) / np.maximum(count, 1), np.nan)
