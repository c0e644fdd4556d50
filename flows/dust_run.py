"""The dust forecast of an issue: its weather and measurements read, its products written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.case import IDEALISED
from foundation.configuration import shipped_names
from foundation.errors import ConfigurationError, RunError
from foundation.grids import Grid
from foundation.places import gazetteer
from foundation.store import written_beside
from foundation.times import HOUR, shown

if TYPE_CHECKING:
    from forecast.dust.configuration import DustForecastConfig
    from forecast.dust.corrected import CorrectedDust

__all__ = ["PRODUCTS", "checked_domain", "dust_measured", "dust_weather", "passages", "write_dust"]

PRODUCTS = ("fields", "places", "tags", "optical_depth", "chances")
"""Files of a forecast, `dust-<name>.nc`."""

_FRONT_AHEAD_H = 9
_ARRIVED_UG_M3 = 150.0


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
        from atmosphere.meteorology.idealised import Front, idealised_winter_weather

        model = config.model
        times = issue + np.arange(-model.spin_up_hours, model.lead_hours + 1) * HOUR
        return idealised_winter_weather(grid, times, [Front(issue + _FRONT_AHEAD_H * HOUR, 0.85, 1.0)])
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


def passages(made: CorrectedDust) -> list[dict[str, Any]]:
    """Arrival, peak and end at every place where PM10 of dust passes 150 µg/m³, the strongest first."""
    places = made.forecast.places
    pm10 = places["concentration"].isel(reference_time=0).sel(pollutant="pm10").values * 1e9
    times, found = places["valid_time"].values[0], []
    for number, place in enumerate(map(str, places["place"].values)):
        over = np.flatnonzero(pm10[:, number] > _ARRIVED_UG_M3)
        if not len(over):
            continue
        peak = int(pm10[:, number].argmax())
        known = gazetteer().find(place)
        sight = float(places["visibility"].isel(reference_time=0).values[:, number].min())
        found.append({
            "place": place, "name": known.chinese if known else place, "arrival": shown(times[over[0]]),
            "peak_time": shown(times[peak]), "end": shown(times[over[-1]]),
            "peak_ug_m3": round(float(pm10[peak, number]), 1), "lowest_visibility_m": round(sight),
            "probability": _chances(made, place),
        })  # fmt: skip
    return sorted(found, key=lambda one: -one["peak_ug_m3"])


def _chances(made: CorrectedDust, place: str) -> dict[str, float] | None:
    """Highest hourly probability by the value passed, µg/m³."""
    if made.chances is None:
        return None
    highest = made.chances["probability"].sel(place=place).max("valid_time")
    return {f"{float(mark):g}": round(float(highest.sel(threshold=mark)), 2) for mark in highest["threshold"]}


def write_dust(made: CorrectedDust, folder: str | Path) -> list[str]:
    """Write the products as NetCDF into a folder that is made if need be; names of the files.

    Raises:
        RunError: when they cannot be written.
    """
    home, written = Path(folder), []
    parts = {name: getattr(made.forecast, name) for name in PRODUCTS[:-1]} | {"chances": made.chances}
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
