"""Reading forecasts and recent measurements of a run; nothing here computes a forecast."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import netCDF4
import numpy as np
import xarray as xr

from foundation.contracts import FORECAST, Contract, place_observations
from foundation.errors import ContractError, InputError

FORECAST_FILE = "forecast.nc"
OBSERVATIONS_FILE = "observations.nc"
VERIFICATION_FILE = "verification.json"
MANIFEST_FILE = "manifest.json"
WARNINGS_FILE = "warnings.json"
BULLETIN_FILE = "bulletin.html"

HDF5 = RLock()
"""Held by whoever uses the NetCDF library where several threads may: it is not safe for them."""

_FOLDERS = re.compile(r"(?<![\w.])(?:[a-z0-9]+://)?/(?:[^\s'\"/]+/)+(?=[^\s'\"/])")
_REMEDY = "Give the forecast.nc of a run"


@dataclass(frozen=True)
class Products:
    """A product with a daily part and, where the run has one, an hourly part."""

    day: xr.Dataset
    hour: xr.Dataset | None


def read_forecast(path: str | Path) -> Products:
    """Read a forecast file: the daily forecast, and the hourly one where there is a group `hour`.

    Raises:
        InputError: when the file is absent or is not NetCDF.
        ContractError: when it is NetCDF but not a forecast, or holds other than one reference time.
    """
    products = _read(path, FORECAST, FORECAST)
    for part in (products.day, products.hour):
        if part is not None:
            _check_forecast(part, str(path))
    if products.day.attrs["averaging"] != "day":
        raise ContractError(
            f"expected averaging 'day', got {products.day.attrs['averaging']!r}", where=str(path)
        )
    return products


def _check_forecast(forecast: xr.Dataset, where: str) -> None:
    count = forecast.sizes["reference_time"]
    if count != 1:
        raise ContractError(
            f"forecast contract: expected one reference time, got {count}", where=where, remedy=_REMEDY
        )
    places = [str(place) for place in forecast["place"].values]
    twice = sorted({place for place in places if places.count(place) > 1})
    if twice:
        raise ContractError(f"forecast contract: place {twice[0]!r} is given twice", where=where)
    if not np.isclose(forecast["quantile"].values, 0.5).any():
        raise ContractError("forecast contract: the median (quantile 0.5) is missing", where=where)


def read_observations(path: str | Path) -> Products:
    """Read the recent measurements of a run: daily place means and, where there are any, hourly ones.

    Raises:
        InputError: when the file is absent or is not NetCDF.
        ContractError: when it does not hold place means.
    """
    return _read(path, place_observations("day"), place_observations("hour"))


def _read(path: str | Path, day: Contract, hour: Contract) -> Products:
    file = Path(path)
    if not file.is_file():
        raise InputError("no such file", where=str(file), remedy=_REMEDY)
    try:
        with netCDF4.Dataset(file) as opened:
            has_hours = "hour" in opened.groups
        daily = xr.load_dataset(file, engine="netcdf4", decode_timedelta=True)
        hourly = (
            xr.load_dataset(file, group="hour", engine="netcdf4", decode_timedelta=True)
            if has_hours
            else None
        )
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise InputError(
            f"cannot be read as NetCDF ({first_line(error)})", where=str(file), remedy=_REMEDY
        ) from error
    day.check(daily, str(file))
    if hourly is not None:
        hour.check(hourly, f"{file}, group hour")
    return Products(daily, hourly)


def first_line(error: BaseException) -> str:
    """First line of an error's message, without folders of the machine; its kind where it has none."""
    lines = str(error).strip().splitlines()
    return _FOLDERS.sub("", lines[0]) if lines else type(error).__name__


def at_median(array: xr.DataArray) -> xr.DataArray:
    """The published course: the median, with the dimension `quantile` dropped."""
    nearest = int(np.abs(array["quantile"].values - 0.5).argmin())
    return array.isel(quantile=nearest, drop=True)


def is_synthetic(forecast: xr.Dataset) -> bool:
    """Whether a product was made from idealised data, not from measurements."""
    return bool(int(forecast.attrs.get("synthetic", 0)))
