"""Scores of the point forecast, which is the median of the distribution."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scores.continuous import additive_bias, mae, rmse
from scores.continuous.correlation import pearsonr

FEWEST_FOR_CORRELATION = 3
_SMALLEST_SPREAD = 1e-9


def point_scores(forecast: xr.DataArray, observed: xr.DataArray) -> xr.Dataset:
    """Mean absolute error, root mean square error, bias and correlation over the issues.

    Args:
        forecast: median, dims (model, issue, ...), NaN where a case does not count.
        observed: measured, the same dims less `model`.

    Returns:
        `mae`, `rmse`, `bias` (forecast minus measured) and Pearson's `correlation`, in the unit of the
        input, NaN where nothing counts; a correlation needs three cases and a spread in both series.
    """
    over = ["issue"]
    matched = observed.where(forecast.notnull())
    return xr.Dataset(
        {
            "mae": mae(forecast, matched, reduce_dims=over),
            "rmse": rmse(forecast, matched, reduce_dims=over),
            "bias": additive_bias(forecast, matched, reduce_dims=over),
            "correlation": _correlation(forecast, matched),
        }
    )


def _correlation(forecast: xr.DataArray, observed: xr.DataArray) -> xr.DataArray:
    """Pearson's coefficient; rounding gives a constant series a tiny spread, hence the guard."""
    count = forecast.notnull().sum("issue")
    if forecast.sizes["issue"] == 0:
        return xr.full_like(count, np.nan, float)
    defined = count >= FEWEST_FOR_CORRELATION
    for series in (forecast, observed):
        largest = abs(series).max("issue")
        defined = defined & (series.max("issue") - series.min("issue") > _SMALLEST_SPREAD * largest)
    with np.errstate(invalid="ignore", divide="ignore"):
        coefficient: xr.DataArray = pearsonr(forecast, observed, reduce_dims=["issue"])
    return coefficient.where(defined).clip(-1.0, 1.0)
