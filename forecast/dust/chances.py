"""Probability that dust passes a concentration, from what the measurements left open."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.dust.configuration import CorrectionConfig, dust_forecast_config
from forecast.dust.correction import Factors
from forecast.dust.responses import Response
from foundation.units import CONCENTRATION

__all__ = ["drawn_pm10", "exceedance"]

_MICROGRAM = 1e-9


def drawn_pm10(response: Response, factors: Factors, count: int) -> xr.DataArray:
    """PM10 of dust with factors drawn from what the measurements left open; the same draws every time.

    Args:
        response: of the hours and places wanted.
        factors: as fitted.
        count: of draws.

    Returns:
        kg m-3, (draw, valid_time, place).
    """
    drawn = factors.drawn(response, count, np.random.default_rng(0))
    return xr.DataArray(
        drawn,
        {"valid_time": response.times, "place": list(response.places)},
        ("draw", "valid_time", "place"),
        attrs={"units": CONCENTRATION},
    )


def exceedance(
    drawn: xr.DataArray, background: np.ndarray | float = 0.0, config: CorrectionConfig | None = None
) -> xr.Dataset:
    """Probability that hourly PM10 passes the configured values.

    Of the wind's errors only its timing is in it: it is sharper than the truth.

    Args:
        drawn: PM10 of dust, kg m-3, (draw, valid_time, place), see `drawn_pm10`.
        background: PM10 of other sources, kg m-3, of a shape that fits (valid_time, place).
        config: the values; those shipped by default.

    Returns:
        `probability` (valid_time, place, threshold), 1, and `pm10` (quantile, valid_time, place), kg m-3.
    """
    config = config or dust_forecast_config().correction
    pm10 = drawn.values + background
    passed = np.stack([(pm10 > mark * _MICROGRAM).mean(0) for mark in config.probabilities], -1)
    levels = [0.1, 0.5, 0.9]
    quantiles = np.quantile(pm10, levels, axis=0)
    return xr.Dataset(
        {
            "probability": (("valid_time", "place", "threshold"), passed, {"units": "1"}),
            "pm10": (("quantile", "valid_time", "place"), quantiles, {"units": CONCENTRATION}),
        },
        {
            "valid_time": drawn["valid_time"].values, "place": drawn["place"].values, "quantile": levels,
            "threshold": ("threshold", list(config.probabilities), {"units": "ug m-3"}),
        },
    )  # fmt: skip
