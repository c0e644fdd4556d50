"""Emissions of a data set as the model takes them; each source is a tag."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.processes.weather_fields import WeatherFields
from atmosphere.transport.species import SpeciesTable
from atmosphere.transport.tracers import Emissions
from forecast.physical.releases import AreaReleases, PointReleases
from foundation.emission_contracts import EMISSIONS
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import shown

__all__ = ["BOUNDARY", "INITIAL", "Emitter", "tag_names"]

BOUNDARY, INITIAL = "boundary", "initial"
"""Tags of what flows in from outside, and of what was there when the first run began."""


def tag_names(emissions: xr.Dataset) -> tuple[str, ...]:
    """The tags of a run: every source, then `boundary` and `initial`."""
    return (*map(str, emissions["source"].values), BOUNDARY, INITIAL)


class Emitter:
    """Gives the emissions of any hour: where and what is kept once, how much changes with the hour.

    Streams go into fixed layers; points into those that their plumes reach in the weather of the hour, at
    most the one that holds `HIGHEST_PLUME_M`. Points outside the grid are left out.

    Args:
        emissions: keeps `EMISSIONS`, on the grid.
        grid: the model's grid.
        table: the species of the run.

    Raises:
        ContractError: when the emissions break their contract.
        InputError: when they lie on another grid or emit a species that is not carried.
    """

    def __init__(self, emissions: xr.Dataset, grid: Grid, table: SpeciesTable) -> None:
        EMISSIONS.check(emissions, "emissions")
        _check(emissions, grid, table)
        self.tags = tag_names(emissions)
        self._times = emissions["time"].values.astype("datetime64[ns]")
        self._points = PointReleases(emissions, grid)
        self._area = AreaReleases(emissions, grid)
        slots = len(table.names) * len(self.tags)
        species = np.array([table.index(str(name)) for name in emissions["species"].values])
        keys = [
            (place * slots + species[kind] * len(self.tags) + source)
            for place, kind, source in (self._area.entries(), self._points.entries())
        ]
        found, entry = np.unique(np.concatenate(keys), return_inverse=True)
        self._entry_of_area, self._entry_of_point = np.split(entry, [len(keys[0])])
        self._empty = _without_rates(found, grid, len(table.names), len(self.tags))

    @property
    def layers(self) -> int:
        """Number of layers that emissions reach."""
        return int(self._empty.layer.max()) + 1 if len(self._empty.layer) else 1

    def at(self, start: np.datetime64, weather: WeatherFields | None = None) -> Emissions:
        """The emissions of the hour that begins then.

        Args:
            start: UTC.
            weather: of the hour, for the rise of plumes; of several members, the mean of their plumes is
                taken. Needed where there are points.

        Raises:
            InputError: when the data set does not hold that hour, or weather is needed and not given.
        """
        found = np.flatnonzero(self._times == start)
        if not found.size:
            raise InputError(
                f"no hour {shown(start)} Beijing time; the first is {shown(self._times[0])}, the last "
                f"{shown(self._times[-1])}", where="emissions", remedy="Make emissions for every hour",
            )  # fmt: skip
        hour = int(found[0])
        rate = np.bincount(self._entry_of_area, self._area.rates(hour), len(self._empty.rate))
        if len(self._points):
            points = self._points.rates(hour, weather)
            rate += np.bincount(self._entry_of_point, points, len(self._empty.rate))
        return replace(self._empty, rate=torch.from_numpy(rate.astype(np.float32)))


def _without_rates(keys: np.ndarray, grid: Grid, species: int, tags: int) -> Emissions:
    """Entries at sorted keys (column * layers + layer) * slots + slot, with no rate yet."""
    layers, rows, columns = grid.shape
    cells, slot = np.divmod(keys, species * tags)
    column, layer = np.divmod(cells, layers)
    first = np.zeros(rows * columns + 1, np.int64)
    first[1:] = np.bincount(column, minlength=rows * columns).cumsum()
    small = [torch.from_numpy(part.astype(np.int32)) for part in (layer, slot)]
    return Emissions(torch.from_numpy(first), small[0], small[1], torch.zeros(len(keys)), species, tags)


def _check(emissions: xr.Dataset, grid: Grid, table: SpeciesTable) -> None:
    layers, rows, columns = grid.shape
    sizes = tuple(emissions.sizes[dim] for dim in ("y", "x"))
    if sizes != (rows, columns) or emissions.sizes["layer"] > layers:
        raise InputError(
            f"expected {rows} rows, {columns} columns and at most {layers} layers, got {sizes[0]}, "
            f"{sizes[1]} and {emissions.sizes['layer']}", where="emissions",
        )  # fmt: skip
    for axis, wanted in (("y", grid.lat), ("x", grid.lon)):
        off = float(np.abs(emissions[axis].values - wanted).max())
        if not off < 1e-3:
            raise InputError(f"{axis}: up to {off:.3g}° from the grid's centres", where="emissions")
    if not np.array_equal(emissions["layer"].values, np.arange(emissions.sizes["layer"])):
        raise InputError("layer: expected 0, 1, 2 and so on from the ground", where="emissions")
    for name in map(str, emissions["species"].values):
        if name not in table.names:
            carried = ", ".join(table.names)
            raise InputError(f"species {name!r} is not carried; got {carried}", where="emissions",
                             remedy="Leave it out, or add it to configs/physical.yaml")  # fmt: skip
