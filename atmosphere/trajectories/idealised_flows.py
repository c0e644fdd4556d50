"""Weather with known answers, for proofs and for timing; made from formulas, never for a product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from foundation.constants import DRY_AIR_GAS_CONSTANT, EARTH_RADIUS, GRAVITY

__all__ = ["FlowSettings", "flow_weather", "rotation_wind", "travelling_waves"]

Wind = Callable[[np.ndarray, np.ndarray, np.ndarray, float], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""Eastward, northward and upward wind, m s-1, of longitude, latitude (degrees), height (m) and seconds."""

_TEMPERATURE = 280.0
_START = np.datetime64("2000-01-01T00:00", "ns")


@dataclass(frozen=True)
class FlowSettings:
    """A grid in longitude and latitude, levels and times.

    Attributes:
        lon: degrees east, evenly spaced.
        lat: degrees north, evenly spaced.
        heights: of the levels above ground, m, growing.
        hours: times, hours from the start.
        boundary_layer_height: m, of longitude, latitude and seconds; None for none.
        friction_velocity: m s-1, everywhere.
        heat_flux: upward sensible heat, W m-2, everywhere.
        dtype: floating type of the fields.
    """

    lon: np.ndarray
    lat: np.ndarray
    heights: np.ndarray
    hours: np.ndarray
    boundary_layer_height: Callable[[np.ndarray, np.ndarray, float], np.ndarray] | None = None
    friction_velocity: float = 0.3
    heat_flux: float = 0.0
    dtype: str = field(default="float64")


def flow_weather(settings: FlowSettings, wind: Wind) -> xr.Dataset:
    """A meteorology data set over flat ground at the sea in an isothermal, hydrostatic atmosphere.

    Its density falls exponentially, which makes the well-mixed state known exactly.
    """
    lon, lat = np.meshgrid(settings.lon, settings.lat)
    seconds = 3600.0 * np.asarray(settings.hours, dtype=float)
    height = np.asarray(settings.heights, dtype=float)[:, None, None] * np.ones_like(lon)
    winds = np.stack([np.stack(np.broadcast_arrays(*wind(lon, lat, height, t))) for t in seconds], axis=1)
    full = np.broadcast_to(height, winds.shape[1:])
    ground = np.full((len(seconds), *lon.shape), 101325.0)
    volumes = {
        "eastward_wind": (winds[0], "m s-1"), "northward_wind": (winds[1], "m s-1"),
        "upward_air_velocity": (winds[2], "m s-1"),
        "air_temperature": (np.full(winds.shape[1:], _TEMPERATURE), "K"),
        "air_pressure": (101325.0 * np.exp(-GRAVITY * full / (DRY_AIR_GAS_CONSTANT * _TEMPERATURE)), "Pa"),
        "height_above_ground": (full, "m"),
    }  # fmt: skip
    surfaces = {"surface_pressure": (ground, "Pa")}
    if settings.boundary_layer_height is not None:
        depth = np.stack([settings.boundary_layer_height(lon, lat, t) * np.ones_like(lon) for t in seconds])
        surfaces["boundary_layer_height"] = (depth, "m")
        surfaces["friction_velocity"] = (np.full_like(ground, settings.friction_velocity), "m s-1")
        surfaces["sensible_heat_flux"] = (np.full_like(ground, settings.heat_flux), "W m-2")
    return _dataset(settings, lon, lat, volumes, surfaces)


def _dataset(
    settings: FlowSettings, lon: np.ndarray, lat: np.ndarray,
    volumes: dict[str, tuple[np.ndarray, str]], surfaces: dict[str, tuple[np.ndarray, str]],
) -> xr.Dataset:  # fmt: skip
    def held(dims: tuple[str, ...], values: np.ndarray, units: str) -> tuple[object, ...]:
        return dims, values.astype(settings.dtype), {"units": units}

    fields = {name: held(("time", "level", "y", "x"), *pair) for name, pair in volumes.items()}
    fields |= {name: held(("time", "y", "x"), *pair) for name, pair in surfaces.items()}
    fields["surface_height"] = held(("y", "x"), np.zeros_like(lon), "m")
    hours = np.asarray([round(3.6e12 * hour) for hour in settings.hours], dtype="timedelta64[ns]")
    coords = {
        "time": _START + hours, "x": settings.lon.astype(float), "y": settings.lat.astype(float),
        "lon": held(("y", "x"), lon, "degrees_east"), "lat": held(("y", "x"), lat, "degrees_north"),
    }  # fmt: skip
    attributes = {"source": "SYNTHETIC: idealised flow", "crs": f"+proj=longlat +R={EARTH_RADIUS} +no_defs"}
    return xr.Dataset(fields, coords, attributes)


def rotation_wind(period_s: float, pole_lon: float, pole_lat: float) -> Wind:
    """Solid-body rotation of the sphere about an axis through a place.

    Case 1 of Williamson et al. 1992, doi:10.1016/S0021-9991(05)80016-6, with the axis given by its pole:
    every orbit is a circle on the sphere, closed after the period.
    """
    speed = 2.0 * np.pi * EARTH_RADIUS / period_s
    pole = np.deg2rad(pole_lat)

    def wind(
        lon: np.ndarray, lat: np.ndarray, height: np.ndarray, seconds: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        del seconds
        across, phi = np.deg2rad(lon - pole_lon), np.deg2rad(lat)
        east = speed * (np.cos(phi) * np.sin(pole) - np.sin(phi) * np.cos(pole) * np.cos(across))
        north = speed * np.cos(pole) * np.sin(across)
        nothing = np.zeros_like(height)
        return east + nothing, north + nothing, nothing

    return wind


def travelling_waves(
    lon: np.ndarray, lat: np.ndarray, height: np.ndarray, seconds: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Westerlies that grow with height, travelling waves, and vertical motion, none at the ground."""
    phase = np.deg2rad(12.0 * lon) - 2.0 * np.pi * seconds / 86400.0
    north_phase = np.deg2rad(15.0 * lat)
    east = 2.0 + 12.0 * height / 8000.0 + 5.0 * np.sin(phase) * np.cos(north_phase)
    north = 5.0 * np.cos(phase) * np.sin(north_phase)
    upward = 0.02 * np.sin(phase + 1.0) * np.sin(np.pi * np.clip(height / 12000.0, 0.0, 1.0))
    return east, north, np.broadcast_to(upward, np.broadcast_shapes(upward.shape, height.shape)).copy()
