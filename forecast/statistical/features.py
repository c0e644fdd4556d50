"""What a regression looks at: how far each place is from its usual level of late, and the season."""

from __future__ import annotations

import numpy as np

from forecast.history import History, day_of_year, last_day_of, mean_of_known, trailing_anchors

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
    daily = _daily_anomalies(history, issues)
    basin = mean_of_known(daily, axis=2)[..., None].repeat(daily.shape[2], axis=2)
    year = 2 * np.pi * day_of_year(history.times[issues]) / 365.25
    season = np.broadcast_to(
        np.stack([np.cos(year), np.sin(year)], axis=-1)[:, None, :], (*daily[:, 0].shape, 2)
    )
    columns = [daily[:, 0], daily[:, 1], daily[:, 2], mean_of_known(daily, axis=1), basin[:, 0], basin[:, 1]]
    return np.concatenate([np.stack(columns, axis=-1), season], axis=-1)


def _daily_anomalies(history: History, issues: np.ndarray) -> np.ndarray:
    """Anomalies (issue, day back 0..6, place) of daily means from the mean of the last 30 days."""
    steps = history.steps_per_day
    days = [mean_of_known(last_day_of(history.recent, issues, steps, back), axis=1) for back in range(7)]
    anchors = trailing_anchors(history.recent, issues, MEMORY_DAYS, steps)
    return np.asarray(np.stack(days, axis=1) - mean_of_known(anchors, axis=1)[:, None])
