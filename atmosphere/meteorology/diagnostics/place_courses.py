"""Profiles above a place hour by hour, and what each says of dispersion."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.meteorology.diagnostics.air_profile import ANEMOMETER_HEIGHT, SCREEN_HEIGHT, Profile
from atmosphere.meteorology.diagnostics.bilinear import corners_of
from atmosphere.meteorology.diagnostics.dispersion import dispersion_grade, dispersion_rules
from atmosphere.meteorology.diagnostics.inversion import inversions, strongest
from atmosphere.meteorology.diagnostics.mixing_height import MixingHeight, mixing_height
from atmosphere.meteorology.diagnostics.thermodynamics import (
    dew_point_of_specific_humidity,
    relative_humidity,
)
from atmosphere.meteorology.diagnostics.ventilation import Ventilation, ventilation
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY

__all__ = ["course_above"]

_VOLUME = {
    "air_pressure": "Pa", "air_temperature": "K", "eastward_wind": "m s-1", "northward_wind": "m s-1",
    "dew_point": "K", "relative_humidity": "1",
}  # fmt: skip
_COURSES = {
    "eastward_wind_10m": "m s-1", "northward_wind_10m": "m s-1", "boundary_layer_height": "m",
    "inversion_strength": "K", "inversion_base": "m", "inversion_depth": "m", "ventilation_index": "m2 s-1",
}  # fmt: skip
_PLAIN = {"air_pressure", "air_temperature", "eastward_wind", "northward_wind"}


def course_above(weather: xr.Dataset, lon: float, lat: float) -> xr.Dataset:
    """Profiles above a point and the courses of mixing, inversion and dispersion grade.

    Args:
        weather: on the model's grid and layers; keeps `METEOROLOGY`.
        lon: degrees east.
        lat: degrees north.

    Returns:
        `height_above_ground` (level), profiles (time, level) whose lowest level holds the temperature at 2 m
        and the wind at 10 m where the weather has them, courses (time), and `dispersion_grade` (time), 0
        where it cannot be said.

    Raises:
        InputError: when the point lies outside the grid.
    """
    corners = corners_of(weather, lon, lat)
    surface = {
        str(name): corners.value(array) for name, array in weather.data_vars.items() if array.ndim == 3
    }
    above = {name: corners.value(weather[name]) for name in _PLAIN}
    height = corners.value(weather["height_above_ground"])[0]
    if "specific_humidity" in weather:
        humidity = corners.value(weather["specific_humidity"])
        above["dew_point"] = dew_point_of_specific_humidity(above["air_pressure"], humidity)
    else:
        above["dew_point"] = np.full_like(above["air_pressure"], np.nan)
    height, above, at_surface = _with_surface(height, above, surface)
    above["relative_humidity"] = relative_humidity(above["air_temperature"], above["dew_point"])
    told = {name: np.full(weather.sizes["time"], np.nan) for name in _COURSES}
    told["eastward_wind_10m"], told["northward_wind_10m"] = (
        above[f"{way}ward_wind"][:, 0] for way in ("east", "north")
    )
    grade = np.zeros(weather.sizes["time"], dtype=np.int8)
    for hour, time in enumerate(weather["time"].values):
        now = {name: float(values[hour]) for name, values in surface.items() if np.isfinite(values[hour])}
        profile = Profile(
            lon=lon, lat=lat, time=time, source=str(weather.attrs.get("source", "")), surface=now,
            height=height,
            starts_at_surface=at_surface, pressure=above["air_pressure"][hour],
            temperature=above["air_temperature"][hour], dew_point=above["dew_point"][hour],
            eastward_wind=above["eastward_wind"][hour], northward_wind=above["northward_wind"][hour],
        )  # fmt: skip
        grade[hour] = _diagnosed(profile, told, hour)
    return _dataset(weather, height, above, told, grade)


def _with_surface(
    height: np.ndarray, above: dict[str, np.ndarray], surface: dict[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray], bool]:
    """Columns (time, level) with the values at 2 m and 10 m as their lowest level, where these are there."""
    kept = height > ANEMOMETER_HEIGHT
    raised = {name: values[:, kept] for name, values in above.items()}
    if not {"air_temperature_2m", "eastward_wind_10m", "northward_wind_10m", "surface_pressure"} <= set(
        surface
    ):
        return height[kept], raised, False
    temperature = surface["air_temperature_2m"]
    thin = np.exp(-GRAVITY * SCREEN_HEIGHT / (DRY_AIR_GAS_CONSTANT * temperature))
    lowest = {
        "air_pressure": surface["surface_pressure"] * thin, "air_temperature": temperature,
        "eastward_wind": surface["eastward_wind_10m"], "northward_wind": surface["northward_wind_10m"],
        "dew_point": surface.get("dew_point_2m", np.full_like(temperature, np.nan)),
    }  # fmt: skip
    joined = {name: np.concatenate([lowest[name][:, None], raised[name]], axis=1) for name in raised}
    return np.concatenate([[SCREEN_HEIGHT], height[kept]]), joined, True


def _diagnosed(profile: Profile, told: dict[str, np.ndarray], hour: int) -> int:
    """Fill the courses of an hour; the grade, 0 where it cannot be said."""
    layers = inversions(profile)
    main = strongest(layers)
    told["inversion_strength"][hour] = main.strength if main else 0.0
    told["inversion_depth"][hour] = main.top_height - main.base_height if main else 0.0
    if main:
        told["inversion_base"][hour] = main.base_height
    mixed = profile.surface.get("boundary_layer_height")
    if mixed is None:
        computed = mixing_height(profile)
        if not isinstance(computed, MixingHeight):
            return 0
        mixed = computed.height
    told["boundary_layer_height"][hour] = mixed
    air = ventilation(profile, mixed)
    if not isinstance(air, Ventilation):
        return 0
    told["ventilation_index"][hour] = air.index
    return dispersion_grade(air, layers, profile.surface.get("precipitation_rate")).grade


def _dataset(
    weather: xr.Dataset, height: np.ndarray, above: dict[str, np.ndarray], told: dict[str, np.ndarray],
    grade: np.ndarray,
) -> xr.Dataset:  # fmt: skip
    rules = dispersion_rules()
    volume = {name: (("time", "level"), above[name], {"units": unit}) for name, unit in _VOLUME.items()}
    courses = {name: (("time",), told[name], {"units": unit}) for name, unit in _COURSES.items()}
    graded = {"units": "1", "rules": rules.name, "verified": int(rules.verified)}
    return xr.Dataset(
        {
            "height_above_ground": (("level",), height, {"units": "m"}), **volume, **courses,
            "dispersion_grade": (("time",), grade, graded),
        },
        {"time": weather["time"].values},
    )  # fmt: skip
