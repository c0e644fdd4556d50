"""The dust forecast of an issue: its weather and measurements read, its products written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from flows.case import IDEALISED
from flows.weather import storm_front, storm_weather
from foundation.configuration import shipped_names
from foundation.errors import ConfigurationError, RunError
from foundation.grids import Grid
from foundation.store import written_beside
from foundation.times import HOUR

if TYPE_CHECKING:
    from forecast.dust.configuration import DustForecastConfig
    from forecast.dust.corrected import CorrectedDust

__all__ = ["checked_domain", "dust_measured", "dust_weather", "write_dust"]

_FRONT_AHEAD_H = 9


def checked_domain(name: str) -> str:
    """The name of a shipped domain.

    Raises:
        ConfigurationError: when there is none of that name.
    """
    names = shipped_names("domains")
    if name not in names:
        raise ConfigurationError(f"--domain {name!r}: unknown", remedy=f"Give one of {', '.join(names)}")
    return name


def dust_weather(
    paths: tuple[str, ...], grid: Grid, issue: np.datetime64, config: DustForecastConfig
) -> xr.Dataset:
    """Weather of the files around a grid, or made up with a dry front nine hours after the issue.

    Args:
        paths: files or folders; `idealised` alone for weather that is made up.
        grid: the model's grid.
        issue: UTC.
        config: gives the hours of weather that is made up.

    Raises:
        BogdaError: when files are missing, broken, or do not cover the grid.
    """
    if paths == (IDEALISED,):
        model = config.model
        times = issue + np.arange(-model.spin_up_hours, model.lead_hours + 1) * HOUR
        return storm_weather(grid, times, [storm_front(issue, _FRONT_AHEAD_H)])
    from atmosphere.meteorology.readers.area import around
    from atmosphere.meteorology.readers.files import files_of
    from atmosphere.meteorology.reading import read_weather

    return read_weather(files_of(paths), around(grid))


def dust_measured(observations: str, provider: str | None) -> xr.DataArray:
    """Dust in the PM10 of places, hour by hour, kg m-3, (time, place), from the split of a record.

    Raises:
        BogdaError: when the record cannot be read.
    """
    from observations.dust.split import split_dust
    from observations.means import place_means
    from observations.providers import read

    return split_dust(place_means(read(observations, provider).dataset))["pm10_dust"]


def write_dust(made: CorrectedDust, outlook: xr.Dataset, folder: str | Path) -> list[str]:
    """Write the products as NetCDF, `dust-<name>.nc`, into a folder that is made if need be; their names.

    Args:
        made: the forecast over the dust domain.
        outlook: at places, see `forecast.dust.outlook`.
        folder: where to.

    Raises:
        RunError: when they cannot be written.
    """
    home, written = Path(folder), []
    run = made.forecast
    parts = {
        "fields": run.fields, "tags": run.tags, "optical_depth": run.optical_depth, "outlook": outlook,
        "chances": made.chances,
    }  # fmt: skip
    try:
        home.mkdir(parents=True, exist_ok=True)
        for name, dataset in parts.items():
            if dataset is None:
                continue
            packing = {one: {"zlib": True, "complevel": 1} for one in dataset.data_vars}
            file = f"dust-{name.replace('_', '-')}.nc"
            with written_beside(home / file) as beside:
                dataset.to_netcdf(beside, engine="netcdf4", encoding=packing)
            written.append(file)
    except (OSError, RuntimeError) as error:
        raise RunError(f"cannot write: {error}", where=str(home), remedy="Check the folder") from error
    return written
