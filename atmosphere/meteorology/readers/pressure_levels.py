"""From fields on pressure levels to the contract: humidity, heights and vertical motion on all levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.readers import moist_air
from atmosphere.meteorology.readers.value_checks import refuse_other_heights, refuse_other_units
from foundation.errors import InputError

_HIGH = 10000.0
"""At and above 100 hPa a level may lack humidity."""


@dataclass(frozen=True)
class Block:
    """One variable on pressure levels.

    Attributes:
        levels: Pa, from the ground upward, shape (level,).
        values: shape (time, level, y, x).
    """

    levels: np.ndarray
    values: np.ndarray


_NEEDED = ("air_temperature", "eastward_wind", "northward_wind", "geopotential_height")


def on_pressure_levels(
    volumes: dict[str, Block], surfaces: dict[str, np.ndarray], phase: moist_air.Phase, where: str
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Values by contract name on the levels of temperature, and notes.

    Args:
        volumes: air_temperature (K), eastward_wind, northward_wind (m s-1), geopotential_height (m), and
            where held relative_humidity (1) or specific_humidity (kg kg-1), omega (Pa s-1), cloud_water.
        surfaces: what is held at the surface, by contract name; `surface_height` (y, x) or
            `surface_pressure` (time, y, x) must be among them.
        phase: over what the relative humidity is meant.
        where: the file, for messages.

    Raises:
        InputError: when one is missing, levels are missing in one, or heights do not fit the pressures.
    """
    lacking = [name for name in _NEEDED if name not in volumes]
    if lacking:
        raise InputError(
            f"not on pressure levels in the file: {', '.join(lacking)}",
            where=where, remedy="Add the file that holds them, or use one that does",
        )  # fmt: skip
    refuse_other_units("air_temperature", volumes["air_temperature"].values, where)
    levels = volumes["air_temperature"].levels
    notes: list[str] = []
    if len(levels) < 2:
        raise InputError(
            f"expected two pressure levels or more, got {len(levels)}",
            where=where, remedy="Get the file again with all levels",
        )  # fmt: skip
    for name in _NEEDED[1:]:
        _refuse_other_levels(name, volumes[name].levels, levels, where)
    refuse_other_units("air_pressure", levels, where)
    refuse_other_heights(levels, volumes["geopotential_height"].values, where)
    values = {name: volumes[name].values for name in _NEEDED[:3]}
    values["air_pressure"] = np.broadcast_to(levels[None, :, None, None], values["air_temperature"].shape)
    values.update(surfaces)
    values["surface_height"] = _ground(volumes["geopotential_height"], surfaces, notes, where)
    values["height_above_ground"] = volumes["geopotential_height"].values - values["surface_height"]
    _humidity(values, volumes, phase, notes, where)
    for name in ("omega", "cloud_water"):
        if name in volumes:
            values[name] = _zero_above(volumes[name], values["air_temperature"], levels, name, notes, where)
    if "omega" in values:
        values["lagrangian_tendency_of_air_pressure"] = omega = values.pop("omega")
        humidity = values.get("specific_humidity", 0.0)
        values["upward_air_velocity"] = moist_air.upward_air_velocity(
            omega, values["air_pressure"], values["air_temperature"], humidity
        )
        notes.append("upward velocity from omega by the hydrostatic relation")
    return values, notes


def _refuse_other_levels(name: str, held: np.ndarray, expected: np.ndarray, where: str) -> None:
    odd = sorted(set(expected.tolist()) ^ set(held.tolist()), reverse=True)
    if odd:
        named = ", ".join(f"{level / 100:g}" for level in odd)
        raise InputError(
            f"{name} and air_temperature are not on the same levels: {named} hPa",
            where=where, remedy="Get the file again with all levels",
        )  # fmt: skip


def _ground(heights: Block, surfaces: dict[str, np.ndarray], notes: list[str], where: str) -> np.ndarray:
    """Height of the ground above the sea, m, (y, x)."""
    if "surface_height" in surfaces:
        return surfaces["surface_height"]
    if "surface_pressure" not in surfaces:
        raise InputError(
            "neither the height of the ground nor the surface pressure is in the file",
            where=where, remedy="Add the file that holds it: orography, or pressure at the surface",
        )  # fmt: skip
    notes.append("height of the ground from surface pressure and the heights of the levels")
    return np.asarray(ground_height(heights, surfaces["surface_pressure"]).mean(axis=0))


def ground_height(heights: Block, surface_pressure: np.ndarray) -> np.ndarray:
    """Height at which the pressure is that of the surface, m, by interpolation linear in its logarithm.

    Args:
        heights: geopotential height of pressure levels, m.
        surface_pressure: Pa, shape (time, y, x).
    """
    place = -np.log(heights.levels)
    wanted = -np.log(surface_pressure)
    low = np.clip(np.searchsorted(place, wanted, side="right") - 1, 0, len(place) - 2)
    below, above = (
        np.take_along_axis(heights.values, (low + step)[:, None], axis=1)[:, 0] for step in (0, 1)
    )
    share = (wanted - place[low]) / (place[low + 1] - place[low])
    return np.asarray(below + share * (above - below))


def _humidity(
    values: dict[str, np.ndarray],
    volumes: dict[str, Block],
    phase: moist_air.Phase,
    notes: list[str],
    where: str,
) -> None:
    block = volumes.get("specific_humidity") or volumes.get("relative_humidity")
    if block is None:
        notes.append("no humidity in the file: vertical motion for dry air")
        return
    levels = values["air_pressure"][0, :, 0, 0]
    temperature = values["air_temperature"]
    held = np.isin(levels, block.levels)
    _refuse_gap("humidity", levels, held, where)
    pressure = values["air_pressure"]
    given = block.values
    if "specific_humidity" not in volumes:
        given = moist_air.specific_humidity(pressure[:, held], temperature[:, held], given, phase)
    top = int(np.flatnonzero(held)[-1])
    filled = _between(np.maximum(given, 0.0), levels[held], levels[: top + 1])
    values["specific_humidity"] = moist_air.humid_above(filled, pressure, temperature)
    if not held.all():
        named = ", ".join(f"{level / 100:g}" for level in levels[~held])
        notes.append(
            f"no humidity in the file at {named} hPa: interpolated between levels, above the highest kept "
            "constant and at most saturated over ice"
        )


def _refuse_gap(name: str, levels: np.ndarray, held: np.ndarray, where: str) -> None:
    top = levels[held][-1] if held.any() else np.inf
    lost = levels[~held & (levels > max(_HIGH, top))]
    if lost.size or not held.any():
        named = ", ".join(f"{level / 100:g}" for level in lost) or "all"
        raise InputError(
            f"{name} is missing at {named} hPa", where=where, remedy="Get the file again with all levels"
        )


def _between(given: np.ndarray, held: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Interpolate linearly in the logarithm of pressure; both start and end at the same level."""
    place, target = -np.log(held), -np.log(wanted)
    low = np.clip(np.searchsorted(place, target, side="right") - 1, 0, max(len(place) - 2, 0))
    high = np.minimum(low + 1, len(place) - 1)
    width = np.where(high > low, place[high] - place[low], 1.0)
    share = ((target - place[low]) / width)[None, :, None, None]
    return np.asarray((1.0 - share) * given[:, low] + share * given[:, high])


def _zero_above(
    block: Block, like: np.ndarray, levels: np.ndarray, name: str, notes: list[str], where: str
) -> np.ndarray:
    held = np.isin(levels, block.levels)
    lost = levels[~held]
    if (lost > block.levels[-1]).any():
        _refuse_other_levels(name, block.levels, levels[levels >= block.levels[-1]], where)
    full = np.zeros_like(like)
    full[:, held] = block.values[:, np.isin(block.levels, levels)]
    if lost.size:
        notes.append(f"{name} is not in the file above {block.levels[-1] / 100:g} hPa: taken as 0 there")
    return full
