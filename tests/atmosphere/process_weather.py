"""Weather with a known shape on a small grid, for the tests of the processes."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.atmospheric_contracts import METEOROLOGY
from foundation.grids import Grid, GridConfig

SMALL = GridConfig(
    name="small", west=86, east=88, south=43, north=45, step_deg=0.5,
    layer_tops_m=(20, 60, 120, 200, 320, 480, 700, 1000, 1400, 2000, 3000, 5000),
).grid()  # fmt: skip

SURFACE = {
    "precipitation_rate": 1 / 3600, "sensible_heat_flux": -10.0, "friction_velocity": 0.15,
    "boundary_layer_height": 150.0, "snow_depth": 0.1, "eastward_wind_10m": 2.0, "northward_wind_10m": 0.0,
    "air_temperature_2m": 257.0, "cloud_area_fraction": 0.3, "surface_downwelling_shortwave_flux": 120.0,
}  # fmt: skip


def weather(
    grid: Grid = SMALL, *, time: str = "2025-01-15T06:00", ground: float = 258.0, lapse: float = 0.012,
    humidity: float = 0.7, wind: float = 2.0, cloud_water: float | None = 0.0, **surface: float,
) -> xr.Dataset:  # fmt: skip
    """Weather of one time: temperature by `lapse` (K m-1), wind growing upward; `surface` adds variables."""
    height = np.broadcast_to(grid.layer_height_m[:, None, None], grid.shape)
    temperature = ground + lapse * np.minimum(height, 1000) - 0.0065 * np.maximum(height - 1000, 0)
    pressure = 95000 * np.exp(-height * 9.81 / (287 * 260))
    saturation = 611.21 * np.exp(17.502 * (temperature - 273.16) / (temperature - 32.19))
    vapour = humidity * saturation
    volumes = {
        "eastward_wind": wind * (1 + height / 500), "northward_wind": np.zeros(grid.shape),
        "air_temperature": temperature, "air_pressure": pressure, "height_above_ground": height,
        "specific_humidity": 0.62198 * vapour / (pressure - 0.37802 * vapour),
    }  # fmt: skip
    if cloud_water is not None:
        volumes["cloud_water"] = np.full(grid.shape, cloud_water)
    known = {**METEOROLOGY.variables, **METEOROLOGY.optional}
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    made = xr.Dataset(
        coords={
            "time": ("time", np.array([time], "M8[ns]")),
            "lon": (("y", "x"), lon, {"units": "degrees_east"}),
            "lat": (("y", "x"), lat, {"units": "degrees_north"}),
        }
    )
    for name, values in volumes.items():
        made[name] = (("time", "level", "y", "x"), np.array(values)[None], {"units": known[name].units})
    for name, value in surface.items():
        made[name] = (("time", "y", "x"), np.full((1, *grid.shape[1:]), value), {"units": known[name].units})
    return made
