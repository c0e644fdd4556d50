"""From the levels of a weather file to the model's layers, column by column, at heights above ground.

Heights above the *source's* ground are kept: what the weather model puts 300 m above its own ground is put
300 m above the ground here, so that a cold pool stays on the floor of its basin. Values that a file gives
below its ground are never used. Between the ground and the lowest level above it, the file's own surface
fields lead:

- temperature: linear in height from 2 m temperature; without one, 6.5 K/km warmer than the lowest level for
  at most 500 m;
- wind: linear in the logarithm of height from the 10 m wind; below 10 m, and to make a 10 m wind where the
  file has none, by the neutral logarithmic law over the roughness given;
- pressure: its logarithm from level to level as hydrostatic air of linear temperature has it, from surface
  pressure; without one, hydrostatic from the lowest level;
- specific humidity: from 2 m dew point, otherwise constant, and nowhere above saturation over water;
- vertical motion: linear from 0 at the ground; cloud water: constant.

Above the highest level nothing is extrapolated: such weather is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atmosphere.meteorology.columns import Columns
from atmosphere.meteorology.mass_fluxes import virtual_temperature
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY, ZERO_CELSIUS

__all__ = ["STANDARD_LAPSE", "on_layers", "saturation_humidity"]

STANDARD_LAPSE = 0.0065
"""K m-1 (ICAO standard atmosphere)."""

_DEEPEST_M = 500.0
_DEFAULT_ROUGHNESS_M = 0.1
_WIND_HEIGHT, _TEMPERATURE_HEIGHT = 10.0, 2.0

Fields = Mapping[str, np.ndarray]


def on_layers(
    volume: Fields, surface: Fields, layer_height: np.ndarray, roughness_m: float = _DEFAULT_ROUGHNESS_M
) -> dict[str, np.ndarray]:
    """Fields on the model's layers.

    Args:
        volume: by name of the contract, on levels from the ground upward, shape (level, y, x); with
            `height_above_ground`.
        surface: by name, shape (y, x).
        layer_height: of the layers' middles above ground, m, shape (z,).
        roughness_m: of the ground, m.

    Returns:
        The fields of `volume` but for `height_above_ground`, shape (z, y, x).

    Raises:
        InputError: when heights do not grow from level to level, or the highest level lies below the highest
            layer.
    """
    columns = Columns.of(volume["height_above_ground"], float(layer_height[-1]))
    made = _winds(columns, volume, surface, layer_height, roughness_m)
    at_2m = _temperature_at_2m(columns, volume, surface)
    ground_pressure = _ground_pressure(columns, volume, surface, at_2m)
    from_2m, from_ground = (columns.between(layer_height, node) for node in (_TEMPERATURE_HEIGHT, 0.0))
    made["air_temperature"] = from_2m(volume["air_temperature"], at_2m)
    weight = from_ground.hydrostatic(volume["air_temperature"], at_2m)
    made["air_pressure"] = np.exp(weight(np.log(volume["air_pressure"]), np.log(ground_pressure)))
    if "specific_humidity" in volume:
        humidity = from_2m(
            volume["specific_humidity"], _humidity_at_2m(columns, volume, surface, ground_pressure)
        )
        most = saturation_humidity(made["air_temperature"], made["air_pressure"])
        made["specific_humidity"] = np.clip(humidity, 0.0, most)
    if "upward_air_velocity" in volume:
        made["upward_air_velocity"] = from_ground(volume["upward_air_velocity"], np.zeros_like(at_2m))
    if "cloud_water" in volume:
        made["cloud_water"] = from_ground(volume["cloud_water"], columns.lowest(volume["cloud_water"]))
    return made


def saturation_humidity(temperature: np.ndarray, pressure: np.ndarray) -> np.ndarray:
    """Specific humidity of air saturated over water, kg kg-1 (Bolton 1980, Mon. Weather Rev. 108, eq. 10)."""
    celsius = temperature - ZERO_CELSIUS
    vapour = np.minimum(611.2 * np.exp(17.67 * celsius / (celsius + 243.5)), 0.5 * pressure)
    return np.asarray(0.622 * vapour / (pressure - 0.378 * vapour))


def _winds(
    columns: Columns, volume: Fields, surface: Fields, layer_height: np.ndarray, roughness_m: float
) -> dict[str, np.ndarray]:
    made = {}
    lowest_height = np.maximum(columns.lowest_height, _WIND_HEIGHT)
    to_10m = np.log(_WIND_HEIGHT / roughness_m) / np.log(lowest_height / roughness_m)
    below = np.minimum(np.maximum(layer_height, roughness_m), _WIND_HEIGHT)
    slowed = (np.log(below / roughness_m) / np.log(_WIND_HEIGHT / roughness_m))[:, None, None]
    from_10m = columns.between(layer_height, _WIND_HEIGHT, np.log)
    for name in ("eastward_wind", "northward_wind"):
        at_10m = surface.get(f"{name}_10m")
        if at_10m is None:
            at_10m = columns.lowest(volume[name]) * to_10m
        made[name] = np.asarray(from_10m(volume[name], at_10m) * slowed, volume[name].dtype)
    return made


def _temperature_at_2m(columns: Columns, volume: Fields, surface: Fields) -> np.ndarray:
    given = surface.get("air_temperature_2m")
    if given is not None:
        return given
    lowest = columns.lowest(volume["air_temperature"])
    return np.asarray(lowest + STANDARD_LAPSE * np.minimum(columns.lowest_height, _DEEPEST_M))


def _ground_pressure(columns: Columns, volume: Fields, surface: Fields, at_2m: np.ndarray) -> np.ndarray:
    given = surface.get("surface_pressure")
    if given is not None:
        return given
    mean = 0.5 * (columns.lowest(volume["air_temperature"]) + at_2m)
    if "specific_humidity" in volume:
        mean = virtual_temperature(mean, columns.lowest(volume["specific_humidity"]))
    thickness = columns.lowest_height * (GRAVITY / DRY_AIR_GAS_CONSTANT) / mean
    return np.asarray(columns.lowest(volume["air_pressure"]) * np.exp(thickness))


def _humidity_at_2m(
    columns: Columns, volume: Fields, surface: Fields, ground_pressure: np.ndarray
) -> np.ndarray:
    dew_point = surface.get("dew_point_2m")
    if dew_point is None:
        return columns.lowest(volume["specific_humidity"])
    return saturation_humidity(dew_point, ground_pressure)
