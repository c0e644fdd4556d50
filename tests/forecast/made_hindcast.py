"""A hindcast made of random numbers that keeps its contract."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.stats import norm

from forecast.calibration.past_errors import QUANTILES
from foundation.times import DAY, start_of_day

PLACES = ("changji", "shihezi", "urumqi")


def made_hindcast(
    days: int, seed: int, *, first: str = "2015-02-01", leads: int = 3, memory: float = 0.6,
    places: tuple[str, ...] = PLACES, error: float = 0.45, floor_error: float = 0.6,
) -> xr.Dataset:  # fmt: skip
    """Log-normal measurements; forecasts whose errors hang together from day to day.

    `published` errs by `error` and `persistence` by `floor_error`, in ln concentration, growing with lead.
    """
    random = np.random.default_rng(seed)
    issues = start_of_day(np.datetime64(first)) + np.arange(days) * DAY
    ahead = np.arange(1, leads + 1)
    valid = issues[:, None] + (ahead - 1) * DAY
    truth = 4.2 + _series(random, days + leads, len(places), 2, memory)
    observed = truth[np.arange(days)[:, None] + ahead - 1]
    observed[random.random(observed.shape) < 0.02] = np.nan
    models = {"published": error, "persistence": floor_error}
    values = []
    for size in models.values():
        shared = _series(random, days + leads, len(places), 2, memory) / 0.6
        wrong = size * (1 + 0.1 * ahead)[None, :, None, None] * shared[np.arange(days)[:, None] + ahead - 1]
        spread = size * (1 + 0.1 * ahead)[None, :, None, None, None] * norm.ppf(QUANTILES)
        values.append((np.nan_to_num(observed, nan=4.2) + wrong)[..., None] + spread)
    index = np.minimum(np.exp(np.stack(values)[..., 0, :]) * 1.3, 500.0)
    return xr.Dataset(
        {
            "concentration": (
                ("model", "issue", "lead", "place", "pollutant", "quantile"), np.exp(np.stack(values))
            ),
            "observed": (("issue", "lead", "place", "pollutant"), np.exp(observed)),
            "aqi": (("model", "issue", "lead", "place", "quantile"), index),
            "aqi_observed": (("issue", "lead", "place"), np.minimum(np.exp(observed[..., 0]) * 1.3, 500.0)),
        },
        {
            "model": list(models), "issue": issues, "lead": 24 * ahead, "place": list(places),
            "pollutant": ["pm25", "pm10"], "quantile": QUANTILES, "valid_time": (("issue", "lead"), valid),
        },
        {"averaging": "day"},
    )  # fmt: skip


def _series(
    random: np.random.Generator, days: int, places: int, pollutants: int, memory: float
) -> np.ndarray:
    """Noise of deviation 0.6 with a day-to-day memory, shared in part by the places."""
    shocks = random.normal(size=(days, 1, pollutants)) + random.normal(size=(days, places, pollutants))
    values = np.zeros((days, places, pollutants))
    for day in range(1, days):
        values[day] = memory * values[day - 1] + shocks[day]
    return 0.6 * values / values.std()
