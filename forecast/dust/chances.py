"""Probability that dust passes a concentration, from what the measurements left open."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.dust.configuration import CorrectionConfig, dust_forecast_config
from forecast.dust.correction import Factors
from forecast.dust.responses import Response

__all__ = ["exceedance"]

_MICROGRAM = 1e-9


def exceedance(
    response: Response, factors: Factors, background: np.ndarray | float = 0.0,
    config: CorrectionConfig | None = None,
) -> xr.Dataset:  # fmt: skip
    """Probability that hourly PM10 passes the configured values, from draws of the factors.

    Of the wind's errors only its timing is in it: it is sharper than the truth.

    Args:
        response: of the hours and places wanted.
        factors: as fitted.
        background: PM10 of other sources, kg m-3, of a shape that fits (hour, place).
        config: values and number of draws; those shipped by default.

    Returns:
        `probability` (valid_time, place, threshold), 1, and `pm10` (quantile, valid_time, place), kg m-3.
    """
    config = config or dust_forecast_config().correction
    pm10 = factors.drawn(response, config.draws, np.random.default_rng(0)) + background
    passed = np.stack([(pm10 > mark * _MICROGRAM).mean(0) for mark in config.probabilities], -1)
    levels = [0.1, 0.5, 0.9]
    quantiles = np.quantile(pm10, levels, axis=0)
    return xr.Dataset(
        {
            "probability": (("valid_time", "place", "threshold"), passed, {"units": "1"}),
            "pm10": (("quantile", "valid_time", "place"), quantiles, {"units": "kg m-3"}),
        },
        {
            "valid_time": response.times, "place": list(response.places), "quantile": levels,
            "threshold": ("threshold", list(config.probabilities), {"units": "ug m-3"}),
        },
    )  # fmt: skip
