"""Checks of what was read: times, missing values, units, and what packing leaves beyond the bounds."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.errors import InputError

_SUSPICIONS = {
    "air_temperature": (150.0, 350.0, "K (is it in degrees Celsius?)"),
    "air_temperature_2m": (150.0, 350.0, "K (is it in degrees Celsius?)"),
    "dew_point_2m": (130.0, 340.0, "K (is it in degrees Celsius?)"),
    "surface_pressure": (30000.0, 115000.0, "Pa (is it in hPa?)"),
    "air_pressure": (2000.0, 115000.0, "Pa (is it in hPa?)"),
}
_SMALL_NEGATIVE_ALLOWED = {
    "specific_humidity": 1e-3, "cloud_water": 1e-3, "precipitation_rate": 1e-4, "snow_depth": 0.1,
    "soil_moisture": 0.02, "cloud_area_fraction": 0.01, "boundary_layer_height": 50.0,
    "friction_velocity": 0.05, "surface_downwelling_shortwave_flux": 5.0,
}  # fmt: skip
"""Packing leaves values a little below zero: set to zero down to this, in the variable's unit."""

_SMALL_EXCESS_ALLOWED = {"soil_moisture": 0.02, "cloud_area_fraction": 0.02}
"""The same above one, for fractions."""


def settled(name: str, values: np.ndarray) -> np.ndarray:
    """The values with what packing leaves a little beyond zero, or beyond one for fractions, set to it."""
    below, above = _SMALL_NEGATIVE_ALLOWED.get(name, 0.0), _SMALL_EXCESS_ALLOWED.get(name, 0.0)
    values = np.where((values < 0) & (values >= -below), 0.0, values) if below else values
    return np.where((values > 1) & (values <= 1 + above), 1.0, values) if above else values


def refuse_missing(name: str, array: xr.DataArray, times: np.ndarray, where: str) -> None:
    """Refuse a variable that has missing values.

    Raises:
        InputError: naming the first place and how many there are.
    """
    missing = ~np.isfinite(array.values)
    if not missing.any():
        return
    first = dict(zip(array.dims, np.argwhere(missing)[0].tolist(), strict=True))
    at = ", ".join(f"{dim} {place}" for dim, place in first.items() if dim != "time")
    when = f"at {np.datetime_as_string(times[first['time']], 'm')} UTC, " if "time" in first else ""
    raise InputError(
        f"{name}: {int(missing.sum())} of {missing.size} values are missing, first {when}{at}",
        where=where, remedy="Get the file again, or a part of the area or of the times that is whole",
    )  # fmt: skip


def refuse_other_units(name: str, values: np.ndarray, where: str) -> None:
    """Refuse values whose median (of pressure, the highest) cannot be in the unit of the contract.

    Raises:
        InputError: naming the unit that it looks like.
    """
    if name not in _SUSPICIONS or not np.isfinite(values).any():
        return
    low, high, suspicion = _SUSPICIONS[name]
    measure, number = ("highest", np.nanmax) if name == "air_pressure" else ("median", np.nanmedian)
    found = float(number(values))
    if not low <= found <= high:
        raise InputError(
            f"{name}: {measure} {found:g}, expected {low:g} to {high:g} {suspicion}",
            where=where,
            remedy="Convert it, or label its units",
        )


def refuse_other_heights(levels: np.ndarray, heights: np.ndarray, where: str) -> None:
    """Refuse heights of pressure levels far from those of the standard atmosphere: a unit is wrong.

    Heights up to 15 % and 600 m off pass, more than any weather makes them be. Source: U.S. Standard
    Atmosphere, 1976 (NOAA-S/T 76-1562), its layers above 11 km taken as isothermal.

    Args:
        levels: Pa, shape (level,).
        heights: geopotential height, m, shape (time, level, y, x).
        where: the file, for messages.

    Raises:
        InputError: naming the first such level.
    """
    for level, at_level in zip(levels, np.moveaxis(heights, 1, 0), strict=True):
        present = at_level[np.isfinite(at_level)]
        expected = standard_height(float(level))
        found = float(np.median(present)) if present.size else expected
        if abs(found - expected) > 0.15 * abs(expected) + 600.0:
            raise InputError(
                f"geopotential height at {level / 100:g} hPa: median {found:.0f} m, expected about "
                f"{expected:.0f} (is it in m2 s-2, or the level in another unit?)",
                where=where, remedy="Convert it, or label its units",
            )  # fmt: skip


def standard_height(pressure: float) -> float:
    """Height of a pressure (Pa) in the standard atmosphere, m."""
    if pressure > _TROPOPAUSE_PA:
        return 44330.77 * (1.0 - float(np.power(pressure / 101325.0, 0.1902632)))
    return 11000.0 + 6341.62 * float(np.log(_TROPOPAUSE_PA / pressure))


_TROPOPAUSE_PA = 22632.06


def refuse_bad_times(times: np.ndarray, where: str) -> None:
    """Refuse times that repeat or run backward.

    Raises:
        InputError: naming the first such time.
    """
    if len(times) == 0:
        raise InputError("no time in the file", where=where, remedy="Check the file")
    steps = np.diff(times)
    if (steps > np.timedelta64(0, "s")).all():
        return
    index = int(np.argmax(steps <= np.timedelta64(0, "s")))
    earlier, later = (np.datetime_as_string(times[index + offset], "m") for offset in (0, 1))
    fault = "comes twice" if earlier == later else f"comes after {earlier} UTC"
    raise InputError(
        f"time {later} UTC {fault}, expected increasing times",
        where=where, remedy="Sort the times and give each once",
    )  # fmt: skip
