"""NetCDF files: opened, with one clear line when that fails, and their labels of units obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xarray as xr

from foundation.errors import InputError

_SAME: dict[str, tuple[str, float, float]] = {
    "K": ("K", 1.0, 0.0), "kelvin": ("K", 1.0, 0.0),
    "degC": ("K", 1.0, 273.15), "C": ("K", 1.0, 273.15), "celsius": ("K", 1.0, 273.15),
    "degrees_celsius": ("K", 1.0, 273.15), "deg_C": ("K", 1.0, 273.15),
    "degree_Celsius": ("K", 1.0, 273.15), "degrees_Celsius": ("K", 1.0, 273.15),
    "Celsius": ("K", 1.0, 273.15), "°C": ("K", 1.0, 273.15), "℃": ("K", 1.0, 273.15),
    "Kelvin": ("K", 1.0, 0.0), "kPa": ("Pa", 1000.0, 0.0),
    "km h-1": ("m s-1", 1 / 3.6, 0.0),
    "Pa": ("Pa", 1.0, 0.0), "hPa": ("Pa", 100.0, 0.0), "mb": ("Pa", 100.0, 0.0),
    "mbar": ("Pa", 100.0, 0.0),
    "millibars": ("Pa", 100.0, 0.0), "millibar": ("Pa", 100.0, 0.0),
    "m s-1": ("m s-1", 1.0, 0.0), "Pa s-1": ("Pa s-1", 1.0, 0.0), "m": ("m", 1.0, 0.0),
    "gpm": ("m", 1.0, 0.0),
    "m2 s-2": ("m2 s-2", 1.0, 0.0), "kg kg-1": ("kg kg-1", 1.0, 0.0), "g kg-1": ("kg kg-1", 1e-3, 0.0),
    "%": ("1", 0.01, 0.0), "1": ("1", 1.0, 0.0), "(0 - 1)": ("1", 1.0, 0.0), "0-1": ("1", 1.0, 0.0),
    "W m-2": ("W m-2", 1.0, 0.0), "J m-2": ("J m-2", 1.0, 0.0), "m3 m-3": ("m3 m-3", 1.0, 0.0),
    "kg m-2": ("kg m-2", 1.0, 0.0), "mm": ("kg m-2", 1.0, 0.0), "kg m-3": ("kg m-3", 1.0, 0.0),
    "kg m-2 s-1": ("kg m-2 s-1", 1.0, 0.0), "m of water equivalent": ("kg m-2", 1000.0, 0.0),
}  # fmt: skip
"""Spellings of units met in weather files: SI unit, factor, offset."""


def si(values: np.ndarray, label: object, expected: str, name: str, where: str) -> np.ndarray:
    """Values in the SI unit expected, by the unit that the file labels them with.

    Args:
        values: as in the file.
        label: the `units` attribute; None or empty is taken as the unit expected.
        expected: such as `K` or `Pa`.
        name: of the variable, for messages.
        where: the file, for messages.

    Raises:
        InputError: when the label means something else.
    """
    text = " ".join(str(label or "").replace("**", "").replace("^", "").split())
    if not text or text == expected:
        return values
    text = {
        "m/s": "m s-1",
        "Pa/s": "Pa s-1",
        "kg/kg": "kg kg-1",
        "g/kg": "g kg-1",
        "m2/s2": "m2 s-2",
        "km/h": "km h-1",
    }.get(text, text)
    unit, factor, offset = _SAME.get(text, ("", 1.0, 0.0))
    if unit != expected:
        raise InputError(
            f"{name}: units {label!r}, expected {expected}",
            where=where,
            remedy="Convert it, or correct the label",
        )
    return values if (factor, offset) == (1.0, 0.0) else values * factor + offset


@contextmanager
def opened(path: Path) -> Iterator[xr.Dataset]:
    """A NetCDF file, its values read only as they are asked for, packed ones unpacked.

    Raises:
        InputError: when it is not NetCDF, is cut off, or its times cannot be read.
    """
    try:
        dataset = xr.open_dataset(path, engine="netcdf4", decode_timedelta=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            f"cannot be opened as NetCDF: {error}", where=str(path), remedy="Get the file again"
        ) from error
    try:
        yield dataset
    except (RuntimeError, OSError) as error:
        raise InputError(
            f"cannot be read to the end: {error}", where=str(path), remedy="Get the file again"
        ) from error
    finally:
        dataset.close()
