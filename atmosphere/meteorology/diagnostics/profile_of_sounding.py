"""A profile from the sounding nearest to a point."""

from __future__ import annotations

import numpy as np
import xarray as xr

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.thermodynamics import hydrostatic_height, virtual_temperature
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError

_KILOMETRE = 1000.0
_COMPARED_BELOW = 5000.0
_HEIGHTS_DISAGREE = 50.0
"""m; a wrong station height shows by more, the rounding of reports by less."""


def distance_km(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Great-circle distance (km) from a point to others, all in degrees; haversine formula."""
    phi, phis = np.deg2rad(lat), np.deg2rad(lats)
    half = (
        np.sin((phis - phi) / 2) ** 2 + np.cos(phi) * np.cos(phis) * np.sin(np.deg2rad(lons - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0, 1))) / _KILOMETRE)


def nearest_sounding(
    soundings: xr.Dataset, lon: float, lat: float, time: np.datetime64 | None, within_km: float = 50.0
) -> int:
    """Index of the sounding nearest to a point; of several there, the one with the most levels.

    Args:
        soundings: of the contract SOUNDINGS.
        lon: degrees east.
        lat: degrees north.
        time: UTC that it must have; None for any.
        within_km: how far away it may be.

    Raises:
        InputError: when there is none so near, or none at that time.
    """
    where = str(soundings.attrs.get("file", soundings.attrs.get("source", "")))
    far = distance_km(lon, lat, soundings["lon"].values, soundings["lat"].values)
    far = np.where(np.isfinite(far), far, np.inf)
    near = far <= within_km
    if not near.any():
        first = int(np.argmin(far))
        raise InputError(
            f"no sounding within {within_km:g} km of lon {lon:g}, lat {lat:g}; the nearest, "
            f"{soundings['station'].values[first]}, is {far[first]:.0f} km away", where=where,
            remedy="Check that lon and lat are not swapped, or choose a station of the file",
        )  # fmt: skip
    chosen = near if time is None else near & (soundings["time"].values == time)
    if not chosen.any():
        held = ", ".join(f"{moment}Z" for moment in np.unique(soundings["time"].values[near]).astype("M8[m]"))
        raise InputError(
            f"no sounding there at {str(time)[:16]}Z", where=where, remedy=f"The file holds {held}"
        )
    levels = np.isfinite(soundings["air_temperature"].values).sum(axis=1)
    candidates = np.flatnonzero(chosen & (far <= far[chosen].min() + 1.0))
    return int(candidates[np.argmax(levels[candidates])])


def profile_of_sounding(soundings: xr.Dataset, index: int) -> Profile:
    """The profile of one sounding.

    Heights are computed upward from the ground by the hypsometric equation from pressure, temperature and
    humidity, for reports lack them between the standard levels and some carry the height of an old site.
    Winds and dew points between their own levels are interpolated, linearly in the logarithm of pressure;
    beyond them they are missing.

    Args:
        soundings: of the contract SOUNDINGS.
        index: which one.

    Raises:
        InputError: when it holds fewer than two levels with temperature, or does not begin at the ground.
    """
    one = soundings.isel(station=index)
    columns = {name: one[name].values for name in map(str, one.data_vars)}
    pressure = columns["air_pressure"]
    station, source = str(one["station"].values), str(soundings.attrs.get("file", ""))
    kept = np.isfinite(pressure) & np.isfinite(columns["air_temperature"])
    kept &= np.concatenate([[True], np.diff(np.fmin.accumulate(np.where(kept, pressure, np.inf))) < 0])
    if kept.sum() < 2:
        raise InputError(f"sounding of {station}: fewer than two levels with temperature", where=source)
    log_pressure = np.log(pressure[kept])
    temperature = columns["air_temperature"][kept]
    dew_point = _between(log_pressure, pressure, columns["dew_point"])
    virtual = virtual_temperature(pressure[kept], temperature, dew_point)
    height = hydrostatic_height(pressure[kept], virtual)
    return Profile(
        lon=float(one["lon"]), lat=float(one["lat"]), time=np.datetime64(one["time"].values.item(), "ns"),
        source=source, station=station, surface_height=float(one["station_height"]),
        pressure=pressure[kept], temperature=temperature, height=height, dew_point=dew_point,
        eastward_wind=_between(log_pressure, pressure, columns["eastward_wind"]),
        northward_wind=_between(log_pressure, pressure, columns["northward_wind"]),
        starts_at_surface=True,
        remarks=_remarks(height, columns["height_above_sea"][kept] - float(one["station_height"])),
    )  # fmt: skip


def _between(log_pressure: np.ndarray, pressure: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values at levels, linear in the logarithm of pressure, NaN outside the levels that have some."""
    own = np.isfinite(values) & np.isfinite(pressure)
    if not own.any():
        return np.full(len(log_pressure), np.nan)
    place = -np.log(pressure[own])
    order = np.argsort(place, kind="stable")
    return np.asarray(np.interp(-log_pressure, place[order], values[own][order], left=np.nan, right=np.nan))


def _remarks(height: np.ndarray, reported: np.ndarray) -> tuple[tuple[str, str], ...]:
    both = np.isfinite(reported) & (height < _COMPARED_BELOW)
    differences = (reported - height)[both]
    largest = float(differences[np.argmax(np.abs(differences))]) if differences.size else 0.0
    if abs(largest) < _HEIGHTS_DISAGREE:
        return ()
    return (
        (
            f"报告的位势高度与静力高度相差可达{largest:.0f} m（站高可能有误），此处用静力高度",
            f"reported heights are off by up to {largest:.0f} m (wrong station height?); hydrostatic used",
        ),
    )
