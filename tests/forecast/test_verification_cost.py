"""A winter of ten models must not take long to judge."""

from __future__ import annotations

import time

import numpy as np
import xarray as xr

from forecast.verification.table import score_table


def test_a_winter_of_ten_models_in_under_fifteen_seconds() -> None:
    generator = np.random.default_rng(0)
    sizes = {"model": 10, "issue": 120, "lead": 7, "place": 15, "pollutant": 6}
    shape = tuple(sizes.values())
    truth = generator.gamma(4, 25, shape[1:])
    truth[generator.random(truth.shape) < 0.05] = np.nan
    levels = np.arange(1, 20) / 20
    centre = generator.gamma(4, 25, shape)
    primary = generator.random(shape) < 0.3
    dims = tuple(sizes)
    cell = (*dims[:-1], "quantile")
    values = centre[..., None] * (0.5 + levels)
    hindcast = xr.Dataset(
        {
            "concentration": ((*dims, "quantile"), values),
            "observed": (dims[1:], truth),
            "aqi": (cell, np.clip(values[..., 0, :], 0, 500)),
            "aqi_observed": (dims[1:-1], np.clip(truth[..., 0], 0, 500)),
            "primary": (dims, primary),
            "primary_observed": (dims[1:], primary[0]),
        },
        {
            "model": ["persistence", *(f"model{number}" for number in range(9))],
            "issue": np.datetime64("2015-11-01T16", "ns") + np.arange(120) * np.timedelta64(1, "D"),
            "lead": 24 * np.arange(1, 8),
            "place": [f"place{number}" for number in range(15)],
            "pollutant": ["pm25", "pm10", "so2", "no2", "co", "o3_8h"],
            "quantile": levels,
        },
    )
    started = time.process_time()
    table = score_table(hindcast)
    assert time.process_time() - started < 15  # 5 s on an idle core
    assert len(table) == 16 * 7 * 7 * 10
