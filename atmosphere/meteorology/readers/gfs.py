"""Reader of GFS and other NCEP GRIB 2 files on pressure levels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers import moist_air
from atmosphere.meteorology.readers.area import AreaLike, checked
from atmosphere.meteorology.readers.assembly import Fields, dataset, weather
from atmosphere.meteorology.readers.files import files_of, named
from atmosphere.meteorology.readers.grib import Header, fields
from atmosphere.meteorology.readers.grib_cubes import Gathered, gather, means_note
from atmosphere.meteorology.readers.pressure_levels import Block, on_pressure_levels
from atmosphere.meteorology.readers.value_checks import refuse_other_units
from foundation.constants import DRY_AIR_GAS_CONSTANT
from foundation.errors import InputError

_PRESSURE, _GROUND, _ABOVE_GROUND, _DEPTH, _COLUMN = {100}, {1}, {103}, {106}, {10, 200}
SNOW_DENSITY = 250.0
"""kg m-3, to turn water into depth where a file has no depth: between the bulk densities of taiga (217) and
prairie snow (312) in Sturm et al. (2010, doi:10.1175/2010JHM1202.1)."""

_CODES: dict[tuple[int, ...], tuple[tuple[str, set[int], float | None], ...]] = {
    (0, 0, 0): (("air_temperature", _PRESSURE, None), ("air_temperature_2m", _ABOVE_GROUND, 2.0)),
    (0, 0, 6): (("dew_point_2m", _ABOVE_GROUND, 2.0),),
    (0, 0, 11): (("sensible_heat_flux", _GROUND, None),),
    (0, 1, 0): (("specific_humidity", _PRESSURE, None), ("specific_humidity_2m", _ABOVE_GROUND, 2.0)),
    (0, 1, 1): (("relative_humidity", _PRESSURE, None), ("relative_humidity_2m", _ABOVE_GROUND, 2.0)),
    (0, 1, 7): (("precipitation_rate", _GROUND, None),),
    (0, 1, 8): (("precipitation", _GROUND, None),),
    (0, 1, 11): (("snow_depth", _GROUND, None),),
    (0, 1, 13): (("snow_water", _GROUND, None),),
    (0, 1, 22): (("cloud_water", _PRESSURE, None),),
    (0, 2, 2): (("eastward_wind", _PRESSURE, None), ("eastward_wind_10m", _ABOVE_GROUND, 10.0)),
    (0, 2, 3): (("northward_wind", _PRESSURE, None), ("northward_wind_10m", _ABOVE_GROUND, 10.0)),
    (0, 2, 8): (("omega", _PRESSURE, None),),
    (0, 2, 17): (("eastward_stress", _GROUND, None),),
    (0, 2, 18): (("northward_stress", _GROUND, None),),
    (0, 2, 30): (("friction_velocity", _GROUND, None),),
    (0, 2, 197): (("friction_velocity", _GROUND, None),),
    (0, 3, 0): (("surface_pressure", _GROUND, None),),
    (0, 3, 5): (("geopotential_height", _PRESSURE, None), ("surface_height", _GROUND, None)),
    (0, 3, 18): (("boundary_layer_height", _GROUND, None),),
    (0, 3, 196): (("boundary_layer_height", _GROUND, None),),
    (0, 4, 7): (("surface_downwelling_shortwave_flux", _GROUND, None),),
    (0, 4, 192): (("surface_downwelling_shortwave_flux", _GROUND, None),),
    (0, 6, 1): (("cloud_area_fraction", _COLUMN, None),),
    (2, 0, 192): (("soil_moisture", _DEPTH, 0.0),),
}
"""What is read, by discipline, category and number; kind of level (GRIB 2 table 4.5) and its value."""


def read_gfs(paths: str | Path | Sequence[str | Path], area: AreaLike | None = None) -> xr.Dataset:
    """Read GFS files into the weather contract.

    Args:
        paths: a file, a folder or a list of files: any mix of times and of fields.
        area: the part wanted; everything when None.

    Raises:
        InputError: when a file is cut off or does not cover the area, fields or levels are missing, or a
            time comes twice.
    """
    files = files_of(paths)
    where = named(files)
    gathered = gather(fields(files, checked(area), _is_wanted, _CODES), name_of, _CONSTANT, where)
    notes = [*gathered.notes, *means_note(gathered)]
    surfaces = _surfaces(gathered, notes, where)
    if "relative_humidity" in gathered.volumes:
        block = gathered.volumes["relative_humidity"]
        gathered.volumes["relative_humidity"] = Block(block.levels, block.values / 100.0)
    values, more = on_pressure_levels(gathered.volumes, surfaces, "gfs", where)
    return weather(_gathered_fields(gathered, values, where, [*notes, *more]))


def read_surface_wind(paths: str | Path | Sequence[str | Path], area: AreaLike | None = None) -> xr.Dataset:
    """Read the wind at 10 m alone, as a time series of fields (time, y, x), from files that may lack levels.

    Raises:
        InputError: when a file is cut off or does not cover the area, one component is missing, or a time
            comes twice.
    """
    files = files_of(paths)
    where = named(files)
    gathered = gather(fields(files, checked(area), _is_surface_wind, _CODES), name_of, _CONSTANT, where)
    lacking = [name for name in _SURFACE_WIND if name not in gathered.surfaces]
    if lacking:
        told = "; ".join(gathered.notes)
        raise InputError(
            f"not in all files: {', '.join(lacking)} {told}", where=where, remedy="Give whole files"
        )
    return dataset(_gathered_fields(gathered, gathered.surfaces, where, gathered.notes))


_CONSTANT = frozenset({"surface_height"})
_SURFACE_WIND = ("eastward_wind_10m", "northward_wind_10m")


def _is_wanted(header: Header) -> bool:
    return name_of(header) is not None


def _is_surface_wind(header: Header) -> bool:
    return name_of(header) in _SURFACE_WIND


def _gathered_fields(
    gathered: Gathered, values: dict[str, np.ndarray], where: str, notes: list[str]
) -> Fields:
    run = {"reference_time": str(gathered.references[-1])}
    ncep = gathered.centre == "kwbc"
    source = "GFS GRIB 2, NCEP" if ncep else f"GRIB 2, centre {gathered.centre}"
    if not ncep and "specific_humidity" in values:
        notes = [*notes, "relative humidity taken over the mixture of water and ice of NCEP's model"]
    return Fields(gathered.mesh, gathered.times, values, source, where, notes, run)


def name_of(header: Header) -> str | None:
    """Name of a GFS field here; None for what is not read."""
    for name, surfaces, level in _CODES.get(header.code or (), ()):
        if header.surface in surfaces and (level is None or header.level == level):
            instant_rain = name == "precipitation_rate" and header.statistic == "instant"
            return None if instant_rain or header.statistic in ("max", "min") else name
    return None


_STEPPING_STONES: tuple[str, ...] = (
    "specific_humidity_2m", "relative_humidity_2m", "precipitation", "snow_water", "eastward_stress",
    "northward_stress",
)  # fmt: skip
"""Fields from which others are made."""


def _surfaces(gathered: Gathered, notes: list[str], where: str) -> dict[str, np.ndarray]:
    """Level-less fields by contract name."""
    held = {**gathered.surfaces, **gathered.constants}
    extra = {name: held.pop(name) for name in _STEPPING_STONES if name in held}
    if "cloud_area_fraction" in held:
        held["cloud_area_fraction"] = np.minimum(held["cloud_area_fraction"] / 100.0, 1.0)
    if "precipitation_rate" not in held and "precipitation" in extra:
        held["precipitation_rate"] = extra["precipitation"]
    if "snow_depth" not in held and "snow_water" in extra:
        held["snow_depth"] = extra["snow_water"] / SNOW_DENSITY
        notes.append(f"snow depth from its water at {SNOW_DENSITY:g} kg m-3")
    _dew_point(held, extra, notes, where)
    _friction_velocity(held, extra, notes)
    return held


def _dew_point(
    held: dict[str, np.ndarray], extra: dict[str, np.ndarray], notes: list[str], where: str
) -> None:
    if "dew_point_2m" in held:
        return
    if "specific_humidity_2m" in extra and "surface_pressure" in held:
        humid = np.maximum(extra["specific_humidity_2m"], 1e-6)
        held["dew_point_2m"] = moist_air.dew_point(moist_air.vapour_pressure(held["surface_pressure"], humid))
        notes.append("dew point at 2 m from specific humidity")
    elif "relative_humidity_2m" in extra and "air_temperature_2m" in held:
        refuse_other_units("air_temperature_2m", held["air_temperature_2m"], where)
        humid = np.maximum(extra["relative_humidity_2m"], 1.0) / 100.0
        saturation = moist_air.saturation_vapour_pressure(held["air_temperature_2m"], "gfs")
        held["dew_point_2m"] = moist_air.dew_point(humid * saturation)
        notes.append("dew point at 2 m from relative humidity")


def _friction_velocity(held: dict[str, np.ndarray], extra: dict[str, np.ndarray], notes: list[str]) -> None:
    """Where the file has none: the square root of stress over density."""
    stresses = ("eastward_stress", "northward_stress")
    if "friction_velocity" in held or not all(name in extra for name in stresses):
        return
    if "surface_pressure" not in held or "air_temperature_2m" not in held:
        return
    density = held["surface_pressure"] / (DRY_AIR_GAS_CONSTANT * held["air_temperature_2m"])
    stress = np.hypot(extra["eastward_stress"], extra["northward_stress"])
    held["friction_velocity"] = np.sqrt(stress / density)
    notes.append("friction velocity from the mean momentum flux over the interval before each time")
