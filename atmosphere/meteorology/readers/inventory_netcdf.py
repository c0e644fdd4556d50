"""What a NetCDF weather file holds: ERA5 or WRF output, complete or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers import era5, wrf, wrf_grid
from atmosphere.meteorology.readers.area import latitude_rows, longitude_columns
from atmosphere.meteorology.readers.assembly import LONLAT
from atmosphere.meteorology.readers.era5_coordinates import pressures
from atmosphere.meteorology.readers.inventory import Holding, Inventory
from atmosphere.meteorology.readers.netcdf import opened


def inventory_era5(files: Sequence[Path]) -> Inventory:
    """Go through all variables of ERA5 files.

    Raises:
        InputError: when a file cannot be read or lacks its coordinates.
    """
    result = Inventory(
        "NetCDF", "ERA5, ECMWF", np.array([], "datetime64[ns]"), np.array([], "datetime64[ns]")
    )
    for path in files:
        with opened(path) as whole:
            dataset = era5.one_version(era5.layout(whole, path))
            result.times = np.concatenate([result.times, dataset["time"].values])
            _, lon = longitude_columns(dataset["lon"].values.astype(float), None, str(path))
            _, lat = latitude_rows(dataset["lat"].values.astype(float), None, str(path))
            _count(result, dataset, "level")
            if "level" in dataset.dims:
                hpa = np.round(pressures(dataset["level"], str(path)) / 100.0, 6)
                held = {*result.pressures_hpa, *map(float, hpa)}
                result.pressures_hpa, result.vertical = sorted(held, reverse=True), "pressure"
    result.times = np.unique(result.times) if len(files) > 1 else result.times
    result.bounds = (float(lon[0]), float(lon[-1]), float(lat[0]), float(lat[-1]))
    result.shape = (len(lon), len(lat))
    if min(result.shape) > 1:
        result.step = (float(np.diff(lon).mean()), float(np.diff(lat).mean()))
    result.projection = LONLAT
    return result


def inventory_wrf(files: Sequence[Path]) -> Inventory:
    """Go through all variables of WRF output, also where many are missing.

    Raises:
        InputError: when a file cannot be read or lacks its times or coordinates.
    """
    result = Inventory("NetCDF", "WRF", np.array([], "datetime64[ns]"), np.array([], "datetime64[ns]"))
    for path in files:
        with opened(path) as whole:
            result.source = str(whole.attrs.get("TITLE", "WRF")).strip()
            result.times = np.concatenate([result.times, wrf.times_of(whole, path)])
            result.references = _start(whole)
            x, y, _, result.projection = wrf_grid.axes(whole, path)
            lon, lat = wrf_grid.coordinates(whole, path)
            _count(result, whole, "bottom_top")
            if "bottom_top" in whole.dims and {"P", "PB"} <= set(map(str, whole.data_vars)):
                mean = (whole["P"][0].values + whole["PB"][0].values).mean(axis=(1, 2)) / 100.0
                result.pressures_hpa, result.vertical = [round(float(value), 1) for value in mean], "eta"
    result.bounds = (float(lon.min()), float(lon.max()), float(lat.min()), float(lat.max()))
    result.shape, result.step = (len(x), len(y)), (float(np.diff(x).mean()), float(np.diff(y).mean()))
    result.step_units = "degree" if result.projection == LONLAT else "m"
    return result


def _start(dataset: xr.Dataset) -> np.ndarray:
    text = str(dataset.attrs.get("SIMULATION_START_DATE", "")).replace("_", "T")
    try:
        return np.array([text], "datetime64[ns]") if text else np.array([], "datetime64[ns]")
    except ValueError:
        return np.array([], "datetime64[ns]")


def _count(result: Inventory, dataset: xr.Dataset, level: str) -> None:
    known = {holding.name: holding for holding in result.holdings}
    for name, array in dataset.data_vars.items():
        if array.dtype.kind not in "fiu":
            continue
        words = str(array.attrs.get("long_name", array.attrs.get("description", "")))
        holding = known.setdefault(str(name), Holding(str(name), words, str(array.attrs.get("units", ""))))
        holding.add(np.asarray(array.values, dtype=float))
        time = next((dim for dim in array.dims if str(dim).lower() == "time"), None)
        holding.times += array.sizes[time] if time else 1
        depth = next((dim for dim in array.dims if str(dim).startswith(level)), None)
        if depth is not None:
            holding.levels = [f"{value:g}" for value in np.atleast_1d(dataset[depth].values)]
    result.holdings = list(known.values())
