"""Learned models of city days put beside the hindcast of all other models."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from forecast.calibration.past_errors import QUANTILES
from forecast.configuration import ForecastConfig
from forecast.hindcast import joined_parts
from forecast.learned.forecaster import Forecaster
from forecast.learned.panel import Panel
from forecast.verification.quantile_levels import at_levels
from foundation.errors import InputError

LEADS = np.arange(1, 8)


def said_by(model: Forecaster, panel: Panel, issues: np.ndarray) -> np.ndarray:
    """Quantiles of a learned model at the levels of a hindcast.

    Args:
        model: a release of daily means.
        panel: what it looks at.
        issues: (issue,) UTC instants.

    Returns:
        (issue, lead, place, pollutant, quantile) display units, at `past_errors.QUANTILES`.

    Raises:
        InputError: when an issue is not in the panel, or lies before the end of training.
    """
    rows = np.searchsorted(panel.times, issues)
    inside = rows < len(panel.times)
    if not inside.all() or (panel.times[rows] != issues).any():
        raise InputError("an issue of the hindcast is not in the panel", remedy="Give a panel of all issues")
    if issues.min() < model.trained_until:
        raise InputError(
            f"the first issue, {issues.min()} UTC, lies in the training of the network",
            remedy=f"Judge issues from {model.trained_until} UTC on",
        )
    told = model.forecast(panel, rows, LEADS)
    return at_levels(told.quantiles, told.levels, QUANTILES)


def beside(base: xr.Dataset, lines: Mapping[str, np.ndarray], config: ForecastConfig) -> xr.Dataset:
    """A hindcast with further models, on the issues and places it has.

    Args:
        base: daily hindcast, as `forecast.hindcast.hindcast` makes it.
        lines: by name in scores, (issue, lead, place, pollutant, quantile) display units.
        config: the choices of the index.

    Returns:
        Keeps `forecast.verification.hindcast.HINDCAST`; a forecast counts only where the place is measured.
    """
    dims = ("model", "issue", "lead", "place", "quantile")
    parts = []
    for number, name in enumerate(base["pollutant"].values):
        held = base[["concentration", "observed"]].sel(pollutant=name).drop_vars("pollutant")
        further = np.stack([values[..., number, :] for values in lines.values()])
        added = xr.DataArray(further, {"model": list(lines)}, dims)
        whole = xr.concat([held["concentration"].transpose(*dims).drop_vars("valid_time"), added], "model")
        parts.append(
            xr.Dataset({"concentration": whole, "observed": held["observed"]}).assign_coords(
                valid_time=base["valid_time"]
            )
        )
    return joined_parts(parts, base["place"].values, "day", config)
