"""Pieces of the published forecast that several views read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.products import FORECAST_FILE
from foundation.places import gazetteer

__all__ = ["at_quantile", "day_forecast", "forecast_of", "is_region", "names_of", "ordered_places"]

_OF_DAY = (
    "concentration",
    "aqi",
    "aqi_low",
    "aqi_high",
    "level",
    "primary",
    "level_probability",
    "dust",
    "valid_time",
)
_ROOT = {"day": None, "region": "region", "hour": "hour"}


def day_forecast(library: Library, run: Run, part: str) -> xr.Dataset:
    """The forecast by day of places, or of regions."""
    return library.read(run, FORECAST_FILE, _ROOT[part], _OF_DAY)


def forecast_of(library: Library, run: Run, place: str, averaging: str) -> xr.Dataset:
    """The forecast of one place or region; nothing else is read.

    Raises:
        AbsentError: when there is none.
    """
    if averaging == "hour":
        if is_region(place) or "hour" not in run.groups:
            raise AbsentError(
                "区域只有逐日预报" if is_region(place) else "本次运行没有逐小时预报",
                "Regions are forecast by day only" if is_region(place) else "This run has no hourly forecast",
            )
        part = "hour"
    else:
        part = "region" if is_region(place) else "day"
    if part not in run.groups:
        raise AbsentError("本次运行没有区域预报", "This run has no forecast of regions")
    found = library.read(run, FORECAST_FILE, _ROOT[part], (*_OF_DAY, "aqi_scenario"), {"place": place})
    return found.isel(reference_time=0)


def at_quantile(array: xr.DataArray, level: float) -> Any:
    """Values at the nearest quantile."""
    return array.isel(quantile=int(np.abs(array["quantile"].values - level).argmin())).values


def is_region(name: str) -> bool:
    """Whether a name is that of a region."""
    return name in _regions()


def names_of(name: str) -> tuple[str, str, float | None, float | None]:
    """Chinese and English name, longitude and latitude of a place or region."""
    if name in _regions():
        return (*_regions()[name], None, None)
    return _places().get(name, (name, name, None, None))


def ordered_places(forecast: xr.Dataset) -> list[str]:
    """Ids of a forecast in the order of the gazetteer; those it does not know come last."""
    held = [str(name) for name in forecast["place"].values]
    order = [*_regions(), *_places()]
    return sorted(held, key=lambda name: order.index(name) if name in order else len(order))


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, str, float | None, float | None]]:
    return {one.id: (one.chinese, one.english, one.lon, one.lat) for one in gazetteer().places}


@lru_cache(maxsize=1)
def _regions() -> dict[str, tuple[str, str]]:
    return {one.id: (one.chinese, one.english) for one in gazetteer().regions}
