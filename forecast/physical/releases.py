"""Which cells, species and sources emit, and how much in an hour: streams and points of a data set."""

from __future__ import annotations

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.processes.plume_rise import Stacks, air_columns, release_fractions
from atmosphere.transport.processes.weather_fields import WeatherFields
from foundation.emission_contracts import STACK_UNITS
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["HIGHEST_PLUME_M", "AreaReleases", "PointReleases"]

HIGHEST_PLUME_M = 2000.0
"""What rises higher stays in the layer that ends here or just above, so that few layers take emissions."""

_Entries = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Place (column * layers + layer), place of the species in the data set, place of the source."""


class AreaReleases:
    """Streams: fixed cells and layers, an hourly factor.

    Args:
        emissions: keeps `EMISSIONS`.
        grid: the model's grid.
    """

    def __init__(self, emissions: xr.Dataset, grid: Grid) -> None:
        flux = emissions["emission_flux"].values
        share = emissions["layer_share"].values
        stream, species, row, column = np.nonzero(flux)
        area = grid.cell_area_m2[row, column]
        amount = flux[stream, species, row, column] * area
        entry, layer = np.nonzero(share[stream])
        self._stream = stream[entry]
        self._rate = amount[entry] * share[self._stream, layer]
        place = (row[entry] * grid.shape[2] + column[entry]) * grid.shape[0] + layer
        self._entries = place, species[entry], emissions["stream_source"].values[self._stream]
        self._factors = emissions["time_factor"].values

    def entries(self) -> _Entries:
        """Where each release goes; several may share a place, species and source."""
        return self._entries

    def rates(self, hour: int) -> np.ndarray:
        """Each release in an hour of the data set, kg s-1, (entry,)."""
        return np.asarray(self._rate * self._factors[hour][self._stream])


class PointReleases:
    """Points: a cell each, layers by plume rise, an hourly factor.

    Args:
        emissions: keeps `EMISSIONS`; stacks must be known.
        grid: the model's grid.

    Raises:
        InputError: when a stack is not known.
    """

    def __init__(self, emissions: xr.Dataset, grid: Grid) -> None:
        row, column, inside = grid.cells_of(emissions["point_lon"].values, emissions["point_lat"].values)
        held = emissions.isel(point=inside)
        self._row, self._column = row[inside], column[inside]
        self._stacks = _stacks(held)
        self._layers = int(np.searchsorted(grid.layer_edges_m[1:-1], HIGHEST_PLUME_M)) + 1
        point, self._species = np.nonzero(held["point_emission"].values)
        self._rate = held["point_emission"].values[point, self._species]
        self._point = np.repeat(point, self._layers)
        self._layer = np.tile(np.arange(self._layers), len(point))
        self._column_layers = grid.shape[0]
        self._columns = grid.shape[2]
        self._source = held["point_source"].values
        self._factors = held["point_time_factor"].values

    def __len__(self) -> int:
        """Number of points inside the grid."""
        return len(self._row)

    def entries(self) -> _Entries:
        """Where each release goes, layer by layer."""
        cell = self._row * self._columns + self._column
        place = cell[self._point] * self._column_layers + self._layer
        return place, np.repeat(self._species, self._layers), self._source[self._point]

    def rates(self, hour: int, weather: WeatherFields | None) -> np.ndarray:
        """Each release in an hour of the data set, kg s-1, (entry,).

        Raises:
            InputError: without weather.
        """
        if weather is None:
            raise InputError("points need the weather of the hour", where="emissions")
        share = self.shares(weather)[self._point, self._layer]
        rate = np.repeat(self._rate, self._layers) * self._factors[hour][self._point]
        return np.asarray(rate * share)

    def shares(self, weather: WeatherFields) -> np.ndarray:
        """Share of each point's emission in each layer that takes any, (point, layer); sums to 1."""
        air = air_columns(weather, torch.from_numpy(self._row), torch.from_numpy(self._column))
        everywhere = release_fractions(self._stacks, air).mean(0).double().numpy()
        kept = everywhere[:, : self._layers].copy()
        kept[:, -1] += everywhere[:, self._layers :].sum(-1)
        return np.asarray(kept / kept.sum(-1, keepdims=True))


def _stacks(held: xr.Dataset) -> Stacks:
    values = {}
    for name in STACK_UNITS:
        value = held[f"stack_{name}"].values
        if not np.isfinite(value).all():
            first = int(np.flatnonzero(~np.isfinite(value))[0])
            raise InputError(f"stack {name}: not known at point {first}", where="emissions",
                             remedy="Give points without a known stack as streams")  # fmt: skip
        values[name] = torch.from_numpy(np.ascontiguousarray(value, dtype=np.float32))
    return Stacks(**values)
