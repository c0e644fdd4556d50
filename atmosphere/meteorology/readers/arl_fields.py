"""From ARL's variables to the contract's: units, winds, pressure, heights, humidity, rain."""

from __future__ import annotations

import numpy as np

from atmosphere.meteorology.readers import moist_air
from atmosphere.meteorology.readers.arl_records import Index
from atmosphere.meteorology.readers.projection import earth_relative
from atmosphere.meteorology.readers.value_checks import refuse_other_units
from foundation.errors import InputError

_PLAIN = {
    "T02M": ("air_temperature_2m", 1.0), "PRSS": ("surface_pressure", 100.0),
    "PBLH": ("boundary_layer_height", 1.0),
    "USTR": ("friction_velocity", 1.0), "SHTF": ("sensible_heat_flux", 1.0),
    "HFLX": ("sensible_heat_flux", 1.0), "CLDT": ("cloud_area_fraction", 0.01),
    "DSWF": ("surface_downwelling_shortwave_flux", 1.0), "TCLD": ("cloud_area_fraction", 0.01),
    "U10M": ("eastward_wind_10m", 1.0), "V10M": ("northward_wind_10m", 1.0),
}  # fmt: skip
_ABOVE = {"UWND", "VWND", "WWND", "DZDT", "TEMP", "SPHU", "RELH", "HGTS", "PRES"}
_RAIN_HOURS = {"TPP1": 1, "TPP3": 3, "TPP6": 6, "TPPT": 12}
"""Metres of water; TPP1, TPP3 and TPP6 over the hours before, TPPT gathered anew from 00 and 12 UTC."""
USED = {*_PLAIN, *_ABOVE, *_RAIN_HOURS, "SHGT", "RH2M", "DP2M"}

SIGMA, PRESSURE, HEIGHT, HYBRID = 1, 2, 3, 4


def converted(
    raw: dict[str, np.ndarray], indices: list[Index], east: tuple[np.ndarray, np.ndarray] | None, where: str
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Values by contract name, and notes.

    Args:
        raw: fields by ARL's letters; (time, y, x) at the surface, (time, level, y, x) above.
        indices: the index record of each time.
        east: direction of east on the grid, for winds; None where the grid is longitude by latitude.
        where: the file, for messages.

    Raises:
        InputError: when what the contract asks for is not in the file.
    """
    _refuse_absent(raw, indices[0], where)
    notes = [f"vertical coordinate {indices[0].vertical} (1 sigma, 2 pressure, 4 hybrid)"]
    values = {contract: raw[name] * factor for name, (contract, factor) in _PLAIN.items() if name in raw}
    values["air_temperature"] = raw["TEMP"]
    for name in ("air_temperature", "air_temperature_2m", "surface_pressure"):
        refuse_other_units(name, values.get(name, np.empty(0)), where)
    values["eastward_wind"], values["northward_wind"] = raw["UWND"], raw["VWND"]
    values["air_pressure"] = _pressure(raw, indices[0], where)
    if east is not None:
        for suffix in ("", "_10m"):
            names = (f"eastward_wind{suffix}", f"northward_wind{suffix}")
            if names[0] in values and names[1] in values:
                values[names[0]], values[names[1]] = earth_relative(values[names[0]], values[names[1]], east)
        notes.append("winds turned from the grid to east and north")
    notes += _humidity(values, raw)
    notes += _heights(values, raw, where)
    notes += _vertical_motion(values, raw)
    notes += _surface(values, raw, indices)
    return _upward(values), notes


def _refuse_absent(raw: dict[str, np.ndarray], index: Index, where: str) -> None:
    lacking = [name for name in ("UWND", "VWND", "TEMP") if name not in raw]
    if index.vertical in (SIGMA, HYBRID) and "PRSS" not in raw:
        lacking.append("PRSS")
    if lacking:
        raise InputError(
            f"not in the file: {', '.join(lacking)}", where=where, remedy="Use a file that holds them"
        )
    levels = {name: raw[name].shape[1] for name in ("UWND", "VWND", "TEMP")}
    if len(set(levels.values())) > 1:
        raise InputError(
            f"a level is missing: levels held {levels}", where=where, remedy="Get the file again"
        )
    if index.vertical not in (SIGMA, PRESSURE, HYBRID) and "PRES" not in raw:
        raise InputError(
            f"vertical coordinate {index.vertical} without pressure (PRES) is not supported",
            where=where, remedy="Use a file on sigma, pressure or hybrid levels",
        )  # fmt: skip


def _pressure(raw: dict[str, np.ndarray], index: Index, where: str) -> np.ndarray:
    """Pressure of each level, Pa, (time, level, y, x)."""
    shape = raw["TEMP"].shape
    if "PRES" in raw and raw["PRES"].shape == shape:
        return np.asarray(raw["PRES"] * 100.0)
    numbers = np.array([value for value, _ in index.levels[1 : shape[1] + 1]])[None, :, None, None]
    if index.vertical == PRESSURE:
        return np.broadcast_to(numbers * 100.0, shape)
    surface = raw["PRSS"][:, None] * 100.0
    if index.vertical == SIGMA:
        top = index.numbers[11] * 100.0
        return np.asarray(top + numbers * (surface - top))
    if index.vertical == HYBRID:
        offset = np.floor(numbers)
        return np.asarray(offset * 100.0 + (numbers - offset) * surface)
    raise InputError("PRES is not on all levels", where=where, remedy="Get the file again")


def _humidity(values: dict[str, np.ndarray], raw: dict[str, np.ndarray]) -> list[str]:
    pressure, temperature = values["air_pressure"], values["air_temperature"]
    if "SPHU" in raw:
        humidity = np.maximum(raw["SPHU"], 0.0)
    elif "RELH" in raw:
        given = raw["RELH"].shape[1]
        humidity = moist_air.specific_humidity(
            pressure[:, :given], temperature[:, :given], raw["RELH"] / 100.0, "gfs"
        )
    else:
        return ["no humidity in the file: heights and vertical motion for dry air"]
    values["specific_humidity"] = moist_air.humid_above(humidity, pressure, temperature)
    lacking = temperature.shape[1] - humidity.shape[1]
    return [f"humidity kept constant, at most saturated, on the {lacking} highest levels"] if lacking else []


def _heights(values: dict[str, np.ndarray], raw: dict[str, np.ndarray], where: str) -> list[str]:
    ground = raw["SHGT"].mean(axis=0) if "SHGT" in raw else None
    if ground is not None:
        values["surface_height"] = ground
    if "HGTS" in raw and ground is not None and raw["HGTS"].shape == raw["TEMP"].shape:
        values["height_above_ground"] = raw["HGTS"] - ground
        return []
    if "PRSS" not in raw:
        raise InputError("neither HGTS and SHGT nor PRSS: heights cannot be found", where=where,
                         remedy="Use a file that holds them")  # fmt: skip
    virtual = moist_air.virtual_temperature(values["air_temperature"], values.get("specific_humidity", 0.0))
    values["height_above_ground"] = moist_air.hypsometric_height(
        values["air_pressure"], values["surface_pressure"], virtual
    )
    return ["heights from pressure and virtual temperature"]


def _vertical_motion(values: dict[str, np.ndarray], raw: dict[str, np.ndarray]) -> list[str]:
    shape = raw["TEMP"].shape
    if "DZDT" in raw and raw["DZDT"].shape == shape:
        values["upward_air_velocity"] = raw["DZDT"]
        return []
    if "WWND" not in raw:
        return ["no vertical motion in the file"]
    omega = raw["WWND"] * 100.0
    notes = ["upward velocity from omega by the hydrostatic relation"]
    if omega.shape != shape:
        still = shape[1] - omega.shape[1]
        omega = np.concatenate([omega, np.zeros((shape[0], still, *shape[2:]))], axis=1)
        notes.append(f"no omega on the {still} highest levels: taken as 0")
    values["lagrangian_tendency_of_air_pressure"] = omega
    values["upward_air_velocity"] = moist_air.upward_air_velocity(
        omega, values["air_pressure"], values["air_temperature"], values.get("specific_humidity", 0.0)
    )
    return notes


def _surface(values: dict[str, np.ndarray], raw: dict[str, np.ndarray], indices: list[Index]) -> list[str]:
    if "RH2M" in raw and "T02M" in raw:
        saturation = moist_air.saturation_vapour_pressure(raw["T02M"], "gfs")
        values["dew_point_2m"] = moist_air.dew_point(np.maximum(raw["RH2M"], 1.0) / 100.0 * saturation)
    name = next((name for name in _RAIN_HOURS if name in raw), None)
    if name is None:
        return []
    values["precipitation_rate"] = np.maximum(_rain(raw[name], name, indices), 0.0)
    return [f"precipitation rate from {name}"]


def _rain(depth: np.ndarray, name: str, indices: list[Index]) -> np.ndarray:
    """Precipitation rate, kg m-2 s-1, from metres of water gathered over hours."""
    if name != "TPPT":
        return depth * 1000.0 / (_RAIN_HOURS[name] * 3600.0)
    hours = np.array([index.time.astype("datetime64[h]").astype(int) for index in indices])
    gathered = (hours - 1) % 12 + 1
    rate = depth / gathered[:, None, None]
    for now in range(1, len(hours)):
        step = hours[now] - hours[now - 1]
        if step < gathered[now]:
            rate[now] = (depth[now] - depth[now - 1]) / step
    return np.asarray(rate * 1000.0 / 3600.0)


def _upward(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same with levels from the ground upward."""
    mean = values["air_pressure"].mean(axis=(0, 2, 3))
    if mean[0] >= mean[-1]:
        return values
    return {name: part[:, ::-1] if part.ndim == 4 else part for name, part in values.items()}
