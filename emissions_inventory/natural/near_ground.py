"""The weather near the ground on the grid of emissions: wind, air, and what keeps soil from blowing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from atmosphere.meteorology.regridding.bilinear import bilinear
from atmosphere.meteorology.regridding.weights import Regridding, SourceGrid
from atmosphere.meteorology.time_interpolation import check_times
from foundation.constants import DRY_AIR_GAS_CONSTANT
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.provenance import Degradation

__all__ = ["NearGround", "near_ground"]

_SEA_LEVEL_PA, _SEA_LEVEL_K, _LAPSE, _POWER = 101325.0, 288.15, 0.0065, 5.25588
"""The standard atmosphere (ISO 2533:1975)."""

_OPTIONAL = ("friction_velocity", "soil_moisture", "snow_depth", "air_temperature_2m", "precipitation_rate")
_FASTEST = 100.0


@dataclass(frozen=True)
class NearGround:
    """Weather at times on a grid; all (time, y, x); None where the weather does not hold it.

    Attributes:
        times: UTC.
        wind_speed: at 10 m, m s-1.
        air_density: kg m-3.
        water: whether the weather's soil moisture is missing there.
        friction_velocity: of the weather, m s-1.
        soil_moisture: of the uppermost layer, m3 m-3, 0 where it is water.
        snow_depth: m.
        air_temperature_2m: K.
        precipitation_rate: kg m-2 s-1.
        notes: what stood in for something better.
    """

    times: np.ndarray
    wind_speed: np.ndarray
    air_density: np.ndarray
    water: np.ndarray
    friction_velocity: np.ndarray | None
    soil_moisture: np.ndarray | None
    snow_depth: np.ndarray | None
    air_temperature_2m: np.ndarray | None
    precipitation_rate: np.ndarray | None
    notes: tuple[Degradation, ...]


def near_ground(
    weather: xr.Dataset, grid: Grid, height: np.ndarray, times: np.ndarray | None = None
) -> NearGround:
    """Bring the weather onto a grid: bilinear in space, linear in time, the wind by its speed.

    Args:
        weather: with `eastward_wind_10m` and `northward_wind_10m`, and the rest of `NearGround` if it has it.
        grid: the grid.
        height: of its ground, m, (y, x), for the air density where the weather has no pressure.
        times: UTC, within the weather's; its own by default.

    Raises:
        InputError: when the wind is absent or no number somewhere, the weather does not cover the grid, or
            times lie outside it or in a gap of more than 6 h.
    """
    speed = _speed(weather)
    regridding = bilinear(SourceGrid.of(weather), *np.meshgrid(grid.lon, grid.lat))
    clock = _Clock(weather["time"].values, times)
    held = {
        name: clock(_on_grid(regridding, weather[name].values))
        for name in (*_OPTIONAL, "surface_pressure") if name in weather
    }  # fmt: skip
    wind = clock(_on_grid(regridding, speed))
    wet = weather.get("soil_moisture")
    water = np.zeros(wind.shape, dtype=bool)
    if wet is not None:
        missing = np.isnan(wet.values).astype(float)
        water = clock(_on_grid(regridding, missing)) > 0.5
    density = _density(held.pop("surface_pressure", None), held.get("air_temperature_2m"), height, wind.shape)
    return NearGround(
        clock.times,
        wind,
        density,
        water,
        **{name: held.get(name) for name in _OPTIONAL},
        notes=_notes(weather),
    )


def _speed(weather: xr.Dataset) -> np.ndarray:
    parts = ("eastward_wind_10m", "northward_wind_10m")
    lacking = [name for name in parts if name not in weather]
    if lacking:
        raise InputError(
            f"weather: {', '.join(lacking)} is missing, dust cannot be emitted without the wind at 10 m",
            remedy="Give weather that holds it",
        )
    speed = np.hypot(*(weather[name].values.astype(float) for name in parts))
    wrong = ~(speed <= _FASTEST)
    if wrong.any():
        first = np.datetime_as_string(weather["time"].values[np.argwhere(wrong)[0][0]], "m")
        raise InputError(
            f"weather: the wind at 10 m is no number or above {_FASTEST:g} m s-1 in {int(wrong.sum())} of "
            f"{wrong.size} values, first at {first} UTC", remedy="Get the file again, or leave that time out",
        )  # fmt: skip
    return np.asarray(speed)


def _on_grid(regridding: Regridding, values: np.ndarray) -> np.ndarray:
    """(time, y, x) on the grid; missing values are bridged by those around, 0 where there is none."""
    filled = np.isnan(values).any()
    each = regridding.over_gaps if filled else regridding
    return np.asarray(np.nan_to_num(np.stack([each(one) for one in values.astype(float)]), nan=0.0))


class _Clock:
    """Linear interpolation from the times of the weather to those wanted."""

    def __init__(self, known: np.ndarray, wanted: np.ndarray | None) -> None:
        self.times = known if wanted is None else np.asarray(wanted).astype("datetime64[ns]")
        check_times(known, self.times)
        self._upper = np.clip(np.searchsorted(known, self.times), min(1, len(known) - 1), len(known) - 1)
        self._lower = np.maximum(self._upper - 1, 0)
        gap = (known[self._upper] - known[self._lower]).astype(float)
        since = (self.times - known[self._lower]).astype(float)
        self._share = np.divide(since, gap, out=np.zeros_like(gap), where=gap > 0)[:, None, None]

    def __call__(self, values: np.ndarray) -> np.ndarray:
        return np.asarray((1 - self._share) * values[self._lower] + self._share * values[self._upper])


def _density(
    pressure: np.ndarray | None, temperature: np.ndarray | None, height: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray:
    """Of dry air, kg m-3; by the standard atmosphere where pressure or temperature are unknown."""
    standard = _SEA_LEVEL_K - _LAPSE * np.broadcast_to(height, shape)
    warmth = standard if temperature is None else temperature
    load = _SEA_LEVEL_PA * (standard / _SEA_LEVEL_K) ** _POWER if pressure is None else pressure
    return np.asarray(load / (DRY_AIR_GAS_CONSTANT * warmth))


_LACKING = {
    "soil_moisture": ("土壤湿度", "区域缺省值", "soil moisture", "values by region"),
    "snow_depth": ("积雪", "无积雪", "snow", "none"),
    "air_temperature_2m": ("气温", "不判断冻土，空气密度按标准大气", "temperature", "no frost, standard air"),
    "precipitation_rate": ("降水", "无降水", "precipitation", "none"),
}  # fmt: skip


def _notes(weather: xr.Dataset) -> tuple[Degradation, ...]:
    return tuple(
        Degradation(
            code=f"dust-without-{name.replace('_', '-')}", chinese=f"气象资料没有{what}，按{instead}。",
            english=f"The weather holds no {english}: {by}.",
        )
        for name, (what, instead, english, by) in _LACKING.items() if name not in weather
    )  # fmt: skip
