"""Learned models of city days put beside the hindcast of all other models."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from forecast.configuration import ForecastConfig
from forecast.hindcast import joined_parts

LEADS = np.arange(1, 8)


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
