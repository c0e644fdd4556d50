"""The air above a place: profiles hour by hour, and what they say of dispersion."""

from __future__ import annotations

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import places as shapes
from consultation.page.views.writing import instants, numbers, utc

__all__ = ["PROFILES_FILE", "read_profiles", "sounding", "speed_and_direction"]

PROFILES_FILE = "profiles.nc"
_ZERO_CELSIUS = 273.15
_HECTOPASCAL = 100.0


def read_profiles(library: Library, run: Run, place: str | None) -> xr.Dataset:
    """Profiles of a run, over one place or all.

    Raises:
        AbsentError: when the run has none, or none of the place.
    """
    if not run.files.has(PROFILES_FILE):
        raise AbsentError(
            "本次运行没有气象廓线（未用气象场，或由旧版本制作）",
            "This run holds no profiles: it used no weather fields, or an older version made it",
        )
    return library.read(run, PROFILES_FILE, None, (), None if place is None else {"place": place})


def sounding(library: Library, run: Run, place: str, hour: int) -> shapes.Sounding:
    """The profile above a place at the end of an hour of the forecast, counted from 0.

    Raises:
        AbsentError: when there is none.
    """
    found = read_profiles(library, run, place)
    if hour >= found.sizes["lead_time"]:
        raise AbsentError(
            f"只有{found.sizes['lead_time']}小时", f"There are {found.sizes['lead_time']} hours only"
        )
    one = found.isel(lead_time=hour)
    speed, direction = speed_and_direction(one["eastward_wind"].values, one["northward_wind"].values)
    return shapes.Sounding(
        place=place,
        hour=hour,
        time=utc(one["valid_time"].values),
        height=numbers(one["height_above_ground"].values, 0),
        pressure=numbers(one["air_pressure"].values / _HECTOPASCAL, 1),
        temperature=numbers(one["air_temperature"].values - _ZERO_CELSIUS, 2),
        dew_point=numbers(one["dew_point"].values - _ZERO_CELSIUS, 2),
        relative_humidity=numbers(100.0 * one["relative_humidity"].values, 0),
        wind_speed=numbers(speed, 1),
        wind_from=numbers(direction, 0),
        course=_course(found),
    )


def _course(found: xr.Dataset) -> shapes.SoundingSurface:
    speed, direction = speed_and_direction(
        found["eastward_wind_10m"].values, found["northward_wind_10m"].values
    )
    return shapes.SoundingSurface(
        times=instants(found["valid_time"].values),
        wind_speed=numbers(speed, 1),
        wind_from=numbers(direction, 0),
        boundary_layer_height=numbers(found["boundary_layer_height"].values, 0),
        inversion_strength=numbers(found["inversion_strength"].values, 2),
        inversion_base=numbers(found["inversion_base"].values, 0),
        inversion_depth=numbers(found["inversion_depth"].values, 0),
        ventilation_index=numbers(found["ventilation_index"].values, 0),
        grade=[int(one) for one in found["dispersion_grade"].values],
        grade_verified=bool(int(found["dispersion_grade"].attrs.get("verified", 0))),
    )


def speed_and_direction(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Speed, and the direction the wind blows from, degrees clockwise from north."""
    return np.hypot(u, v), np.asarray(np.rad2deg(np.arctan2(-np.asarray(u), -np.asarray(v))) % 360.0)
