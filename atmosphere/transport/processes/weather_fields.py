"""The weather that the processes read, as tensors with members in front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.processes import air_properties as air
from atmosphere.transport.processes.weather_reading import WeatherReader
from foundation.grids import Grid

__all__ = ["WeatherFields", "weather_fields"]


@dataclass(frozen=True)
class WeatherFields:
    """Weather on the model's grid at one time; volumes (member, z, y, x), surfaces (member, y, x).

    Optional surfaces are None where the weather does not hold them.

    Attributes:
        temperature: K.
        pressure: Pa.
        density: kg m-3.
        relative_humidity: over water, 0 to 1.
        eastward_wind: m s-1.
        northward_wind: m s-1.
        cloud: 1 in cloud or fog, else 0.
        temperature_2m: K.
        wind_10m: speed at `wind_height`, m s-1.
        wind_height: 10 m, or the middle of the lowest layer, m.
        snow_cover: 0 to 1.
        surface: optional surfaces by their names in the contract of weather.
        height: of the middles of the layers above ground, m, (z,).
        edges: of the layers, m, (z + 1,).
        area: of the columns, m2, (y, x).
        lon: degrees east, (x,).
        lat: degrees north, (y,).
        times: of the members, UTC.
        fallbacks: what stands in for variables that the weather does not hold.
    """

    temperature: torch.Tensor
    pressure: torch.Tensor
    density: torch.Tensor
    relative_humidity: torch.Tensor
    eastward_wind: torch.Tensor
    northward_wind: torch.Tensor
    cloud: torch.Tensor
    temperature_2m: torch.Tensor
    wind_10m: torch.Tensor
    wind_height: float
    snow_cover: torch.Tensor
    surface: dict[str, torch.Tensor]
    height: torch.Tensor
    edges: torch.Tensor
    area: torch.Tensor
    lon: torch.Tensor
    lat: torch.Tensor
    times: tuple[np.datetime64, ...]
    fallbacks: tuple[str, ...] = field(default=())


_OPTIONAL = ("friction_velocity", "sensible_heat_flux", "boundary_layer_height", "precipitation_rate",
             "cloud_area_fraction", "surface_downwelling_shortwave_flux")  # fmt: skip


def weather_fields(
    weather: xr.Dataset | Sequence[xr.Dataset], grid: Grid, parameters: dict[str, torch.Tensor]
) -> WeatherFields:
    """Read the weather of one time, of one or several members, on the model's grid.

    Args:
        weather: data sets that keep the contract of weather, on the grid's columns and layers; a variable of
            which no member may lack when another has it.
        grid: the model's grid.
        parameters: from `parameter_values`; their type and device are those of the result.

    Raises:
        InputError: when a variable is missing, of another shape, no number, out of bounds, or the heights of
            its levels are not the grid's.
    """
    members = [weather] if isinstance(weather, xr.Dataset) else list(weather)
    example = parameters["background_diffusivity"]
    reader = WeatherReader(members, grid, example.dtype, example.device)
    temperature, pressure = reader.volume("air_temperature"), reader.volume("air_pressure")
    humidity, relative = _humidity(reader, temperature, pressure, parameters)
    east, north = reader.volume("eastward_wind"), reader.volume("northward_wind")
    wind, wind_height = _wind_near_ground(reader, east, north)
    warmth = _temperature_2m(reader, temperature)
    surface = {name: value for name in _OPTIONAL if (value := reader.optional(name)) is not None}
    return WeatherFields(
        temperature, pressure, air.air_density(temperature, pressure, humidity), relative, east, north,
        _cloud(reader, temperature, relative, parameters), warmth, wind, wind_height,
        _snow_cover(reader, warmth, parameters), surface,
        reader.tensor(grid.layer_height_m), reader.tensor(grid.layer_edges_m),
        reader.tensor(grid.cell_area_m2), reader.tensor(grid.lon),
        reader.tensor(grid.lat), reader.times(), tuple(reader.fallbacks),
    )  # fmt: skip


def _humidity(
    reader: WeatherReader,
    temperature: torch.Tensor,
    pressure: torch.Tensor,
    parameters: dict[str, torch.Tensor],
) -> tuple[torch.Tensor, torch.Tensor]:
    saturation = air.saturation_pressure_water(temperature)
    specific = reader.optional("specific_humidity")
    if specific is None:
        reader.fall_back("specific_humidity", "a relative humidity of `assumed_relative_humidity`")
        relative = parameters["assumed_relative_humidity"].expand(temperature.shape)
        vapour = relative * saturation
        return air.WATER_TO_DRY_AIR * vapour / (pressure - vapour).clamp_min(1.0), relative
    return specific, (air.vapour_pressure(specific, pressure) / saturation).clamp(0.0, 1.0)


def _cloud(
    reader: WeatherReader,
    temperature: torch.Tensor,
    relative: torch.Tensor,
    parameters: dict[str, torch.Tensor],
) -> torch.Tensor:
    water = reader.optional("cloud_water")
    if water is not None:
        return (water > parameters["cloud_threshold"]).to(temperature)
    reader.fall_back("cloud_water", "cloud where humidity is above `cloud_relative_humidity`")
    liquid = air.liquid_fraction(temperature)
    over_water = air.saturation_pressure_water(temperature)
    mixed = liquid * over_water + (1 - liquid) * air.saturation_pressure_ice(temperature)
    return (relative * over_water / mixed > parameters["cloud_relative_humidity"]).to(temperature)


def _wind_near_ground(
    reader: WeatherReader, east: torch.Tensor, north: torch.Tensor
) -> tuple[torch.Tensor, float]:
    near = reader.optional("eastward_wind_10m"), reader.optional("northward_wind_10m")
    if near[0] is not None and near[1] is not None:
        return torch.hypot(near[0], near[1]), 10.0
    reader.fall_back("wind at 10 m", "the wind in the lowest layer")
    return torch.hypot(east[:, 0], north[:, 0]), float(reader.grid.layer_height_m[0])


def _temperature_2m(reader: WeatherReader, temperature: torch.Tensor) -> torch.Tensor:
    near = reader.optional("air_temperature_2m")
    if near is None:
        reader.fall_back("air_temperature_2m", "the temperature of the lowest layer")
        return temperature[:, 0]
    return near


def _snow_cover(
    reader: WeatherReader, warmth: torch.Tensor, parameters: dict[str, torch.Tensor]
) -> torch.Tensor:
    by_cold = (warmth < parameters["snow_temperature"]).to(warmth)
    depth = reader.optional("snow_depth", may_be_missing=True)
    if depth is None:
        reader.fall_back("snow_depth", "snow where it is colder than `snow_temperature` at 2 m")
        return by_cold
    unknown = torch.isnan(depth)
    if bool(unknown.any()):
        reader.fall_back(f"snow_depth in {int(unknown.sum())} columns", "snow where it is colder than "
                         "`snow_temperature` at 2 m")  # fmt: skip
    return torch.where(unknown, by_cold, (depth / parameters["snow_depth_full_cover"]).clamp(0.0, 1.0))
