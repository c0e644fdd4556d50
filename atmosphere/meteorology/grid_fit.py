"""Weather on the columns and layers of the model's grid: putting it together, and checking that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from foundation.atmospheric_contracts import METEOROLOGY
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["Members", "check_on_grid", "weather_on_grid"]

_NEEDED = ("eastward_wind", "northward_wind", "air_temperature", "air_pressure", "height_above_ground")
_DEGREES = 1e-3
_METRES = 0.5

Members = xr.Dataset | Sequence[xr.Dataset]
"""Weather, or the weather of each ensemble member."""


def weather_on_grid(
    grid: Grid, times: np.ndarray, fields: Mapping[str, np.ndarray], attributes: Mapping[str, object]
) -> xr.Dataset:
    """The weather data set of fields on the grid, with coordinates, units and the heights of the layers.

    Args:
        grid: the model's grid.
        times: UTC, shape (time,).
        fields: by name of the contract, of the contract's dimensions.
        attributes: of the data set; `crs` is set here.
    """
    known = {**METEOROLOGY.variables, **METEOROLOGY.optional}
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    height = grid.layer_height_m.astype(np.float32)[:, None, None]
    every = {**fields, "height_above_ground": np.broadcast_to(height, (len(times), *grid.shape))}
    variables = {
        name: (known[name].dims, values.astype(np.float32, copy=False), {"units": known[name].units})
        for name, values in every.items()
    }
    coords = {
        "time": times,
        "y": ("y", grid.lat, {"units": "degrees_north"}),
        "x": ("x", grid.lon, {"units": "degrees_east"}),
        "lon": (("y", "x"), lon, {"units": "degrees_east"}),
        "lat": (("y", "x"), lat, {"units": "degrees_north"}),
    }
    return xr.Dataset(variables, coords, {**attributes, "crs": "EPSG:4326"})


def check_on_grid(weather: Members, grid: Grid) -> tuple[xr.Dataset, ...]:
    """The members, when all lie on the columns and layers of the grid and on the same times.

    Raises:
        InputError: naming the first thing that does not fit.
    """
    members = (weather,) if isinstance(weather, xr.Dataset) else tuple(weather)
    if not members:
        raise InputError("weather: expected one or more ensemble members, got none")
    for number, member in enumerate(members):
        where = "weather" if len(members) == 1 else f"weather of member {number}"
        missing = [name for name in _NEEDED if name not in member.variables]
        if missing:
            raise InputError(f"expected {', '.join(missing)}, got none", where=where)
        _check_columns(member, grid, where)
        _check_layers(member, grid, where)
        if not np.array_equal(member["time"].values, members[0]["time"].values):
            raise InputError("expected the times of member 0, got others", where=where)
    return members


def _check_columns(member: xr.Dataset, grid: Grid, where: str) -> None:
    _, rows, columns = grid.shape
    remedy = "Bring it onto the grid first: atmosphere.meteorology.regridding.on_grid"
    got = (member.sizes.get("y"), member.sizes.get("x"))
    if got != (rows, columns):
        what = f"expected {rows} rows and {columns} columns, got {got[0]} and {got[1]}"
        raise InputError(what, where=where, remedy=remedy)
    for name, wanted in (("lon", grid.lon[None, :]), ("lat", grid.lat[:, None])):
        off = float(np.abs(member[name].values - wanted).max())
        if not off < _DEGREES:
            raise InputError(f"{name}: up to {off:.3g}° from the grid's centres", where=where, remedy=remedy)


def _check_layers(member: xr.Dataset, grid: Grid, where: str) -> None:
    layers = grid.shape[0]
    heights = member["height_above_ground"].isel(time=0).values
    if heights.shape[0] != layers:
        found = np.median(heights, axis=(1, 2))
        without = [
            f"{top:g}" for top in grid.layer_height_m if not np.isclose(found, top, atol=_METRES).any()
        ]
        lacking = f"; none near {', '.join(without)} m" if without else ""
        raise InputError(f"expected {layers} levels, got {heights.shape[0]}{lacking}", where=where)
    off = np.abs(heights - grid.layer_height_m[:, None, None]).max(axis=(1, 2))
    if not (off < _METRES).all():
        level = int(np.argmax(~(off < _METRES)))
        wanted, away = grid.layer_height_m[level], off[level]
        raise InputError(
            f"level {level}: expected {wanted:g} m above ground, off by {away:.3g} m", where=where
        )
