"""Weather made for tests of dust: an even wind over the domain of dust."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.configuration import load_shipped
from foundation.grids import Grid, GridConfig

TIMES = np.datetime64("2020-03-25T00:00", "ns") + np.arange(3) * np.timedelta64(3, "h")


def dust_grid() -> Grid:
    return load_shipped(GridConfig, "domains/dust.yaml").grid()


def even_weather(speed: float = 14.0, times: np.ndarray = TIMES, **surfaces: float) -> xr.Dataset:
    """Wind of one speed, and other surfaces of one value each, on a grid of 1 degree."""
    lon, lat = np.arange(69.0, 102.0), np.arange(33.0, 52.0)
    shape = (len(times), len(lat), len(lon))
    values = {"eastward_wind_10m": 0.6 * speed, "northward_wind_10m": -0.8 * speed, **surfaces}
    return xr.Dataset(
        {name: (("time", "y", "x"), np.full(shape, value)) for name, value in values.items()},
        {"time": times, "x": lon, "y": lat}, {"crs": "EPSG:4326"},
    )  # fmt: skip
