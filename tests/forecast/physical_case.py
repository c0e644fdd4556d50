"""A small physical forecast for tests: coarse grid, idealised weather, short leads."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import xarray as xr

from atmosphere.meteorology.idealised import Front, idealised_winter_weather
from atmosphere.transport.species import load_species
from emissions_inventory.idealised import idealised_emissions
from forecast.physical.configuration import PhysicalConfig, physical_config
from forecast.physical.simulation import PhysicalForecast, simulate
from foundation.grids import GridConfig

HOUR = np.timedelta64(1, "h")
REFERENCE = np.datetime64("2026-11-20T16", "ns")
GRID = GridConfig(
    name="small", west=84.0, east=89.2, south=43.2, north=45.2, step_deg=0.4,
    layer_tops_m=(20, 60, 120, 200, 320, 480, 700, 1200, 2400),
).grid()  # fmt: skip
FRONTS = [Front(REFERENCE - 72 * HOUR, 1.0)]


def config(**changes: object) -> PhysicalConfig:
    small = {"spin_up_hours": 3, "lead_hours": 6, "restart_every_hours": 3, "longest_step_s": 900.0}
    return physical_config().model_copy(update={**small, **changes})


@lru_cache(maxsize=4)
def weather(stagnation: float = 1.0) -> xr.Dataset:
    times = REFERENCE + np.arange(-3, 10) * HOUR
    return idealised_winter_weather(GRID, times, [Front(REFERENCE - 72 * HOUR, stagnation)])


@lru_cache(maxsize=1)
def emissions() -> xr.Dataset:
    table = load_species().select(physical_config().species)
    return idealised_emissions(GRID, table, REFERENCE + np.arange(-3, 10) * HOUR)


def observed(
    values: dict[str, dict[str, float]], where: dict[str, tuple[float, float]], hours: int = 1
) -> xr.Dataset:
    """Hourly measurements up to the reference time, µg m-3 by pollutant and station; others are missing."""
    from foundation.pollutants import HOURLY

    codes = list(where)
    times = REFERENCE + np.arange(1 - hours, 1) * HOUR
    data: dict[str, object] = {}
    for name in HOURLY:
        row = np.array([values.get(name, {}).get(code, np.nan) for code in codes]) * 1e-9
        data[name] = (("time", "station"), np.tile(row, (hours, 1)), {"units": "kg m-3"})
        data[f"{name}_flag"] = (("time", "station"), np.zeros((hours, len(codes)), np.int16))
    coords = {
        "time": times, "station": codes, "station_name": ("station", codes), "place": ("station", codes),
        "lon": ("station", [where[code][0] for code in codes], {"units": "degrees_east"}),
        "lat": ("station", [where[code][1] for code in codes], {"units": "degrees_north"}),
    }  # fmt: skip
    return xr.Dataset(data, coords, {"averaging": "hour", "source": "made"})


@lru_cache(maxsize=1)
def forecast() -> PhysicalForecast:
    return simulate(weather(), GRID, emissions(), None, REFERENCE, config())
