"""The front over the Junggar basin on which the dust forecast is proved: its grid, weather and emissions."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import xarray as xr

from atmosphere.meteorology.idealised import Front, idealised_winter_weather
from emissions_inventory.natural import DustEmissionConfig, dust_config
from forecast.dust.configuration import DustForecastConfig, dust_forecast_config
from foundation.grids import Grid, GridConfig
from foundation.times import HOUR

__all__ = [
    "FRONT_HOUR",
    "HOURS",
    "START",
    "basin_grid",
    "basin_weather",
    "hours",
    "of_length",
    "strong_scheme",
]

START = np.datetime64("2026-03-10T00", "ns")
HOURS = 30
"""Length of the runs: the front comes to the source after 7 h and the dust is past Urumqi after 28 h."""

FRONT_HOUR = 12.0
"""The front's passage at `fronts.REFERENCE_LONGITUDE`."""


def basin_grid(
    west: float = 79.5, east: float = 90.5, south: float = 42.0, north: float = 48.0, step_deg: float = 0.25
) -> Grid:
    """The basin and its rims, on the cells and layers of the dust domain; other edges on request."""
    layers = dust_forecast_config().model.grid().layer_edges_m[1:]
    return GridConfig(
        name="basin", west=west, east=east, south=south, north=north, step_deg=step_deg,
        layer_tops_m=tuple(map(float, layers)),
    ).grid()  # fmt: skip


def hours(count: int = HOURS) -> np.ndarray:
    """The beginnings of the hours and the end of the last, UTC."""
    return START + np.arange(count + 1) * HOUR


def basin_weather(
    grid: Grid, front_hour: float = FRONT_HOUR, count: int = HOURS, dust: float = 1.0
) -> xr.Dataset:
    """A dry front that crosses from west to east; `dust` below 1 lets some snow fall along it."""
    passage = START + np.timedelta64(round(front_hour * 3600), "s")
    return idealised_winter_weather(grid, hours(count), [Front(passage, 0.85, dust)])


@lru_cache(maxsize=1)
def strong_scheme() -> DustEmissionConfig:
    """The scheme of the three with the most dust, so that the weak idealised front makes a dust day."""
    return dust_config().model_copy(update={"scheme": "marticorena_bergametti"})


def of_length(count: int = HOURS) -> DustForecastConfig:
    """The shipped choices for a run of so many hours without spin-up."""
    config = dust_forecast_config()
    model = config.model.model_copy(update={"spin_up_hours": 0, "lead_hours": count})
    return config.model_copy(update={"model": model})
