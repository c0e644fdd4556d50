"""What the ground does to the air: friction, heat, snow, soil, cloud and precipitation."""

from __future__ import annotations

import numpy as np

from atmosphere.meteorology.idealised.air import Air, Sun
from atmosphere.meteorology.idealised.balance import Flow
from atmosphere.meteorology.idealised.fronts import Episode
from atmosphere.meteorology.idealised.terrain import desert_share
from atmosphere.meteorology.idealised.winds import Ground
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY, VON_KARMAN, ZERO_CELSIUS

__all__ = ["standing_fields", "surface_fields"]

_HEAVIEST_SNOW = 1.0 / 3600.0
"""kg m-2 s-1: 1 mm of water an hour."""


def surface_fields(
    flow: Flow, air: Air, ground: Ground, now: Episode, daylight: Sun, lowest_m: float
) -> dict[str, np.ndarray]:
    """Fields near the ground at one time, by name of the contract, shape (y, x).

    Args:
        flow: balanced winds.
        air: the air's state.
        ground: the ground.
        now: the episode.
        daylight: the day.
        lowest_m: height of the middle of the lowest layer, m.
    """
    profile = np.log(10.0 / ground.roughness) / np.log(max(lowest_m, 10.0) / ground.roughness)
    speed = np.hypot(flow.east[0], flow.north[0]) * profile
    calm = np.exp(-now.gust / 4.0)
    cloud = np.clip(0.15 + 0.25 * now.stagnation + 0.75 * now.cloud, 0.0, 1.0)
    stable = 1.0 - 0.5 * calm * (1.0 - daylight.day)
    friction = np.maximum(VON_KARMAN * speed / np.log(10.0 / ground.roughness) * stable, 0.03)
    at_2m = air.temperature[0] + 0.5 * daylight.day - 0.8 * calm * (1.0 - daylight.day)
    surface_pressure = air.pressure[0] * np.exp(
        GRAVITY * lowest_m / (DRY_AIR_GAS_CONSTANT * air.temperature[0])
    )
    uplift = 1.0 + np.clip(-ground.slope[1] / 0.03, 0.0, 1.5)
    return {
        "eastward_wind_10m": flow.east[0] * profile,
        "northward_wind_10m": flow.north[0] * profile,
        "surface_pressure": surface_pressure,
        "air_temperature_2m": at_2m,
        "dew_point_2m": np.minimum(_dew_point(air.specific_humidity[0], surface_pressure), at_2m),
        "friction_velocity": friction,
        "sensible_heat_flux": _heat_flux(friction, now, daylight, cloud),
        "boundary_layer_height": _mixing_height(air, now, daylight),
        "precipitation_rate": _HEAVIEST_SNOW * 0.4 * now.snowfall * uplift,
        "cloud_area_fraction": cloud,
        "surface_downwelling_shortwave_flux": daylight.shortwave * (1.0 - 0.65 * cloud**2),
    }


def standing_fields(ground: Ground) -> dict[str, np.ndarray]:
    """Snow and soil moisture, which an episode does not change, shape (y, x)."""
    desert = desert_share(ground.lon, ground.lat)
    snowy = 0.5 * (1.0 + np.tanh((ground.lat - 42.9 + ground.height / 3000.0) / 0.4))
    return {
        "snow_depth": (1.0 - desert) * snowy * (0.08 + 0.25 * np.clip(ground.height / 3000.0, 0.0, 1.0)),
        "soil_moisture": 0.20 - 0.15 * desert,
    }


def _mixing_height(air: Air, now: Episode, daylight: Sun) -> np.ndarray:
    """Up to the base of the inversion by day, shallow by night, deep in the wind behind a front, m."""
    windy = -np.expm1(-((now.gust / 6.0) ** 2))
    day = air.base - 60.0 * now.stagnation + 900.0 * np.clip(1.0 - 2.0 * now.stagnation, 0.0, 1.0)
    calm = (200.0 - 60.0 * now.stagnation) * (1.0 - daylight.day) + day * daylight.day
    return np.asarray(calm + windy * np.clip(1900.0 - calm, 0.0, None))


def _heat_flux(friction: np.ndarray, now: Episode, daylight: Sun, cloud: np.ndarray) -> np.ndarray:
    """Sensible heat from the ground, W m-2: part of the sun by day, by night as the wind allows."""
    day = 0.18 * daylight.shortwave * (1.0 - 0.65 * cloud**2)
    night = -(4.0 + 60.0 * np.clip(friction, 0.0, 0.5)) * (1.0 - daylight.day) * (1.0 - now.cloud)
    return np.asarray(day + night + 40.0 * now.cold * np.clip(friction - 0.3, 0.0, 0.5))


def _dew_point(specific_humidity: np.ndarray, pressure: np.ndarray) -> np.ndarray:
    """Dew point, K (inverse of Bolton 1980, eq. 10)."""
    vapour = specific_humidity * pressure / (0.622 + 0.378 * specific_humidity)
    logarithm = np.log(vapour / 611.2)
    return np.asarray(ZERO_CELSIUS + 243.5 * logarithm / (17.67 - logarithm))
