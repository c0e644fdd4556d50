"""Reader of ERA5 in NetCDF, in the layouts of the old and of the new Climate Data Store.

Old: dimensions time, level, latitude, longitude, values packed, a dimension `expver` where final and
preliminary data meet. New (2024): valid_time, pressure_level, latitude, longitude, and one file for each kind
of step (`instant`, `accum`). Sums (J m-2, m) are of the hour that ends at the time given.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.area import Area, AreaLike, checked, latitude_rows, longitude_columns
from atmosphere.meteorology.readers.assembly import Fields, Mesh, lonlat_mesh, weather
from atmosphere.meteorology.readers.ecmwf_surface import surfaces
from atmosphere.meteorology.readers.era5_coordinates import pressures, refuse_bad_coordinates
from atmosphere.meteorology.readers.files import files_of, named
from atmosphere.meteorology.readers.netcdf import opened, si
from atmosphere.meteorology.readers.pressure_levels import Block, on_pressure_levels
from atmosphere.meteorology.readers.value_checks import refuse_bad_times
from foundation.constants import GRAVITY
from foundation.errors import InputError

_DIMENSIONS = {
    "valid_time": "time", "pressure_level": "level", "isobaricInhPa": "level", "latitude": "lat",
    "longitude": "lon",
}  # fmt: skip
_VOLUME = {
    "t": ("air_temperature", "K"), "u": ("eastward_wind", "m s-1"), "v": ("northward_wind", "m s-1"),
    "w": ("omega", "Pa s-1"), "q": ("specific_humidity", "kg kg-1"), "r": ("relative_humidity", "1"),
    "z": ("geopotential", "m2 s-2"), "clwc": ("cloud_water", "kg kg-1"),
}  # fmt: skip
_SURFACE = {
    "sp": ("surface_pressure", "Pa"), "u10": ("eastward_wind_10m", "m s-1"),
    "v10": ("northward_wind_10m", "m s-1"),
    "t2m": ("air_temperature_2m", "K"), "d2m": ("dew_point_2m", "K"), "blh": ("boundary_layer_height", "m"),
    "zust": ("friction_velocity", "m s-1"), "sshf": ("sensible_heat_flux", "J m-2"),
    "msshf": ("mean_sensible_heat_flux", "W m-2"), "avg_ishf": ("mean_sensible_heat_flux", "W m-2"),
    "tp": ("precipitation_rate", "m"), "mtpr": ("mean_precipitation_rate", "kg m-2 s-1"),
    "avg_tprate": ("mean_precipitation_rate", "kg m-2 s-1"), "sd": ("snow_water", "kg m-2"),
    "rsn": ("snow_density", "kg m-3"), "swvl1": ("soil_moisture", "m3 m-3"),
    "tcc": ("cloud_area_fraction", "1"),
    "ssrd": ("surface_downwelling_shortwave_flux", "J m-2"), "z": ("geopotential_at_ground", "m2 s-2"),
}  # fmt: skip
_SUMS = {"sensible_heat_flux", "precipitation_rate", "surface_downwelling_shortwave_flux"}
_HOUR_S = 3600.0


def read_era5(paths: str | Path | Sequence[str | Path], area: AreaLike | None = None) -> xr.Dataset:
    """Read ERA5 files into the weather contract: pressure levels and single levels together.

    Args:
        paths: a file, a folder or a list of files: any mix of months and of variables.
        area: the part wanted; everything when None.

    Raises:
        InputError: when a file cannot be read or does not cover the area, variables, levels or times are
            missing, or times repeat or run backward.
    """
    files = files_of(paths)
    where = named(files)
    parts = [_part(file, checked(area)) for file in files]
    mesh = parts[0][0]
    if any(not _same(mesh, other) for other, _ in parts):
        raise InputError("the files lie on different grids", where=where, remedy="Give files of one grid")
    held = _by_variable([variables for _, variables in parts], where)
    volumes = {name: held[name] for name, _ in _VOLUME.values() if name in held}
    if "air_temperature" not in volumes:
        raise InputError(
            "no temperature on pressure levels (t)", where=where, remedy="Add the file of pressure levels"
        )
    times = volumes["air_temperature"]["time"].values
    blocks = {name: _block(name, array, times, where) for name, array in volumes.items()}
    if "geopotential" in blocks:
        block = blocks.pop("geopotential")
        blocks["geopotential_height"] = Block(block.levels, block.values / GRAVITY)
    ground = {name: _at(name, array, times, where) for name, array in held.items() if name not in volumes}
    at_ground, notes = surfaces(ground, {"precipitation_rate": "m", "snow_water": "kg m-2"})
    values, more = on_pressure_levels(blocks, at_ground, "ecmwf", where)
    notes.insert(0, "heat, radiation and rain are means over the hour before each time")
    return weather(Fields(mesh, times, values, "ERA5, ECMWF", where, [*notes, *more]))


def _part(path: Path, area: Area | None) -> tuple[Mesh, dict[str, xr.DataArray]]:
    """Grid and variables of one file, cut to the area and loaded."""
    with opened(path) as whole:
        dataset = layout(whole, path)
        refuse_bad_times(dataset["time"].values, str(path))
        columns, lon = longitude_columns(dataset["lon"].values.astype(float), area, str(path))
        rows, lat = latitude_rows(dataset["lat"].values.astype(float), area, str(path))
        cut = one_version(dataset.isel(lat=rows, lon=columns))
        found: dict[str, xr.DataArray] = {}
        for key, array in cut.data_vars.items():
            known = (_VOLUME if "level" in array.dims else _SURFACE).get(str(key))
            if known is not None:
                found[known[0]] = _loaded(array, *known, str(path))
    if not found:
        raise InputError(
            f"none of ERA5's variables is in the file; got {', '.join(map(str, whole.data_vars))}",
            where=str(path), remedy="Check what the file holds",
        )  # fmt: skip
    return lonlat_mesh(lon, lat), found


def layout(dataset: xr.Dataset, path: Path) -> xr.Dataset:
    """The same with dimensions time, level, lat, lon, without a single `number`.

    Raises:
        InputError: when it holds several ensemble members, lacks a dimension, or a coordinate is no numbers.
    """
    renamed = dataset.rename({old: new for old, new in _DIMENSIONS.items() if old in dataset.variables})
    if renamed.sizes.get("number", 1) > 1:
        raise InputError(
            f"holds {renamed.sizes['number']} ensemble members", where=str(path), remedy="Give a file of one"
        )
    renamed = renamed.squeeze("number", drop=True) if "number" in renamed.dims else renamed
    for name in ("time", "lat", "lon"):
        if name not in renamed.coords:
            raise InputError(f"no coordinate {name}", where=str(path), remedy="Expected a file of ERA5")
        renamed = renamed if name in renamed.dims else renamed.expand_dims(name)
    refuse_bad_coordinates(renamed, str(path))
    drop = ["number"] if "expver" in renamed.dims else ["expver", "number"]
    return renamed.drop_vars(drop, errors="ignore")


def one_version(dataset: xr.Dataset) -> xr.Dataset:
    """Final data (`expver` 1) where they are, preliminary ones (5) elsewhere."""
    if "expver" not in dataset.dims:
        return dataset
    first, *others = (dataset.isel(expver=place, drop=True) for place in range(dataset.sizes["expver"]))
    for other in others:
        first = first.fillna(other)
    return first


def _loaded(array: xr.DataArray, name: str, unit: str, where: str) -> xr.DataArray:
    order = ("time", "level", "lat", "lon") if "level" in array.dims else ("time", "lat", "lon")
    if array.dtype.kind not in "fiu":
        raise InputError(f"{name}: expected numbers, got {array.dtype}", where=where, remedy="Check the file")
    if "time" not in array.dims:
        array = array.expand_dims("time")
    values = si(array.transpose(*order).values, array.attrs.get("units"), unit, name, where)
    values = values / _HOUR_S if name in _SUMS else values
    return xr.DataArray(values, {dim: array[dim] for dim in order}, order)


def _same(one: Mesh, other: Mesh) -> bool:
    return (
        one.lon.shape == other.lon.shape
        and np.allclose(one.lon, other.lon)
        and np.allclose(one.lat, other.lat)
    )


def _by_variable(parts: list[dict[str, xr.DataArray]], where: str) -> dict[str, xr.DataArray]:
    """Each variable over the times of all files."""
    found: dict[str, xr.DataArray] = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        arrays = sorted(
            (part[name] for part in parts if name in part), key=lambda array: array["time"].values[0]
        )
        if name != "geopotential_at_ground":
            refuse_bad_times(np.concatenate([array["time"].values for array in arrays]), f"{where}, {name}")
        found[name] = arrays[0] if len(arrays) == 1 else xr.concat(arrays, "time", join="outer")
    return found


def _block(name: str, array: xr.DataArray, times: np.ndarray, where: str) -> Block:
    chosen = xr.DataArray(_at(name, array, times, where), dims=("time", "level", "lat", "lon"))
    levels = pressures(array["level"], where)
    order = np.argsort(-levels)
    return Block(levels[order], chosen.values[:, order])


def _at(name: str, array: xr.DataArray, times: np.ndarray, where: str) -> np.ndarray:
    """The variable at the times of temperature; what does not change with time, once (y, x)."""
    if name == "geopotential_at_ground":
        return np.asarray(array.values[0])
    lost = times[~np.isin(times, array["time"].values)]
    if lost.size:
        first = np.datetime_as_string(lost[0], "m")
        raise InputError(
            f"{name} is missing for {lost.size} of {len(times)} times, first {first} UTC",
            where=where, remedy="Get both files for the same times",
        )  # fmt: skip
    return np.asarray(array.sel(time=times).values)
