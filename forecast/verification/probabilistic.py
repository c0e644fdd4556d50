"""Scores of the whole distribution, given as quantiles."""

from __future__ import annotations

import xarray as xr
from scores.probability import crps_for_ensemble


def crps_of_quantiles(forecast: xr.DataArray, observed: xr.DataArray) -> xr.DataArray:
    """Continuous ranked probability score of equally spaced quantiles, taken as members of equal weight.

    The method is `ecdf`, the exact score of the distribution with the same weight on each quantile.
    `fair` corrects for members drawn at random (Ferro 2014, doi:10.1002/qj.2270); quantiles are not drawn
    at random, and it would make every forecast look better than it is: a standard normal forecast that is
    right has 0.5642; its 19 quantiles score 0.5667 by `ecdf` and 0.5392 by `fair`.

    Args:
        forecast: quantiles at levels of equal distance, dims (model, issue, ..., quantile).
        observed: measured, dims (issue, ...).

    Returns:
        The score of each case in the unit of the input, dims (model, issue, ...); NaN where the measurement
        or any quantile is missing.
    """
    score: xr.DataArray = crps_for_ensemble(
        forecast, observed, "quantile", method="ecdf", preserve_dims="all"
    )
    return score.where(forecast.notnull().all("quantile")).transpose(*forecast.dims[:-1])


def covered(forecast: xr.DataArray, observed: xr.DataArray, low: int, high: int) -> xr.DataArray:
    """Whether the measurement lies between two quantiles, both included.

    Args:
        forecast: dims (model, issue, ..., quantile).
        observed: dims (issue, ...).
        low: position of the lower quantile.
        high: position of the upper quantile.

    Returns:
        1 or 0, NaN where the measurement or a bound is missing; dims (model, issue, ...).
    """
    below, above = forecast.isel(quantile=low, drop=True), forecast.isel(quantile=high, drop=True)
    inside = (below <= observed) & (above >= observed)
    return inside.where(observed.notnull() & below.notnull() & above.notnull())
