"""Coordinates of ERA5 files: refused where they are no numbers or no times; levels in Pa."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.netcdf import si
from foundation.errors import InputError

_REMEDY = "Get the file again, or mend its coordinates"
_HIGHEST_LATITUDE = 90.0


def pressures(level: xr.DataArray, where: str) -> np.ndarray:
    """Pressure of the levels in the file's order, Pa; hPa where the coordinate has no label of units.

    Raises:
        InputError: when the label means no pressure.
    """
    label = level.attrs.get("units") or "hPa"
    return np.asarray(si(level.values.astype(float), label, "Pa", "pressure levels", where))


def refuse_bad_coordinates(dataset: xr.Dataset, where: str) -> None:
    """Refuse coordinates that are no numbers, come twice, or are no times; the order is not looked at.

    Args:
        dataset: with dimensions time, lat, lon and, where held, level.
        where: the file, for messages.

    Raises:
        InputError: naming the coordinate.
    """
    times = dataset["time"].values
    if times.dtype.kind != "M":
        raise InputError(
            f"time: expected units such as 'hours since 1900-01-01' and the standard calendar, got numbers "
            f"or dates of kind {times.dtype}", where=where, remedy=_REMEDY,
        )  # fmt: skip
    if np.isnat(times).any():
        raise InputError(
            f"time: {np.isnat(times).sum()} of {times.size} missing", where=where, remedy=_REMEDY
        )
    for name in ("lat", "lon", *(["level"] if "level" in dataset.dims else [])):
        _refuse_axis(name, dataset[name].values, where)
    latitudes = dataset["lat"].values
    if latitudes.size and np.abs(latitudes).max() > _HIGHEST_LATITUDE:
        raise InputError(
            f"lat: expected -90 to 90, got {latitudes.min():g} to {latitudes.max():g} "
            "(is it swapped with lon?)",
            where=where, remedy=_REMEDY,
        )  # fmt: skip


def _refuse_axis(name: str, values: np.ndarray, where: str) -> None:
    if values.dtype.kind not in "fiu" or not np.isfinite(values.astype(float)).all():
        raise InputError(f"{name}: expected numbers, got missing ones or text", where=where, remedy=_REMEDY)
    found, counts = np.unique(values, return_counts=True)
    if (counts > 1).any():
        raise InputError(f"{name}: {found[counts > 1][0]:g} comes twice", where=where, remedy=_REMEDY)
