"""Columns of air and gridded weather with known properties."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.meteorology.diagnostics.air_profile import Profile

G = 9.80665
KAPPA = 2.0 / 7.0


def column(
    height: np.ndarray | list[float], temperature: np.ndarray | list[float], wind: object = 3.0,
    surface: dict[str, float] | None = None, *, at_surface: bool = True,
) -> Profile:  # fmt: skip
    """A dry column in hydrostatic balance, 1000 hPa at its foot."""
    heights, temperatures = np.asarray(height, dtype=float), np.asarray(temperature, dtype=float)
    steps = G / 287.0423113 * np.diff(heights) / (0.5 * (temperatures[1:] + temperatures[:-1]))
    return Profile(
        lon=87.6, lat=43.8, time=np.datetime64("2020-01-01T00", "ns"), source="made for a test",
        pressure=1e5 * np.exp(-np.concatenate([[0.0], np.cumsum(steps)])), temperature=temperatures,
        height=heights, dew_point=np.full(heights.shape, np.nan),
        eastward_wind=np.broadcast_to(np.asarray(wind, dtype=float), heights.shape).copy(),
        northward_wind=np.zeros(heights.shape), starts_at_surface=at_surface, surface=surface or {},
    )  # fmt: skip


def dry_column(theta: np.ndarray, height: np.ndarray, wind: object) -> Profile:
    """A column of given potential temperature: d(Exner)/dz = -g / (cp theta), integrated finely."""
    fine = np.linspace(0.0, height[-1], 20001)
    slope = -G / (1004.6480896 * np.interp(fine, height, theta))
    exner = 1.0 + np.concatenate([[0.0], np.cumsum(0.5 * (slope[1:] + slope[:-1]) * np.diff(fine))])
    ratio = np.interp(height, fine, exner)
    base = column(height, theta * ratio, wind)
    fields = {name: getattr(base, name) for name in base.__dataclass_fields__}
    return Profile(**{**fields, "pressure": 1e5 * ratio ** (1.0 / KAPPA)})


def grid_weather(crs: str = "EPSG:4326", x0: float = 80.0, step: float = 2.5, columns: int = 5) -> xr.Dataset:
    """Weather whose every field is linear in x and y, so that bilinear interpolation is exact."""
    x, y = x0 + step * np.arange(columns), 40.0 + 2.5 * np.arange(4)
    east, north = np.meshgrid(x - 87.6, y - 43.8)
    slope = (2.0 * east - 3.0 * north)[None, None]
    pressure = np.array([100000.0, 85000.0, 70000.0, 50000.0])[None, :, None, None]
    level = {
        "air_temperature": (np.array([262.0, 264.0, 258.0, 245.0])[None, :, None, None] + 0.1 * slope, "K"),
        "air_pressure": (pressure + 0.0 * slope, "Pa"),
        "height_above_ground": (
            np.array([-350.0, 600.0, 2050.0, 4500.0])[None, :, None, None] + slope,
            "m",
        ),
        "eastward_wind": (np.array([0.0, 3.0, 6.0, 12.0])[None, :, None, None] + 0.0 * slope, "m s-1"),
        "northward_wind": (0.0 * pressure + 0.2 * slope, "m s-1"),
    }
    surface = {
        "surface_pressure": (92000.0 + 0.0 * slope[:, 0], "Pa"),
        "air_temperature_2m": (252.0 + 0.1 * slope[:, 0], "K"),
        "dew_point_2m": (248.0 + 0.0 * slope[:, 0], "K"),
        "eastward_wind_10m": (0.5 + 0.0 * slope[:, 0], "m s-1"),
        "northward_wind_10m": (-1.0 + 0.0 * slope[:, 0], "m s-1"),
        "boundary_layer_height": (120.0 + slope[:, 0], "m"),
    }
    lon, lat = np.meshgrid(x, y)
    return xr.Dataset(
        {
            **{name: (("time", "level", "y", "x"), v, {"units": u}) for name, (v, u) in level.items()},
            **{name: (("time", "y", "x"), v, {"units": u}) for name, (v, u) in surface.items()},
            "surface_height": (("y", "x"), 800.0 + slope[0, 0], {"units": "m"}),
        },
        coords={
            "time": [np.datetime64("2011-01-15T12", "ns")], "level": np.arange(4), "y": y, "x": x,
            "lon": (("y", "x"), lon, {"units": "degrees_east"}),
            "lat": (("y", "x"), lat, {"units": "degrees_north"}),
        },
        attrs={"source": "made for a test", "crs": crs},
    )  # fmt: skip
