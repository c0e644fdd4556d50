"""The weather that a run saw, as pages show it: fields near the ground, and profiles above places."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.weather import grid_config, pieces_on_grid
from foundation.grids import Grid
from foundation.provenance import Degradation
from foundation.times import HOUR

if TYPE_CHECKING:
    from flows.plan import DayPlan
    from foundation.places import Place

__all__ = [
    "PROFILES_FILE",
    "WEATHER_FOLDER",
    "WeatherProducts",
    "weather_products",
    "weather_seen",
    "write_weather",
]

WEATHER_FOLDER, PROFILES_FILE = "weather.zarr", "profiles.nc"

_CHUNK_HOURS = 24
_MISSING = -32768
_FIELDS = {
    "eastward_wind_10m": ("m s-1", 0.01), "northward_wind_10m": ("m s-1", 0.01),
    "boundary_layer_height": ("m", 1.0), "inversion_strength": ("K", 0.01), "inversion_base": ("m", 1.0),
    "inversion_depth": ("m", 1.0),
}  # fmt: skip
"""Units, and the step to which values are rounded in the file."""


@dataclass(frozen=True)
class WeatherProducts:
    """What is written of the weather.

    Attributes:
        fields: (lead_time, y, x); winds are those of the lowest layer where the weather has none at 10 m.
        profiles: (lead_time, level, place) and courses (lead_time, place).
    """

    fields: xr.Dataset
    profiles: xr.Dataset


NOT_MADE = Degradation(
    code="no-weather-products",
    chinese="无气象分布图和廓线（计算未完成）；预报不受影响。",
    english="No maps and profiles of the weather: they could not be made. The forecast is not affected.",
)


def weather_seen(
    plan: DayPlan, weather: xr.Dataset
) -> tuple[WeatherProducts | None, tuple[Degradation, ...]]:
    """The products of a run's weather, or a note on why there are none; they never stop the day."""
    from forecast.physical.configuration import physical_config

    try:
        grid, lead_hours = grid_config(plan).grid(), physical_config().lead_hours
        return weather_products(weather, grid, plan.reference_time, lead_hours), ()
    except Exception as error:  # noqa: BLE001 - the forecast must go out whatever fails here
        warnings.warn(f"weather products failed: {error}", RuntimeWarning, stacklevel=2)
        return None, (NOT_MADE,)


def weather_products(
    weather: xr.Dataset, grid: Grid, reference_time: np.datetime64, lead_hours: int
) -> WeatherProducts:
    """Fields and profiles of every hour of the forecast that the weather reaches.

    Args:
        weather: keeps `METEOROLOGY`, on any grid that covers the model's.
        grid: the model's.
        reference_time: UTC.
        lead_hours: length of the forecast.

    Raises:
        InputError: when the weather does not cover the grid, or holds no hour of the forecast.
    """
    from atmosphere.meteorology.diagnostics.place_courses import course_above
    from forecast.physical.products import places_in

    end = min(weather["time"].values[-1], reference_time + lead_hours * HOUR)
    times = np.arange(reference_time + HOUR, end + HOUR, HOUR).astype("datetime64[ns]")
    places = places_in(grid)
    fields, courses = [], []
    for piece in pieces_on_grid(weather, grid, times):
        fields.append(_fields(piece))
        courses.append(xr.concat([course_above(piece, one.lon, one.lat) for one in places], "place"))
    made = xr.concat(
        courses, "time", data_vars="minimal", coords="minimal", compat="override", join="override"
    )
    return WeatherProducts(
        _by_lead(xr.concat(fields, "time"), reference_time),
        _by_lead(made.assign_coords(_place_coordinates(places)), reference_time),
    )


def _fields(piece: xr.Dataset) -> xr.Dataset:
    """Wind, mixing and inversion of some hours, (time, y, x)."""
    from atmosphere.meteorology.diagnostics.inversion_fields import inversion_fields

    lowest = {name: piece[name].isel(level=0).values for name in ("eastward_wind", "northward_wind")}
    temperature = piece["air_temperature"].transpose("level", "time", "y", "x").values.astype(float)
    height = piece["height_above_ground"].transpose("level", "time", "y", "x").values.astype(float)
    if "air_temperature_2m" in piece:
        temperature = np.concatenate([piece["air_temperature_2m"].values[None].astype(float), temperature])
        height = np.concatenate([np.full_like(height[:1], 2.0), height])
    found = inversion_fields(temperature, height)
    values: dict[str, np.ndarray] = {
        f"{name}_10m": piece[f"{name}_10m"].values if f"{name}_10m" in piece else lowest[name]
        for name in lowest
    }
    if "boundary_layer_height" in piece:
        values["boundary_layer_height"] = piece["boundary_layer_height"].values
    values |= {
        "inversion_strength": found.strength, "inversion_base": found.base, "inversion_depth": found.depth
    }  # fmt: skip
    axes = {"time": piece["time"].values, "y": piece["y"].values, "x": piece["x"].values}
    return xr.Dataset(
        {name: (("time", "y", "x"), one, {"units": _FIELDS[name][0]}) for name, one in values.items()}, axes
    )


def _place_coordinates(places: tuple[Place, ...]) -> dict[str, Any]:
    return {
        "place": [place.id for place in places],
        "lon": ("place", [place.lon for place in places], {"units": "degrees_east"}),
        "lat": ("place", [place.lat for place in places], {"units": "degrees_north"}),
    }


def _by_lead(dataset: xr.Dataset, reference_time: np.datetime64) -> xr.Dataset:
    """Lead times in the place of times, as the fields of the model have them."""
    valid = dataset["time"].values
    leads = (valid - reference_time).astype("timedelta64[ns]")
    return dataset.rename(time="lead_time").assign_coords(
        lead_time=leads,
        valid_time=("lead_time", valid),
        reference_time=reference_time.astype("datetime64[ns]"),
    )


def write_weather(folder: Path, products: WeatherProducts | None, marks: dict[str, Any]) -> dict[str, str]:
    """Write both products, packed; nothing where there are none.

    Args:
        folder: of the run, being written.
        products: of the run's weather.
        marks: attributes of both files.

    Returns:
        What the manifest says of them.
    """
    if products is None:
        return {}
    fields = products.fields.assign_attrs(marks | {"contract": "weather"})
    hours = min(_CHUNK_HOURS, fields.sizes["lead_time"])
    chunks = (hours, fields.sizes["y"], fields.sizes["x"])
    packed = {
        name: {
            "dtype": "int16",
            "scale_factor": _FIELDS[str(name)][1],
            "_FillValue": _MISSING,
            "chunks": chunks,
        }
        for name in fields.data_vars
    }
    fields.to_zarr(folder / WEATHER_FOLDER, mode="w", zarr_format=2, consolidated=True, encoding=packed)
    profiles = products.profiles.assign_attrs(marks | {"contract": "profiles"})
    smaller: dict[str, Any] = {
        str(name): {"zlib": True, "complevel": 1, "shuffle": True}
        | ({"dtype": "float32"} if array.dtype.kind == "f" else {})
        for name, array in profiles.data_vars.items()
    }
    profiles.to_netcdf(folder / PROFILES_FILE, encoding=smaller)
    return {"weather": WEATHER_FOLDER, "profiles": PROFILES_FILE}
