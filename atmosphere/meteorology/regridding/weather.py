"""A whole weather data set, brought onto the model's grid, layers and times."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.meteorology.grid_fit import weather_on_grid
from atmosphere.meteorology.layers import STANDARD_LAPSE, on_layers
from atmosphere.meteorology.regridding.bilinear import bilinear
from atmosphere.meteorology.regridding.weights import Regridding, SourceGrid
from atmosphere.meteorology.time_interpolation import LONGEST_GAP, check_times, in_time
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["on_grid"]

_VOLUME = ("time", "level", "y", "x")
_KNOWN = {**METEOROLOGY.variables, **METEOROLOGY.optional}


def on_grid(
    weather: xr.Dataset,
    grid: Grid,
    times: np.ndarray | None = None,
    terrain: np.ndarray | None = None,
    longest_gap: np.timedelta64 = LONGEST_GAP,
) -> xr.Dataset:
    """Weather on the model's columns, layers and times.

    Every field is interpolated bilinearly on its own levels, then in height as `layers` describes, then in
    time as `time_interpolation` describes. Winds are relative to the earth and need no turning.

    Args:
        weather: keeps `METEOROLOGY`, on any lon-lat or projected grid and any levels.
        grid: the model's grid.
        times: UTC, growing; by default the weather's own.
        terrain: height of the model's ground above the sea, m, shape (y, x); by default the weather's own,
            interpolated. Heights above ground are kept on either; with a terrain of its own, temperature
            changes by the standard lapse rate and pressure hydrostatically with the difference in height.
        longest_gap: longest gap in time that is bridged.

    Returns:
        A data set that keeps `METEOROLOGY`, whose levels are the grid's layers.

    Raises:
        InputError: when the weather does not cover the grid (naming the sides), its levels do not reach the
            highest layer, or times are missing.
        ContractError: when the weather breaks the contract, for example by a missing value.
    """
    wanted = weather["time"].values if times is None else np.asarray(times).astype("datetime64[ns]")
    source = SourceGrid.of(weather)
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    regridding = bilinear(source, lon, lat)
    check_times(weather["time"].values, wanted, longest_gap)
    weather = METEOROLOGY.check(weather.isel(time=_needed(weather["time"].values, wanted)), "weather")
    ground = _standing(weather, regridding, terrain)
    states = [
        _state(weather.isel(time=[number]), regridding, grid, ground)
        for number in range(weather.sizes["time"])
    ]
    fields = {name: np.stack([state[name] for state in states]) for name in states[0]}
    if ground:
        fields["surface_height"] = ground["model"]
    made = weather_on_grid(grid, weather["time"].values, fields, weather.attrs)
    return METEOROLOGY.check(
        in_time(made, wanted, longest_gap) if times is not None else made, "regridded weather"
    )


def _needed(known: np.ndarray, wanted: np.ndarray) -> slice:
    """Times of the weather that the wanted ones lie between."""
    first = max(int(np.searchsorted(known, wanted[0], side="right")) - 1, 0)
    return slice(first, int(np.searchsorted(known, wanted[-1], side="left")) + 1)


def _standing(
    weather: xr.Dataset, regridding: Regridding, terrain: np.ndarray | None
) -> dict[str, np.ndarray]:
    """Ground of the source and of the model on the model's columns."""
    if "surface_height" not in weather.variables:
        if terrain is not None:
            raise InputError("weather: 'surface_height' is missing, the model's own terrain cannot be used")
        return {}
    source = regridding(weather["surface_height"].values.astype(np.float32))
    if terrain is not None and np.shape(terrain) != regridding.target_shape:
        raise InputError(f"terrain: expected {regridding.target_shape}, got {np.shape(terrain)}")
    return {"source": source, "model": source if terrain is None else np.asarray(terrain, np.float32)}


def _state(
    weather: xr.Dataset, regridding: Regridding, grid: Grid, ground: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Fields at one time."""
    volume, surface = {}, {}
    for name, known in _KNOWN.items():
        if name not in weather.variables or "time" not in weather[name].dims or name == "time":
            continue
        values = weather[name].values[0].astype(np.float32)
        if known.dims == _VOLUME:
            volume[name] = regridding(values)
        else:
            surface[name] = regridding.over_gaps(values) if known.may_be_missing else regridding(values)
    made = on_layers(volume, surface, grid.layer_height_m)
    if ground and ground["model"] is not ground["source"]:
        _move(made, surface, ground["model"] - ground["source"])
    return {**made, **surface}


def _move(volume: dict[str, np.ndarray], surface: dict[str, np.ndarray], rise: np.ndarray) -> None:
    """Put the air of one terrain on another, `rise` metres higher."""
    for fields, pairs in (
        (volume, (("air_temperature", "air_pressure"),)),
        (surface, (("air_temperature_2m", "surface_pressure"),)),
    ):
        for temperature, pressure in pairs:
            reference = fields.get(temperature, volume["air_temperature"][0])
            if pressure in fields:
                middle = reference - 0.5 * STANDARD_LAPSE * rise
                fields[pressure] = fields[pressure] * np.exp(
                    -GRAVITY * rise / (DRY_AIR_GAS_CONSTANT * middle)
                )
            if temperature in fields:
                fields[temperature] = reference - STANDARD_LAPSE * rise
    if "dew_point_2m" in surface and "air_temperature_2m" in surface:
        surface["dew_point_2m"] = np.minimum(surface["dew_point_2m"], surface["air_temperature_2m"])
