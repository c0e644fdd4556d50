"""Courses of the index that places and pollutants take together."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.calibration.past_errors import QUANTILES
from forecast.calibration.scenarios import scenarios
from forecast.configuration import ForecastConfig
from forecast.history import targets
from forecast.indices import indices
from forecast.models import PUBLISHED
from forecast.prediction import Prediction

__all__ = ["aqi_scenarios", "scenario_rows"]


def aqi_scenarios(
    predictions: dict[str, Prediction], display: xr.DataArray, averaging: str, rows: np.ndarray
) -> xr.DataArray:
    """Joint courses of the index, each with the order of the errors of one past issue.

    Args:
        predictions: of each pollutant.
        display: published quantiles (reference_time, lead_time, place, pollutant, quantile), display units.
        averaging: `day` or `hour`.
        rows: numbers of the past issues, of `scenario_rows`.

    Returns:
        (reference_time, lead_time, place, scenario).
    """
    parts = []
    for name, prediction in predictions.items():
        errors = np.full((len(rows), *prediction.of(PUBLISHED).shape[1:]), np.nan)
        measured = targets(prediction.history, prediction.issues[rows], prediction.leads)
        errors[:] = measured - prediction.of(PUBLISHED)[rows]
        marginal = display.sel(pollutant=name).values[0]
        parts.append(scenarios(marginal, QUANTILES, errors))
    dims = ("scenario", "reference_time", "lead_time", "place", "pollutant")
    coords = {name: display.coords[name] for name in (*dims[1:], "valid_time")}
    joint = xr.DataArray(np.stack(parts, axis=-1)[:, None], coords, dims)
    aqi = indices(joint, averaging)["aqi"]
    return aqi.transpose("reference_time", "lead_time", "place", "scenario").assign_attrs(units="1")


def scenario_rows(predictions: dict[str, Prediction], config: ForecastConfig) -> np.ndarray:
    """The latest past issues, judged at every lead, that speak for today."""
    leading = predictions["pm25"]
    row = len(leading.issues) - 1
    past = leading.cases.of(row, int(leading.leads.max()))
    return past[-config.scenarios :]
