"""The synthetic weather as a data set that keeps the meteorology contract, on the model's own grid."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import xarray as xr

from atmosphere.meteorology.grid_fit import weather_on_grid
from atmosphere.meteorology.idealised.air import Air, air, sun
from atmosphere.meteorology.idealised.balance import Balance
from atmosphere.meteorology.idealised.fronts import Episode, Front, episode
from atmosphere.meteorology.idealised.surface import standing_fields, surface_fields
from atmosphere.meteorology.idealised.winds import Ground, low_level_wind
from atmosphere.meteorology.mass_fluxes import air_mass
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["TITLE", "idealised_winter_weather"]

TITLE = "合成数据，非实测 SYNTHETIC, not measured"

_HALF_HOUR = np.timedelta64(30, "m")
_ZERO = np.timedelta64(0, "ns")


def idealised_winter_weather(
    grid: Grid, times: np.ndarray, fronts: Sequence[Front], stagnation_before: float = 0.6
) -> xr.Dataset:
    """Invent winter weather over the Junggar basin and around it.

    Nothing is random, and the weather of an hour depends on that hour alone: a long episode may be made in
    pieces. Wind, density and vertical motion satisfy continuity on the grid;
    `docs/science/idealised-weather.md` says how closely and shows the weather.

    Args:
        grid: the model's grid, somewhere in 70 to 100° east and 34 to 50° north.
        times: UTC, growing, shape (time,).
        fronts: cold fronts; those long past or to come do no harm.
        stagnation_before: stagnation ahead of the first front, 0 to 1.

    Returns:
        A data set that keeps `METEOROLOGY` with all its optional variables but `cloud_water`; levels are
        the layers of the grid; attributes `synthetic` = 1 and a title that says so.

    Raises:
        InputError: when times are absent, missing or do not grow, or stagnation is not a share.
    """
    moments = np.asarray(times).astype("datetime64[ns]")
    if moments.ndim != 1 or not moments.size or np.isnat(moments).any() or (np.diff(moments) <= _ZERO).any():
        raise InputError(f"times: expected one or more instants that grow, got {moments.size} that do not")
    if not 0.0 <= stagnation_before <= 1.0:
        raise InputError(f"stagnation before the first front: expected 0 to 1, got {stagnation_before:g}")
    ground, balance = _setting(*(np.asarray(edges, float).tobytes() for edges in _edges(grid)))
    maker = _Maker(grid, ground, balance, fronts, stagnation_before)
    fields: dict[str, np.ndarray] = {}
    for number, moment in enumerate(moments):
        for name, values in maker.hour(moment).items():
            into = fields.setdefault(name, np.empty((len(moments), *values.shape), np.float32))
            into[number] = values
    standing = standing_fields(ground)
    for name, values in standing.items():
        fields[name] = np.broadcast_to(values, (len(moments), *values.shape))
    fields["surface_height"] = ground.height
    stamp = {"source": "idealised", "synthetic": 1, "title": TITLE}
    return METEOROLOGY.check(weather_on_grid(grid, moments, fields, stamp))


def _edges(grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return grid.lon_edges, grid.lat_edges, grid.layer_edges_m


@lru_cache(maxsize=2)
def _setting(lon_edges: bytes, lat_edges: bytes, layer_edges_m: bytes) -> tuple[Ground, Balance]:
    """What does not change with time, kept so that an episode made in pieces finds it only once."""
    grid = Grid(*(np.frombuffer(edges) for edges in (lon_edges, lat_edges, layer_edges_m)))
    ground = Ground.under(*np.meshgrid(grid.lon, grid.lat))
    return ground, Balance(grid, ground)


class _Maker:
    """Makes one hour after the other on one grid."""

    def __init__(
        self, grid: Grid, ground: Ground, balance: Balance, fronts: Sequence[Front], before: float
    ) -> None:
        self._grid, self._ground, self._fronts, self._before = grid, ground, fronts, before
        self._height = grid.layer_height_m[:, None, None].astype(np.float32)
        self._balance = balance
        self._latest: tuple[np.datetime64, np.ndarray] | None = None

    def hour(self, moment: np.datetime64) -> dict[str, np.ndarray]:
        """All fields that change with time, by name."""
        now, ground = self._episode(moment), self._ground
        daylight = sun(moment, ground.lon, ground.lat)
        state = self._air(moment, now)
        earlier, later = self._mass_at(moment - _HALF_HOUR), self._mass_at(moment + _HALF_HOUR)
        wind = low_level_wind(self._height, ground, now, daylight)
        flow = self._balance.flow(wind, self._mass(state), (later - earlier) / 3600.0)
        return {
            "eastward_wind": flow.east,
            "northward_wind": flow.north,
            "upward_air_velocity": flow.upward,
            "air_temperature": state.temperature,
            "air_pressure": state.pressure,
            "specific_humidity": state.specific_humidity,
            **surface_fields(flow, state, ground, now, daylight, float(self._height[0, 0, 0])),
        }

    def _episode(self, moment: np.datetime64) -> Episode:
        return episode(moment, self._ground.lon, self._fronts, self._before)

    def _air(self, moment: np.datetime64, now: Episode | None = None) -> Air:
        ground = self._ground
        daylight = sun(moment, ground.lon, ground.lat)
        return air(self._height, ground.height, ground.lat, now or self._episode(moment), daylight)

    def _mass_at(self, moment: np.datetime64) -> np.ndarray:
        """Mass of air, remembered once: half an hour after one hour is half an hour before the next."""
        if self._latest is None or self._latest[0] != moment:
            self._latest = moment, self._mass(self._air(moment))
        return self._latest[1]

    def _mass(self, state: Air) -> np.ndarray:
        return air_mass(state.pressure, state.temperature, state.specific_humidity, self._grid)
