"""Dust over the dust domain, and over a finer one inside it into which it flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from emissions_inventory.natural import DustEmissionConfig, dust_emissions
from emissions_inventory.natural.emissions import SECTOR
from emissions_inventory.natural.region_configuration import dust_regions
from forecast.dust.boundary import Shell
from forecast.dust.configuration import DustForecastConfig
from forecast.dust.corrected import (
    CorrectedDust,
    corrected_dust_forecast,
    rises,
    wind_at_places,
    within_weather,
)
from forecast.dust.correction import threshold_factors
from forecast.dust.run import DustForecast, dust_forecast
from forecast.physical.emitting import BOUNDARY, INITIAL
from forecast.physical.run import Progress
from foundation.grids import Grid
from foundation.times import HOUR

__all__ = ["Domain", "NestedDust", "nested_dust_forecast"]


@dataclass(frozen=True)
class Domain:
    """A grid and the weather around it, which keeps `METEOROLOGY`."""

    grid: Grid
    weather: xr.Dataset


@dataclass(frozen=True)
class NestedDust:
    """Dust of both domains.

    Attributes:
        wide: over the dust domain.
        inner: over the domain inside, with the same thresholds.
        inner_wind_speed: at 10 m at its places, m s-1, (lead_time, place).
    """

    wide: CorrectedDust
    inner: DustForecast
    inner_wind_speed: xr.DataArray


def nested_dust_forecast(  # noqa: PLR0913, PLR0917 - everything a forecast is made from
    wide: Domain, inner: Domain, reference_time: np.datetime64, measured: xr.DataArray | None,
    config: DustForecastConfig, progress: Progress | None = None, emission: DustEmissionConfig | None = None,
) -> NestedDust | None:  # fmt: skip
    """Forecast dust on both domains; the inner one has its own sources and what the wide one brings.

    Args:
        wide: the dust domain.
        inner: a domain well inside it, with the same layers.
        reference_time: the issue, a full hour, UTC.
        measured: as in `corrected_dust_forecast`.
        config: the choices; fewer hours are run where the weather holds fewer.
        progress: told how far each of the runs is.
        emission: scheme and constants; those shipped by default.

    Returns:
        Both; None where the wind of the wide domain raises nothing, with the lowest thresholds either.

    Raises:
        InputError: when weather or measurements do not fit.
    """
    config = within_weather(config, wide.weather, reference_time)
    if not rises(wide.weather, wide.grid, reference_time, config, emission):
        return None
    tags = (*(f"{SECTOR}.{one.id}" for one in dust_regions().tags), BOUNDARY, INITIAL)
    shell = Shell(wide.grid, inner.grid, config.model.species, tags)
    made = corrected_dust_forecast(
        wide.weather, wide.grid, reference_time, measured, config, emission, shell.watch, progress
    )
    times = reference_time + np.arange(-config.model.spin_up_hours, config.model.lead_hours) * HOUR
    emitted = dust_emissions(inner.weather, inner.grid, emission, threshold_factors(made.factors), times)
    inside = dust_forecast(
        inner.weather, inner.grid, emitted.dataset, reference_time, config, None, None, progress, shell
    )  # fmt: skip
    return NestedDust(made, inside, wind_at_places(emitted, inside))
