"""Measurements made for the tests: stations in two cities, any values."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.pollutants import pollutants_of
from foundation.units import to_si
from observations.assembling import Part, dataset_of
from observations.stations import registry


def made_hours(
    pm25: np.ndarray,
    *,
    first: str = "2020-01-01T01",
    codes: tuple[str, ...] = ("1490A", "1491A", "2709A", "2690A"),
    averaging: str = "hour",
    **others: np.ndarray,
) -> xr.Dataset:
    """A record of arrays (time, station) in µg/m³; `first` is Beijing's time of the first."""
    values = np.asarray(pm25, float)
    count, columns = values.shape
    step = np.timedelta64(1, "h") if averaging == "hour" else np.timedelta64(1, "D")
    beijing = np.datetime64(first, "ns") + np.arange(count) * step
    times = np.repeat(beijing - np.timedelta64(8, "h"), columns)
    given = {"pm25": values, **{name: np.asarray(array, float) for name, array in others.items()}}
    empty = np.full(values.shape, np.nan)
    rows = {
        name: to_si(given.get(name, empty).ravel(), "mg m-3" if name == "co" else "ug m-3", name)
        for name in pollutants_of(averaging)
    }
    chosen = codes[:columns]
    stations = {code: registry().station(code) for code in chosen}
    part = Part(times, np.tile(np.asarray(chosen, object), count), rows, stations, (), len(times))
    return dataset_of([part], averaging, {"source": "test", "provider": "test"})
