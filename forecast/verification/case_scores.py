"""The score of every single case, from which scores of any group of cases are made."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.verification import hindcast as judged
from forecast.verification.probabilistic import covered, crps_of_quantiles

CENTRAL = (0.1, 0.9)
"""Quantiles that bound the interval of 80 %."""


def case_scores(hindcast: xr.Dataset) -> xr.Dataset:
    """Score every case that counts; all models on the same cases.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`.

    Returns:
        `forecast` (the median), `crps` and `covered` (1 or 0, the interval of 80 %), dims (model, issue,
        lead, place, pollutant), in display units, NaN where a case does not count or a model gives no
        distribution; `observed` (issue, lead, place, pollutant); the index is the pollutant `aqi`. The
        coordinate `valid_time` stays where it was given.

    Raises:
        ContractError: when the hindcast is not what is expected.
    """
    data = judged.checked(hindcast)
    forecast, observed = judged.forecasts(data), judged.observations(data)
    median = judged.quantile_position(data, 0.5)
    counted, distribution = judged.cases(forecast, observed, median)
    point = forecast.isel(quantile=median, drop=True).where(counted)
    crps, inside = _distribution(data, forecast, observed)
    told = counted & distribution
    scores = xr.Dataset(
        {
            "forecast": point, "crps": crps.where(told), "covered": inside.where(told), "observed": observed,
        }
    )  # fmt: skip
    return scores.assign_coords(valid_time=data["valid_time"]) if "valid_time" in data else scores


def _distribution(
    data: xr.Dataset, forecast: xr.DataArray, observed: xr.DataArray
) -> tuple[xr.DataArray, xr.DataArray]:
    """CRPS and coverage of every case, model by model and pollutant by pollutant: memory stays small."""
    low, high = (judged.quantile_position(data, level) for level in CENTRAL)
    crps = xr.full_like(forecast.isel(quantile=0, drop=True), np.nan)
    inside = crps.copy()
    for model in range(forecast.sizes["model"]):
        for pollutant in range(forecast.sizes["pollutant"]):
            cell = {"model": model, "pollutant": pollutant}
            true = observed.isel(pollutant=pollutant)
            crps[cell] = crps_of_quantiles(forecast.isel(cell), true)
            inside[cell] = covered(forecast.isel(cell), true, low, high)
    return crps, inside
